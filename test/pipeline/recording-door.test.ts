/** Recordings of a real server over HTTP: what hosts learn of its disk, and what of it they reach. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { serveSmall } from "../support/served-scene.ts";

let place: string;
let folder: string;
let server: StreamServer;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "scenecast-test-"));
  folder = join(place, "films");
  server = await serveSmall({
    scene: sceneFixture("quadrants"),
    recordings: { folder, replaySeconds: 5 },
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  rmSync(place, { recursive: true, force: true });
});

async function post(path: string, wish: object): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(new URL(path, server.url), { method: "POST", headers, body: JSON.stringify(wish) });
  return { status: response.status, text: await response.text() };
}

test("a name that no file system takes is refused with its rule", async () => {
  expect(await post("recordings", { file: `${"漢".repeat(100)}.mp4` })).toMatchObject({
    status: 400,
    text: expect.stringContaining("240 bytes"),
  });
});

test("links in the folder are neither listed nor followed", async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(place, "secret.mp4"), "secret");
  symlinkSync(join(place, "secret.mp4"), join(folder, "link.mp4"));
  writeFileSync(join(folder, "film.mp4"), "film");
  const read = (file: string) => fetch(new URL(`recordings/${file}`, server.url));
  const [film, link, list] = [await read("film.mp4"), await read("link.mp4"), await read("")];
  expect([film.status, await film.text(), link.status]).toEqual([200, "film", 404]);
  expect(await list.text()).not.toContain("link.mp4");
  rmSync(folder, { recursive: true });
});

test("where the folder cannot be written is told without where it lies", async () => {
  writeFileSync(folder, "a file in its place");
  for (const [path, wish] of [
    ["recordings", {}],
    ["recordings", { file: "film.mp4" }],
    ["replay", { file: "clip.mp4" }],
  ] as const) {
    const { status, text } = await post(path, wish);
    expect([status, text]).toEqual([507, expect.stringMatching(/^[\w-]+\.mp4 cannot be written: /)]);
    expect(text).not.toContain(place);
  }
  rmSync(folder);
});
