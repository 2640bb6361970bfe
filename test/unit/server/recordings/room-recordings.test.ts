/** Recordings of a room beside a process that the test plays: their files, their ends, what goes on after a fall (RD1, RD2). */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OutputNews } from "../../../../server/encode/mux/mux-protocol.ts";
import type { RecordingInfo } from "../../../../server/recordings/recording-info.ts";
import { RoomRecordings } from "../../../../server/recordings/room-recordings.ts";
import type { OutputWish } from "../../../../server/session/output-wish.ts";
import { SessionOutputs } from "../../../../server/session/session-outputs.ts";
import type { ToSession } from "../../../../server/session/session-protocol.ts";
import { StreamError, toPlainError } from "../../../../shared/errors.ts";

let folder = "";
let sent: OutputWish[] = [];
let isLive = true;
let outputs: SessionOutputs;
let recordings: RoomRecordings;
let changes: RecordingInfo[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-room-"));
  [sent, changes, isLive] = [[], [], true];
  outputs = new SessionOutputs((message: ToSession) => {
    if (isLive && message.kind === "output-wish") sent.push(message.wish);
    return isLive;
  });
  outputs.handleLive();
  recordings = new RoomRecordings({
    outputs,
    folder,
    defaults: { codec: null, cutRests: false },
    replaySeconds: 30,
    bitrateBps: 8e6,
    title: () => "Spheres",
  });
  recordings.on("changed", ({ info }) => changes.push(info));
});
afterEach(() => {
  recordings.close();
  rmSync(folder, { recursive: true });
});

/** What the process was asked to open last. */
function opened(): { readonly outputId: string; readonly path: string; readonly maxSeconds: number | null } {
  const wish = sent.findLast(({ kind }) => kind === "open");
  if (wish?.kind !== "open" || wish.opening.to.kind !== "file") throw new Error("no file was opened");
  return { outputId: wish.outputId, path: wish.opening.to.path, maxSeconds: wish.opening.to.maxSeconds };
}

/** The process writes to the file that it was asked for, and tells of it. */
function tell(news: Partial<OutputNews>): void {
  const { outputId, path } = opened();
  const figures = { bytes: 7, seconds: 2, packets: 9, ...news };
  if (figures.bytes > 0) writeFileSync(path, "x".repeat(figures.bytes));
  outputs.handle({ kind: "output-told", outputId, news: { isOver: false, error: null, ...figures } });
}

function fall(): void {
  isLive = false;
  outputs.handleFall(new StreamError("room-lost"));
}

function comeBack(): void {
  isLive = true;
  outputs.handleLive();
}

it("is named after the scene and the time, tells what it has, and is whole when it is stopped", async () => {
  const recording = recordings.start({});
  expect(opened().path).toMatch(/Spheres-\d{4}-\d\d-\d\d-\d{6}\.mp4$/);
  tell({ seconds: 3, bytes: 11 });
  expect(recording.info).toMatchObject({ state: "recording", seconds: 3, bytes: 11, error: null });
  const stopped = recordings.stop(recording);
  expect(sent.at(-1)).toEqual({ kind: "end", outputId: opened().outputId });
  tell({ seconds: 4, bytes: 12, isOver: true });
  expect(await stopped).toMatchObject({ state: "ended", seconds: 4, bytes: 12 });
  expect(changes.map(({ state }) => state)).toEqual(["recording", "ended"]);
  expect(recordings.counts).toEqual({ running: 0, failed: 0 });
});

it("RD1: goes on in another file when the scene's process was started again, for what is left of its time", () => {
  recordings.start({ file: join(folder, "film.mp4"), seconds: 60 });
  tell({ seconds: 20 });
  fall();
  expect(changes.at(-1)?.state).toBe("waiting");
  comeBack();
  expect([opened().path, opened().maxSeconds]).toEqual([join(folder, "film-2.mp4"), 40]);
  tell({ seconds: 40, isOver: true });
  expect(recordings.infos.map(({ file, state, seconds }) => [file, state, seconds])).toEqual([
    ["film-2.mp4", "ended", 40],
    ["film.mp4", "ended", 20],
  ]);
});

