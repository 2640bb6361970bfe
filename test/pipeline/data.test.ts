/** The data of a real scene: pictures are decoded and looked at. */

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RoomHandle, StreamServer, StreamServerOptions } from "../../server/index.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { serveSmall } from "../support/served-scene.ts";
import { TestClient } from "../support/signaling-client.ts";

let server: StreamServer;
let room: RoomHandle;

/** Those of shared memory that were made since this file began: others share its process. */
const ownFolders = (): string[] =>
  readdirSync("/dev/shm").filter((name) => name.startsWith(`scenecast-${process.pid}-`) && !strange.has(name));
const strange: ReadonlySet<string> = new Set(readdirSync("/dev/shm"));

/** The caller closes it. */
async function start(options: Partial<StreamServerOptions> = {}): Promise<void> {
  server = await serveSmall({ scene: sceneFixture("filled"), ...options });
  room = server.room();
}

async function colourNow(): Promise<readonly number[]> {
  const { data } = await sharp(await room.snapshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, 3)];
}

type Seen = Readonly<Record<string, unknown>>;

/** What the scene says that it saw, once a frame was drawn. */
async function seen(): Promise<Seen> {
  await room.snapshot();
  await room.data.set("colour", new Uint8Array(3));
  await room.snapshot();
  return room.state as Seen;
}

function rowsOf(value: number, count = 1000): Float32Array {
  return new Float32Array(count * 2).fill(value);
}

/** Ends the scene's process, and waits until the next one is live. */
async function kill(): Promise<void> {
  const [off, live] = untilStatus("live");
  process.kill(room.pid ?? 0, "SIGKILL");
  await live.finally(off);
}

function untilStatus(wanted: RoomHandle["status"]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const off = server.on("statusChanged", ({ status }) => void (status === wanted && resolve()));
  return [off, promise] as const;
}

