import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FramePlaces, putFrame } from "../../../../server/movies/frame-places.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-frames-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function make(folders?: readonly string[]): FramePlaces {
  const places = FramePlaces.make(folders);
  if (places === null) throw new Error("There is none.");
  return places;
}

test("MG1: frames in different places are apart, and a place is given again when it is free", async () => {
  const places = make();
  const [one, other] = [places.take(), places.take()];
  expect(one).not.toBe(other);
  expect(putFrame(one, Buffer.from("a frame"), places.file)).toBe(true);
  expect(putFrame(other, Buffer.from("another"), places.file)).toBe(true);
  expect(String(await places.read(one, 7))).toBe("a frame");
  expect(String(await places.read(other, 7))).toBe("another");
  places.free(one);
  expect(places.take()).toBe(one);
  expect(putFrame(one, Buffer.from("short"), places.file)).toBe(true);
  expect(String(await places.read(one, 5))).toBe("short");
  for (const place of [one, other]) places.free(place);
  places.close();
});

test("it has no name, and ends when the last place was read", async () => {
  const folder = emptyFolder();
  const places = make([join(folder, "not there"), folder]);
  expect(readdirSync(folder)).toEqual([]);
  const place = places.take();
  putFrame(place, Buffer.from("a frame"), places.file);
  places.close();
  expect(String(await places.read(place, 7))).toBe("a frame");
  places.free(place);
  expect(putFrame(place, Buffer.from("a frame"), places.file)).toBe(false);
  places.close();
});

test("MG2: where it cannot be made or written, that is said", async () => {
  const folder = emptyFolder();
  expect(FramePlaces.make([join(folder, "not there")])).toBeNull();
  const path = join(folder, "file");
  writeFileSync(path, "");
  const readOnly = openSync(path, "r");
  expect(putFrame(0, Buffer.from("a frame"), readOnly)).toBe(false);
  closeSync(readOnly);
  const places = make();
  const place = places.take();
  await expect(places.read(place, 7)).rejects.toThrow("The frame is not there.");
  places.free(place);
  places.close();
});
