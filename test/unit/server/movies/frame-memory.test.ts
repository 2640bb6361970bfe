import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FrameMemory, putFrame } from "../../../../server/movies/frame-memory.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-frames-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function make(places?: readonly string[]): FrameMemory {
  const memory = FrameMemory.make(places);
  if (memory === null) throw new Error("There is none.");
  return memory;
}

test("MG1: frames in different places are apart, and a place is given again when it is free", async () => {
  const memory = make();
  const [one, other] = [memory.take(), memory.take()];
  expect(one).not.toBe(other);
  expect(putFrame(one, Buffer.from("a frame"), memory.file)).toBe(true);
  expect(putFrame(other, Buffer.from("another"), memory.file)).toBe(true);
  expect(String(await memory.read(one, 7))).toBe("a frame");
  expect(String(await memory.read(other, 7))).toBe("another");
  memory.free(one);
  expect(memory.take()).toBe(one);
  expect(putFrame(one, Buffer.from("short"), memory.file)).toBe(true);
  expect(String(await memory.read(one, 5))).toBe("short");
  for (const place of [one, other]) memory.free(place);
  memory.close();
});

test("it has no name, and ends when the last place was read", async () => {
  const folder = emptyFolder();
  const memory = make([join(folder, "not there"), folder]);
  expect(readdirSync(folder)).toEqual([]);
  const place = memory.take();
  putFrame(place, Buffer.from("a frame"), memory.file);
  memory.close();
  expect(String(await memory.read(place, 7))).toBe("a frame");
  memory.free(place);
  expect(putFrame(place, Buffer.from("a frame"), memory.file)).toBe(false);
  memory.close();
});

test("MG2: where it cannot be made or written, that is said", async () => {
  const folder = emptyFolder();
  expect(FrameMemory.make([join(folder, "not there")])).toBeNull();
  const path = join(folder, "file");
  writeFileSync(path, "");
  const readOnly = openSync(path, "r");
  expect(putFrame(0, Buffer.from("a frame"), readOnly)).toBe(false);
  closeSync(readOnly);
  const memory = make();
  const place = memory.take();
  await expect(memory.read(place, 7)).rejects.toThrow("The frame is not there.");
  memory.free(place);
  memory.close();
});