/** The kilobytes of a line of `/proc/<pid>/status` of the scene's process. */
function memoryOf(line: string): number {
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${room.pid}/status`, "utf8"))?.[1]);
}

describe("in one room", () => {
  beforeAll(() => start());
  afterAll(async () => {
    await server.close();
    expect(ownFolders()).toEqual([]);
  });

  test("a value that is set shows in the next picture, and so does a change of a part, also while somebody watches", async () => {
    expect(await colourNow()).toEqual([0, 0, 0]);
    expect(await room.data.set("colour", new Uint8Array([255, 0, 0]))).toEqual({
      name: "colour",
      version: 1,
      taken: true,
      form: { type: "uint8", shape: [3] },
      bytes: 3,
    });
    expect(await colourNow()).toEqual([255, 0, 0]);
    expect(await room.data.patch("colour", 1, new Uint8Array([255]))).toMatchObject({ version: 2, taken: true });
    expect(await colourNow()).toEqual([255, 255, 0]);
    const viewer = await TestClient.join(server.url);
    viewer.send({ kind: "stream", connection: 1, codecs: ["h264"] });
    await viewer.received(({ kind }) => kind === "streaming");
    for (const colour of [
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ]) {
      expect((await room.data.set("colour", new Uint8Array(colour))).taken).toBe(true);
      expect(await colourNow()).toEqual(colour);
    }
    room.data.remove("colour");
    await expect.poll(colourNow).toEqual([0, 0, 0]);
    await expect(room.data.patch("colour", 0, new Uint8Array(3))).rejects.toMatchObject({ code: "data-missing" });
    viewer.socket.close();
  });

  test("a listener that throws is told to those who watch, and the scene goes on with the next version", async () => {
    const notices: (string | null)[] = [];
    const off = server.on("noticed", ({ text }) => notices.push(text));
    expect(await room.data.set("rows", rowsOf(666))).toMatchObject({ taken: true });
    await expect.poll(() => notices.some((text) => text?.includes("a bad number"))).toBe(true);
    expect(await room.data.set("rows", rowsOf(2))).toMatchObject({ taken: true, version: 2 });
    await expect.poll(seen).toMatchObject({ last: 2, versions: 2 });
    off();
  });

  test("SD1, SD2: a scene sees whole versions, each of them and in order, under many fast values and changes of parts", async () => {
    const { versions: before } = await seen();
    const viewer = await TestClient.join(server.url);
    viewer.send({ kind: "stream", connection: 1, codecs: ["h264"] });
    const writes: Promise<{ readonly version: number }>[] = [];
    for (let at = 1; at <= 120; at += 1) {
      writes.push(room.data.set("rows", rowsOf(at, 20_000 + at)));
      writes.push(room.data.patch("rows", at, rowsOf(at, 10_000)));
      // So many wait for their turn at most.
      if (at % 20 === 0) await Promise.all(writes.slice(-40));
    }
    const answers = await Promise.all(writes);
    expect(answers.map(({ version }) => version)).toEqual(answers.map((_answer, at) => Number(before) + at + 1));
    await expect
      .poll(seen)
      .toMatchObject({ versions: Number(before) + 240, ranges: 120, torn: 0, missed: 0, last: 120 });
    viewer.socket.close();
  });

  test("an array that a scene keeps stays whole, and 100 versions leave no memory and no files behind", async () => {
    const { versions: before } = await seen();
    await room.data.set("rows", rowsOf(777, 100_000));
    const sizes: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      await room.data.set("rows", rowsOf(at, 131_072));
      if (at % 10 === 9) sizes.push(memoryOf("RssShmem"));
    }
    await expect.poll(seen).toMatchObject({ kept: true, versions: Number(before) + 101, torn: 0 });
    // 100 values are 100 MB.
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(75_000);
    const [folder = ""] = ownFolders();
    expect(readdirSync(join("/dev/shm", folder))).toHaveLength(2);
  });

  test("DA5: data survives the process, the next one has it before setup, with the changes of parts", async () => {
    await room.data.set("rows", rowsOf(5));
    const { version } = await room.data.patch("rows", 0, rowsOf(6, 1));
    await room.data.set("config", { deep: [1, "two", null] });
    await room.data.set("blob", new Uint8Array([1, 2, 3]), { type: "bytes" });
    await room.data.patch("blob", 1, new Uint8Array([9]));
    await kill();
    await expect.poll(seen).toMatchObject({
      begunWith: version,
      last: 6,
      versions: 1,
      config: { deep: [1, "two", null] },
      blob: [1, 9, 3],
      names: 4,
    });
    expect((await room.data.set("rows", rowsOf(7))).version).toBe(version + 1);
  });

  test("SX3: what is set and changed while there is no process is there in the next one", async () => {
    const before = [await room.data.set("rows", rowsOf(1, 3)), await room.data.set("config", "old")];
    const [off, fallen] = untilStatus("restarting");
    process.kill(room.pid ?? 0, "SIGKILL");
    await fallen.finally(off);
    const answers = [await room.data.patch("rows", 0, rowsOf(4, 1)), await room.data.set("config", "new")];
    expect(answers.map(({ version }) => version)).toEqual(before.map(({ version }) => version + 1));
    await expect.poll(() => room.status, { timeout: 20_000 }).toBe("live");
    await expect.poll(seen).toMatchObject({ last: 4, config: "new" });
  });

  test("100 MB are one value like any other", async () => {
    const before = await seen();
    const rows = rowsOf(9, 12_500_000);
    expect(await room.data.set("rows", rows)).toMatchObject({ taken: true, bytes: 100_000_000 });
    await room.data.patch("rows", 0, rowsOf(10, 1));
    await expect.poll(seen).toMatchObject({ last: 10, torn: before["torn"], versions: Number(before["versions"]) + 2 });
  });
});

describe("where files are watched", () => {
  const folder = mkdtempSync(join(tmpdir(), "data-scene-"));
  const [file, rows, config] = [join(folder, "scene.ts"), join(folder, "rows.bin"), join(folder, "config.json")];
  beforeAll(() => {
    copyFileSync(new URL(sceneFixture("filled")), file);
    writeFileSync(rows, rowsOf(8, 4));
    writeFileSync(config, '{"from":"a file"}');
    return start({ scene: file, watch: true, data: { files: { rows, config, nothing: config }, maxBytes: 100_000 } });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test("a scene begins with the files that it was given, has them in setup, and with watch again when they change", async () => {
    await expect.poll(seen).toMatchObject({ begunWith: 1, last: 8, config: { from: "a file" } });
    writeFileSync(rows, rowsOf(9, 3));
    await expect.poll(seen, { timeout: 30_000 }).toMatchObject({ last: 9, config: { from: "a file" } });
    await expect(room.data.set("rows", rowsOf(1, 12_501))).rejects.toMatchObject({ code: "data-too-large" });
  });

  test("data survives a save of the scene's file, and what does not fit the new one is kept and not shown", async () => {
    const { version } = await room.data.set("rows", rowsOf(3));
    await room.data.set("colour", new Uint8Array([0, 255, 0]));
    const text = readFileSync(file, "utf8");
    const saved = (change: string): Promise<unknown> => {
      writeFileSync(file, change);
      return expect.poll(() => room.title, { timeout: 30_000 }).toBe(/title: "(.*)"/.exec(change)?.[1]);
    };
    await saved(text.replace('title: "Filled"', 'title: "Again"'));
    expect(await colourNow()).toEqual([0, 255, 0]);
    await expect.poll(seen).toMatchObject({ begunWith: version, last: 3, versions: 1 });

    await saved(text.replace('title: "Filled"', 'title: "Other"').replace("[null, 2]", "[null, 4]"));
    await expect.poll(seen).toMatchObject({ begunWith: 0, versions: 0 });
    await expect(room.data.set("rows", rowsOf(1), { shape: [null, 2] })).rejects.toMatchObject({
      code: "data-refused",
      message: "The scene takes float32 [any, 4] as rows, not float32 [1000, 2].",
    });
    expect(room.data.list().find(({ name }) => name === "rows")?.form).toEqual({ type: "float32", shape: [1000, 2] });
    await saved(text.replace('title: "Filled"', 'title: "Back"'));
    await expect.poll(seen).toMatchObject({ begunWith: version, last: 3 });
  });
});

test("SX2: a scene that hangs costs its writer ten seconds at most, and has the value in its next process", async () => {
  await start({ rooms: { hangSeconds: 2 } });
  onTestFinished(() => server.close());
  const answer = room.data.set("rows", rowsOf(555));
  expect(await answer).toMatchObject({ taken: false, version: 1 });
  await expect.poll(() => room.status, { timeout: 20_000 }).toBe("live");
  expect(room.data.list().find(({ name }) => name === "rows")).toMatchObject({ version: 1 });
});
