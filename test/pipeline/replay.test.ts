/** The command with an event log, killed, and its log replayed: the last picture is the live one, to the pixel. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import sharp from "sharp";
import { expect, test } from "vitest";
import { encodeInputs } from "../../client/link/http-input.ts";
import { textIn } from "../../server/monitoring/gzip-members.ts";
import { parseLine, type TimedEvent } from "../../server/monitoring/logged-events.ts";
import type { InputEvent } from "../../shared/input.ts";
import { dragInput, pointerInput, wheelInput } from "../support/input-samples.ts";

const root = new URL("../../", import.meta.url);
const cli = ["--conditions=scenecast-source", "server/cli.ts"];
const run = promisify(execFile);

/** Where a turn goes depends on the whole way of the hand. */
const hand: readonly InputEvent[] = [
  pointerInput("move", { x: 0.3, y: 0.4 }),
  ...dragInput(Array.from({ length: 40 }, (_, at) => [0.3 + at / 100, 0.5 + Math.sin(at / 5) / 10] as const)),
  wheelInput({ deltaY: -300 }),
  ...dragInput([
    [0.7, 0.6],
    [0.5, 0.55],
    [0.52, 0.4],
  ]),
];

async function pixelsOf(png: Uint8Array | ArrayBuffer): Promise<Buffer> {
  return await sharp(png).raw().toBuffer();
}

/** Starts the command; gives its process and its address when the scene is there. */
async function serve(log: string): Promise<{ child: ReturnType<typeof spawn>; url: string }> {
  const args = [...cli, "test/fixtures/scenes/orbit.ts", "--port", "0", "--size", "320x192", "--event-log", log];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let url = "";
  for await (const line of createInterface(child.stdout)) {
    url ||= /http:\S+/.exec(line)?.[0] ?? "";
    if (line.includes("press Ctrl-C")) break;
  }
  return { child, url };
}

/** Sends events as a viewer by plain HTTP does, one request after another. */
async function steer(url: string): Promise<void> {
  const joined = await fetch(new URL("viewer", url), { method: "POST" });
  const { viewerId } = (await joined.json()) as { viewerId: string };
  let ordered = 0;
  for (const [at, event] of hand.entries()) {
    const body = encodeInputs([{ sequence: at + 1, ordered, event }]);
    const headers = { "content-type": "application/octet-stream" };
    const sent = await fetch(new URL(`viewer/${viewerId}/input`, url), { method: "POST", headers, body });
    expect(sent.status).toBe(204);
    if (event.kind !== "pointer" || event.phase !== "move" || event.button !== -1) ordered += 1;
  }
}

function eventsIn(log: string): TimedEvent[] {
  const lines = [...textIn(readFileSync(log))].join("").trimEnd().split("\n");
  return lines.map(parseLine).filter((event) => event !== null);
}

test("input is logged, the server is killed, and its replay as fast as it goes and in time end in the same picture", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-replay-"));
  const log = join(folder, "log.gz");
  const { child, url } = await serve(log);
  await steer(url);
  const live = await pixelsOf(await (await fetch(new URL("snapshot.png", url))).arrayBuffer());
  const logged = (): number => eventsIn(log).filter(({ kind }) => kind === "input").length;
  await expect.poll(logged).toBe(hand.length);
  child.kill("SIGKILL");
  await once(child, "close");

  const events = eventsIn(log);
  expect(events.filter(({ kind }) => kind === "input").map((event) => "event" in event && event.event)).toMatchObject(
    hand.map(({ kind }) => ({ kind })),
  );
  expect(events.slice(0, 2).map(({ kind }) => kind)).toEqual(["began", "room"]);
  expect(events.find(({ kind }) => kind === "joined")).toMatchObject({ viewer: 1, role: "host", way: "http" });
  expect(statSync(log).mode & 0o777).toBe(0o600);

  for (const speed of ["max", "1"]) {
    const picture = join(folder, `${speed}.png`);
    const args = [...cli, "replay", log, "--speed", speed, "--no-serve", "--snapshot", picture];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    expect(stdout).toContain(`Played ${hand.length} inputs.`);
    const replayed = await pixelsOf(readFileSync(picture));
    expect(Buffer.compare(replayed, live), `speed ${speed}`).toBe(0);
  }
  // What nobody touched looks otherwise.
  const untouched = join(folder, "untouched.png");
  const still = [...cli, "replay", log, "test/fixtures/scenes/quadrants.ts", "--speed", "max", "--no-serve"];
  await run(process.execPath, [...still, "--snapshot", untouched], { cwd: root });
  expect(Buffer.compare(await pixelsOf(readFileSync(untouched)), live)).not.toBe(0);
});