it("RD2: a process that wrote nothing leaves no file, and the next one takes its name", () => {
  recordings.start({ file: join(folder, "film.mp4") });
  fall();
  expect(readdirSync(folder)).toEqual([]);
  comeBack();
  expect(opened().path).toBe(join(folder, "film.mp4"));
});

it("a recording that is wanted before the scene is live begins with it", () => {
  fall();
  const recording = recordings.start({});
  expect(recording.state).toBe("waiting");
  expect(sent).toEqual([]);
  comeBack();
  expect(recording.state).toBe("recording");
});

it("one that fails says why, stays in the list, and costs no other", () => {
  const [first, second] = [
    recordings.start({ file: join(folder, "a.mp4") }),
    recordings.start({ file: join(folder, "b.mp4") }),
  ];
  const error = toPlainError(new StreamError("output-failed", "b.mp4 cannot be written: the disk is full."));
  tell({ isOver: true, error });
  expect([first.state, second.state]).toEqual(["recording", "failed"]);
  expect(recordings.infos.find(({ file }) => file === "b.mp4")?.error).toBe(error.message);
  expect(recordings.counts).toEqual({ running: 1, failed: 1 });
});

it("at most four run, and one more is refused at once", () => {
  for (let count = 0; count < 4; count += 1) recordings.start({});
  expect(() => recordings.start({})).toThrow(/at most 4/);
  expect(readdirSync(folder)).toHaveLength(4);
});

it("files are listed with what earlier servers left, and removed once they are not written any more", async () => {
  writeFileSync(join(folder, "old.webm"), "old");
  const recording = recordings.start({ file: join(folder, "new.mp4") });
  expect((await recordings.list()).map(({ file }) => file)).toEqual(["new.mp4", "old.webm"]);
  await expect(recordings.remove("new.mp4")).rejects.toThrow(/still being recorded/);
  void recordings.stop(recording);
  tell({ isOver: true });
  expect(await recordings.remove("new.mp4")).toBe(true);
  expect(existsSync(join(folder, "new.mp4"))).toBe(false);
  expect(await recordings.remove("new.mp4")).toBe(false);
});

it("the end of the room ends what runs", () => {
  const recording = recordings.start({});
  tell({});
  outputs.close(null);
  expect(recording.state).toBe("ended");
});

it("the last seconds are held while somebody watches, and for as long afterwards", () => {
  vi.useFakeTimers();
  recordings.replay?.setWatched(true);
  const [wish] = sent;
  expect(wish).toMatchObject({
    kind: "open",
    opening: { maxKeyFrameGapMs: 2000, to: { kind: "replay", seconds: 30 } },
  });
  recordings.replay?.setWatched(false);
  vi.advanceTimersByTime(20_000);
  recordings.replay?.setWatched(true);
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(1);
  recordings.replay?.setWatched(false);
  vi.advanceTimersByTime(30_000);
  expect(sent.at(-1)?.kind).toBe("end");
  expect(outputs.keepsRoom).toBe(false);
  // Somebody comes before it ended.
  recordings.replay?.setWatched(true);
  const news = { isOver: true, error: null, bytes: 0, seconds: 0, packets: 0 };
  if (wish?.kind !== "open") throw new Error("nothing was opened");
  outputs.handle({ kind: "output-told", outputId: wish.outputId, news });
  expect(sent.map(({ kind }) => kind)).toEqual(["open", "end", "open"]);
});

it("a clip is saved under a name of its own; one that cannot be leaves no file", async () => {
  await expect(recordings.saveReplay({})).rejects.toThrow("There is nothing to save yet.");
  recordings.replay?.setWatched(true);
  const saved = recordings.saveReplay({ seconds: 10 });
  const wish = sent.at(-1);
  if (wish?.kind !== "clip") throw new Error("no clip was asked for");
  writeFileSync(wish.clip.to.path, "clip");
  const { requestId } = wish.clip;
  outputs.handle({ kind: "clip-saved", requestId, figures: { bytes: 4, seconds: 11, packets: 3 } });
  expect(await saved).toMatchObject({ state: "ended", bytes: 4, seconds: 11 });
  const lost = recordings.saveReplay({});
  fall();
  await expect(lost).rejects.toThrow(StreamError);
  expect(readdirSync(folder)).toHaveLength(1);
});
