/** What others send to a queue's owner: where it lies, how it goes on, and how much it may be. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SentFiles } from "../../../../../server/jobs/queue/sent-files.ts";

const place = mkdtempSync(join(tmpdir(), "scenecast-sent-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const root = (): string => mkdtempSync(join(place, "root-"));
const bytes = (text: string): Uint8Array => Buffer.from(text);

test("QF1 no path and no link leads out of the folder", async () => {
  const own = root();
  const files = new SentFiles(own, 1_000);
  const outside = join(place, "outside");
  symlinkSync(place, join(own, "folder"));
  symlinkSync(outside, join(own, "link"));
  const bad = [
    "",
    "/etc/x",
    "../x",
    "a/../../x",
    "a//b",
    "./a",
    "a/.",
    "folder/outside",
    "link",
    "a\0b",
    "x".repeat(1001),
  ];
  for (const path of bad) {
    await expect(files.add(path, 0, bytes("bad")), path).rejects.toMatchObject({ status: 400 });
  }
  expect(existsSync(outside)).toBe(false);
  const odd = ["back\\slash", "new\nline", "%2e%2e", "...", "ü 🎬", "output/deep/er.txt"];
  for (const path of odd) await files.add(path, 0, bytes("good"));
  expect(readdirSync(own).sort()).toEqual([...odd.slice(0, -1), "output", "folder", "link"].sort());
});

test("QF2 a file goes on where it was broken off, also by an owner that was started anew, and is kept whole or not at all", async () => {
  const own = root();
  const first = new SentFiles(own, 1_000);
  await first.add("output/a", 0, bytes("one "));
  await expect(first.add("output/a", 0, bytes("one "))).rejects.toMatchObject({ status: 409 });
  await expect(first.add("output/a", 9, bytes("late"))).rejects.toMatchObject({ status: 409 });
  const again = new SentFiles(own, 1_000);
  expect(again.sizeOf("output/a")).toBe(4);
  await again.add("output/a", 4, bytes("two"));
  await again.add("extra", 0, bytes("half of it"));
  expect(() => again.settle([{ path: "output/a", bytes: 8 }])).toThrow("output/a is not whole.");
  expect(() => again.settle([{ path: "../empty", bytes: 0 }])).toThrow("must be one below the folder");
  again.settle([
    { path: "output/a", bytes: 7 },
    { path: "output/empty", bytes: 0 },
  ]);
  expect(readFileSync(join(own, "output", "empty"))).toHaveLength(0);
  expect(readFileSync(join(own, "output", "a"), "utf8")).toBe("one two");
  expect(existsSync(join(own, "extra"))).toBe(false);
});

test("QF3 more than is allowed is refused, before it is written", async () => {
  const own = root();
  writeFileSync(join(own, "before"), Buffer.alloc(600));
  const files = new SentFiles(own, 1_000);
  await files.add("a", 0, Buffer.alloc(400));
  await expect(files.add("b", 0, Buffer.alloc(1))).rejects.toMatchObject({ status: 413 });
  expect(existsSync(join(own, "b"))).toBe(false);
});
