/** The folder of finished pieces: what goes on, what is refused, and that nothing of somebody else is lost. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestsOf } from "../../../../server/offline/file-digests.ts";
import { piecesOf } from "../../../../server/offline/frame-range.ts";
import { PiecesFolder, type PiecesFolderOptions } from "../../../../server/offline/pieces-folder.ts";
import { picturePath, renderOutputOf } from "../../../../server/offline/render-output.ts";

let folder: string;
const frames = { first: 0, last: 9 };
const pieces = piecesOf(frames, 4);
const [first = frames, second = frames] = pieces;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(name: string, options: Partial<PiecesFolderOptions> = {}): PiecesFolder {
  const output = renderOutputOf(join(folder, name), frames);
  return new PiecesFolder({ output, frames, pieces, settings: { size: 1, seed: 2 }, overwrite: false, ...options });
}

test("a movie's pieces that are there are found again, and removed with the folder in the end", () => {
  const begun = open("a.mp4");
  expect([begun.isResumed, begun.finished]).toEqual([false, []]);
  writeFileSync(begun.moviePath(second), "movie");
  writeFileSync(begun.moviePath(first), "");
  begun.handleFinished(second, {});
  begun.close();
  const again = open("a.mp4");
  expect(again.isResumed).toBe(true);
  expect(again.finished).toEqual([second]);
  again.remove();
  again.close();
  expect(existsSync(join(folder, "a.mp4.pieces"))).toBe(false);
});

test("a piece of pictures counts while each of its pictures is there", () => {
  const begun = open("%d.png");
  const paths = [0, 1, 2, 3].map((frame) => picturePath(join(folder, "%d.png"), frame));
  for (const path of paths) writeFileSync(path, "picture");
  expect(begun.finished).toEqual([]);
  begun.handleFinished(first, {});
  begun.close();
  expect(open("%d.png").finished).toEqual([first]);
  rmSync(paths[2] ?? "");
  expect(open("%d.png").finished).toEqual([]);
});

test("OF2 pieces of other settings, and of a scene that was changed, are refused with what differs", () => {
  const scene = join(folder, "scene.ts");
  writeFileSync(scene, "one");
  const begun = open("a.mp4");
  begun.handleFinished(first, digestsOf([scene]));
  begun.close();
  const sentence =
    "holds pieces that were rendered with another setting of seed, fps. Render with `overwrite` to begin anew.";
  expect(() => open("a.mp4", { settings: { size: 1, seed: 3, fps: 30 } })).toThrow(sentence);
  expect(open("a.mp4").isResumed).toBe(true);
  writeFileSync(scene, "two");
  expect(() => open("a.mp4")).toThrow(`holds pieces that were rendered before ${scene} was changed.`);
  const anew = open("a.mp4", { overwrite: true });
  expect([anew.isResumed, anew.finished]).toEqual([false, []]);
  anew.handleFinished(first, digestsOf([scene]));
  writeFileSync(scene, "three");
  expect(() => anew.handleFinished(second, digestsOf([scene]))).toThrow("was changed while it was rendered");
});

test("OF3 what is there is replaced only where that was asked for, then and in later runs that go on", () => {
  writeFileSync(join(folder, "a.mp4"), "mine");
  writeFileSync(join(folder, "3.png"), "mine");
  writeFileSync(join(folder, "4.png"), "mine");
  expect(() => open("a.mp4")).toThrow("a.mp4 is there already. Render with `overwrite` to replace what is there.");
  expect(() => open("%d.png")).toThrow("3.png and 1 more are there already.");
  expect(existsSync(join(folder, "a.mp4.pieces"))).toBe(false);
  open("a.mp4", { overwrite: true }).close();
  expect(open("a.mp4").isResumed).toBe(true);
  mkdirSync(join(folder, "b.mp4.pieces"));
  writeFileSync(join(folder, "b.mp4.pieces", "thesis.txt"), "mine");
  for (const overwrite of [false, true]) {
    expect(() => open("b.mp4", { overwrite })).toThrow("is there already and holds no pieces of a render.");
  }
  expect(readFileSync(join(folder, "b.mp4.pieces", "thesis.txt"), "utf8")).toBe("mine");
});

test("OF1 one that another process uses is refused; one whose process is gone is taken over", () => {
  open("a.mp4");
  const lock = join(folder, "a.mp4.pieces", "process");
  writeFileSync(lock, String(process.ppid));
  expect(() => open("a.mp4")).toThrow(`The process ${process.ppid} renders into`);
  expect(() => open("a.mp4", { overwrite: true })).toThrow(`The process ${process.ppid} renders into`);
  writeFileSync(lock, "4194305");
  expect(open("a.mp4").isResumed).toBe(true);
});

test("a folder that cannot be made is said in words", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => open("file/a.mp4")).toThrow("cannot be written: there is no such folder.");
});
