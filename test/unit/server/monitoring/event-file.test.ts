/** The file of an event log on a real disk: its members, what is cut, put aside and refused, and a disk that takes nothing. */

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { EventFile, type EventFileOptions } from "../../../../server/monitoring/event-file.ts";
import { gzipMember, textIn } from "../../../../server/monitoring/gzip-members.ts";

let path: string;
let folder: string;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-events-"));
  path = join(folder, "log.gz");
  told = [];
});

function open(more: Partial<EventFileOptions> = {}): EventFile {
  return new EventFile({
    path,
    opening: () => ["opening"],
    lost: (lines) => `lost ${lines}`,
    told: (_level, sentence) => void told.push(sentence),
    ...more,
  });
}

function linesIn(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
}

test("what is written is gzip that any program reads, of this user alone, and the next server appends to it", async () => {
  const first = open();
  first.write("one");
  await first.close();
  const second = open();
  second.write("zwei ☃");
  await second.close();
  expect(linesIn(path)).toEqual(["opening", "one", "opening", "zwei ☃"]);
  expect([...textIn(readFileSync(path))].join("")).toBe("opening\none\nopening\nzwei ☃\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(told).toEqual([]);
});

test("lines are in the file after a moment, without anybody closing it", async () => {
  const file = open({ limits: { flushMs: 10 } });
  await expect.poll(() => statSync(path).size).toBeGreaterThan(0);
  file.write("later");
  // As a process leaves it that is killed.
  await expect.poll(() => linesIn(path)).toEqual(["opening", "later"]);
  await file.close();
});

test("a member that was cut is truncated on opening, which is told, and all before it stays (GM1, EF3)", async () => {
  for (const line of ["one", "two"]) {
    const file = open();
    file.write(line);
    await file.close();
  }
  const whole = statSync(path).size;
  const third = await gzipMember(Buffer.from("three\n"));
  for (const part of [third.subarray(0, 7), third.subarray(0, third.length - 1), Buffer.alloc(40)]) {
    appendFileSync(path, part);
    await open().close();
    expect(told.splice(0)).toEqual([
      `The event log ended in half a member: its last ${part.length} bytes were cut off.`,
    ]);
    expect(linesIn(path)).toEqual(["opening", "one", "opening", "two", "opening"]);
    truncateSync(path, whole);
  }
  // The length of the last one is right and its content is not, as after a loss of power.
  appendFileSync(path, Buffer.concat([third.subarray(0, 20), Buffer.alloc(third.length - 20)]));
  await open().close();
  expect(linesIn(path)).toEqual(["opening", "one", "opening", "two", "opening"]);
});

test("a file that is no event log is refused and stays as it is (GM2)", () => {
  for (const content of [Buffer.from("my diary"), gzipSync("a backup")]) {
    writeFileSync(path, content);
    expect(() => open()).toThrow(/options.eventLog must be an event log or a new file/);
    expect(readFileSync(path)).toEqual(content);
  }
  expect(() => open({ path: join(folder, "none", "log.gz") })).toThrow(/options.eventLog must be a file that can be/);
});

test("a file that is too long is put aside, so many are kept, and each begins with the opening (EF4)", async () => {
  let files = 0;
  const opening = () => [`opening ${(files += 1)}`];
  const file = open({ opening, limits: { flushMs: 5, maxFileBytes: 1, kept: 2 } });
  await expect.poll(() => readdirSync(folder).toSorted()).toEqual(["log.1.gz", "log.2.gz", "log.gz"]);
  file.write("more");
  await file.close();
  const openings = ["log.2.gz", "log.1.gz"].map((name) => linesIn(join(folder, name))[0]);
  expect(openings.map((line) => /^opening \d+$/.test(line ?? ""))).toEqual([true, true]);
  expect(openings[0]).not.toBe(openings[1]);
});

test("a full disk is told once, memory is bounded, and when there is room all goes on (EF1, EF2)", async () => {
  let isFull = true;
  const limits = { flushMs: 5, maxWaitingBytes: 100 };
  const file = open({
    limits,
    async write(handle, bytes, at) {
      const fails = isFull;
      // Half of it still goes there.
      await handle.write(bytes, 0, fails ? Math.floor(bytes.byteLength / 2) : bytes.byteLength, at);
      if (fails) throw new Error("no space left on device");
    },
  });
  await expect.poll(() => told).toHaveLength(1);
  for (let line = 0; line < 50; line += 1) file.write("0123456789");
  const again = told.length;
  isFull = false;
  await expect.poll(() => told).toHaveLength(2);
  expect([again, told[0], told[1]]).toEqual([
    1,
    expect.stringContaining("no space left on device"),
    "The event log is being written again.",
  ]);
  await file.close();
  const lines = linesIn(path);
  const lost = Number(/^lost (\d+)$/.exec(lines.at(-1) ?? "")?.[1]);
  expect(lines.filter((line) => line === "0123456789").length + lost).toBe(50);
  expect(lost).toBe(41);
});

test("a file that another server writes to as well is given up by the first, and stays whole (EF5)", async () => {
  const first = open({ limits: { flushMs: 5 } });
  await expect.poll(() => statSync(path).size).toBeGreaterThan(0);
  const second = open({ limits: { flushMs: 100_000 } });
  second.write("of the second");
  await second.close();
  first.write("of the first");
  await expect
    .poll(() => told)
    .toEqual(["The event log cannot be written, and is given up: another program writes to the file."]);
  await first.close();
  expect(linesIn(path)).toEqual(["opening", "opening", "of the second"]);
});

test("of another program's gzip, and of one that was cut, the text is read that is whole", () => {
  const foreign = gzipSync("one\ntwo\n");
  expect([...textIn(foreign)].join("")).toBe("one\ntwo\n");
  expect("one\ntwo\n".startsWith([...textIn(foreign.subarray(0, foreign.length - 8))].join(""))).toBe(true);
  expect(() => [...textIn(Buffer.from("no gzip"))]).toThrow("it is not a gzip file.");
});
