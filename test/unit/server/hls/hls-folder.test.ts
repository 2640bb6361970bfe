/** The stream in a folder (HF1 to HF5): what is there at each moment can be played, and what is old goes. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, setOptions, types } from "hls-parser";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HlsFolder } from "../../../../server/hls/hls-folder.ts";
import { HlsStream } from "../../../../server/hls/hls-stream.ts";
import type { WantedOutput } from "../../../../server/session/session-outputs.ts";
import { BEGIN, initPiece, partPieces } from "./made-pieces.ts";

setOptions({ strictMode: true });

let root: string;
let wanted: WantedOutput[];
let stream: HlsStream;
let folder: HlsFolder;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: BEGIN });
  root = mkdtempSync(join(tmpdir(), "scenecast-folder-"));
  wanted = [];
  stream = newStream();
});

afterEach(async () => {
  await folder.end(false);
  stream.close();
  rmSync(root, { recursive: true, force: true });
});

function newStream(): HlsStream {
  wanted = [];
  return new HlsStream({
    outputs: {
      want: (output) => {
        wanted.push(output);
        return { outputId: "one", end: () => undefined };
      },
    },
    source: () => ({ size: { width: 1280, height: 720 }, maxFps: 60, bitrateBps: 8_000_000 }),
    title: () => "A scene",
  });
}

/** Gives segments to the first size, each when the one before is written, and looks at the folder all the while. */
async function fill(from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    for (const piece of partPieces(index)) wanted[0]?.pieceReceived?.(piece);
    const sequence = stream.renditions[0]?.window.lastSequence ?? 0;
    await vi.waitFor(() => expect(media().segments.at(-1)?.mediaSequenceNumber).toBe(sequence), { interval: 2 });
    expectWhole();
  }
}

function media(): types.MediaPlaylist {
  const read = parse(readFileSync(join(root, "high/live.m3u8"), "utf8"));
  if (!(read instanceof types.MediaPlaylist)) throw new Error("It is another playlist.");
  return read;
}

/** HF1 */
function expectWhole(): void {
  for (const { uri, map } of media().segments) {
    expect(readFileSync(join(root, "high", uri)).length).toBe(400);
    expect(readFileSync(join(root, "high", map?.uri ?? "")).length).toBe(1);
  }
}

it("HF1, HF2: names what is there alone, and keeps fifteen segments", async () => {
  folder = new HlsFolder(stream, root);
  expect(folder.figures).toEqual({ state: "waiting", bytes: 0, seconds: 0, error: null });
  wanted[0]?.pieceReceived?.(initPiece());
  await fill(0, 18);
  expect(media()).toMatchObject({ targetDuration: 3, endlist: false });
  expect(media().segments).toHaveLength(10);
  expect(media().segments.flatMap(({ parts }) => parts)).toEqual([]);
  await vi.waitFor(() =>
    expect(readdirSync(join(root, "high")).filter((name) => name.endsWith(".m4s"))).toHaveLength(15),
  );
  await vi.waitFor(() => expect(existsSync(join(root, "master.m3u8"))).toBe(true));
  const master = parse(readFileSync(join(root, "master.m3u8"), "utf8"));
  expect(master.isMasterPlaylist && (master as types.MasterPlaylist).variants.map(({ uri }) => uri)).toEqual([
    "high/live.m3u8",
  ]);
  expect(folder.figures).toMatchObject({ state: "sending", bytes: 18 * 400, seconds: 36, error: null });
  expect(readdirSync(root, { recursive: true }).filter((name) => String(name).includes("/."))).toEqual([]);
  await folder.end(true);
  expect([media().endlist, folder.figures.state]).toEqual([true, "ended"]);
});

it("HF3, HF2: a server that comes later goes on behind a discontinuity, and removes what was left", async () => {
  folder = new HlsFolder(stream, root);
  wanted[0]?.pieceReceived?.(initPiece());
  await fill(0, 3);
  const before = media().segments.at(-1)?.mediaSequenceNumber ?? 0;
  wanted[0]?.fell();
  wanted[0]?.pieceReceived?.(initPiece("avc1.42c01f", 320));
  await fill(3, 4);
  expect(media().segments.map(({ discontinuity }) => discontinuity === true)).toEqual([false, false, false, true]);
  await folder.end(false);
  expect(media().endlist).toBe(false);
  writeFileSync(join(root, "high", `.${before}.m4s.0123abcd`), "half");
  writeFileSync(join(root, "high", "mine.txt"), "stays");
  stream.close();
  vi.setSystemTime(BEGIN + 20_000);
  stream = newStream();
  folder = new HlsFolder(stream, root);
  wanted[0]?.pieceReceived?.(initPiece());
  await fill(9, 10);
  const [only, ...others] = media().segments;
  expect(others).toEqual([]);
  expect(only?.discontinuity).toBe(true);
  expect(only?.mediaSequenceNumber).toBeGreaterThan(before);
  expect(media().discontinuitySequenceBase).toBe(1);
  expect(readdirSync(join(root, "high")).sort()).toEqual(
    [`${only?.mediaSequenceNumber}.m4s`, only?.map?.uri ?? "", "live.m3u8", "mine.txt"].sort(),
  );
});

it("HF5: files of others stay, also where they have numbers for names, and folders", async () => {
  const theirs = ["0001.mp4", "7.m4s", "1234567890.m4s", "init1234567890.mp4", ".7.m4s.0123abcd"];
  mkdirSync(join(root, "high", "1234567891.m4s"), { recursive: true });
  for (const name of theirs) writeFileSync(join(root, "high", name), "theirs");
  folder = new HlsFolder(stream, root);
  wanted[0]?.pieceReceived?.(initPiece());
  await fill(0, 2);
  expect(readdirSync(join(root, "high"))).toEqual(expect.arrayContaining([...theirs, "1234567891.m4s"]));
  await folder.end(false);
  // Now the playlist of before is one of ours.
  stream.close();
  stream = newStream();
  folder = new HlsFolder(stream, root);
  wanted[0]?.pieceReceived?.(initPiece());
  await fill(2, 3);
  expect(readdirSync(join(root, "high"))).toEqual(expect.arrayContaining(["0001.mp4", "7.m4s", "1234567891.m4s"]));
});

it("HF4: a folder that cannot be written says so, and goes on behind a discontinuity when it can", async () => {
  // A file where the folder of the first size is to be.
  writeFileSync(join(root, "high"), "");
  folder = new HlsFolder(stream, root);
  wanted[0]?.pieceReceived?.(initPiece());
  for (const piece of partPieces(0)) wanted[0]?.pieceReceived?.(piece);
  await vi.waitFor(() =>
    expect(folder.figures.error).toMatch(/high cannot be written: there is a file of that name already\.$/),
  );
  rmSync(join(root, "high"));
  await fill(1, 2);
  expect(media().segments.map(({ discontinuity }) => discontinuity === true)).toEqual([true]);
  await vi.waitFor(() => expect(folder.figures).toMatchObject({ state: "sending", error: null }));
});
