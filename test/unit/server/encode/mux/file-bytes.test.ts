/** Bytes on their way into a file (FB1, FB2): in order, at their places, and what is not whole is cut off. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileBytes } from "../../../../../server/encode/mux/file-bytes.ts";
import type { StreamError } from "../../../../../shared/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

test("FB1: pieces are written in their order, also over what is there", async () => {
  const path = join(folder, "order");
  const file = new FileBytes(path, (error) => expect.fail(error.message));
  expect(file.write(bytes("size=???;"))).toBe(true);
  for (let piece = 0; piece < 300; piece += 1) file.write(bytes(`${piece};`));
  const end = file.size;
  file.seek(5);
  file.write(bytes("300"));
  expect([file.position, file.size]).toEqual([8, end]);
  file.seek(end);
  file.write(bytes("end"));
  await file.close();
  const pieces = Array.from({ length: 300 }, (_, piece) => `${piece};`).join("");
  expect(readFileSync(path, "utf8")).toBe(`size=300;${pieces}end`);
});

test("FB2: a full disk is told of once, in words, and takes nothing more", async () => {
  const path = join(folder, "full");
  // Every write to it finds the disk full.
  symlinkSync("/dev/full", path);
  const errors: StreamError[] = [];
  const file = new FileBytes(path, (error) => errors.push(error));
  file.write(bytes("one"));
  file.write(bytes("two"));
  await file.close();
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    ["output-failed", `${path} cannot be written: the disk is full.`],
  ]);
  expect(file.write(bytes("three"))).toBe(false);
  expect(file.size).toBe(0);
});

test("a disk that is far behind ends it, and memory is bounded (MX2)", async () => {
  const errors: StreamError[] = [];
  const file = new FileBytes(join(folder, "slow"), (error) => errors.push(error));
  const piece = new Uint8Array(16 * 1024 * 1024);
  // All in one turn, so that nothing of it is written yet.
  const taken = Array.from({ length: 5 }, () => file.write(piece));
  expect(taken).toEqual([true, true, true, true, false]);
  expect(errors[0]?.message).toMatch(/too slow/);
  await file.close();
});

test.each([
  ["no such folder", join(folder, "none", "film.mp4"), /there is no such folder/],
  ["a folder", folder, /it is a folder/],
])("where there is %s it says so at once", (_what, path, words) => {
  expect(() => new FileBytes(path, () => undefined)).toThrow(words);
});
