/** The names of recordings and their folder: nothing is written over, nothing outside of the folder is named. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  containerOf,
  isRecordingName,
  listFolder,
  nameFor,
  reserve,
  settle,
} from "../../../../server/recordings/recording-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-recordings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("a name that is taken becomes another one, and its folder is made", () => {
  const path = join(folder, "a", "film.mp4");
  const made = [reserve(path), reserve(path), reserve(path)];
  expect(made).toEqual(["film.mp4", "film-2.mp4", "film-3.mp4"].map((name) => join(folder, "a", name)));
  expect(readdirSync(join(folder, "a"))).toHaveLength(3);
});

it("what cannot be written is said in words", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => reserve(join(folder, "file", "film.mp4"))).toThrow(/cannot be written: /);
});

it("a file in which nothing came to be is taken away (RD2)", () => {
  const [empty, full] = [reserve(join(folder, "empty.mp4")), reserve(join(folder, "full.mp4"))];
  writeFileSync(full, "abc");
  expect([settle(empty), settle(full)]).toEqual([0, 3]);
  expect(readdirSync(folder)).toEqual(["full.mp4"]);
});

it.each(["a.mp4", "Ein Film (2).webm", "Szene_1-2026-11-28-091500.mkv", "日本.mp4", "A.MP4"])(
  "%s names one",
  (name) => {
    expect(isRecordingName(name)).toBe(true);
  },
);

it.each(["../a.mp4", "a/b.mp4", "a\\b.mp4", ".hidden.mp4", "a.ts", "a", "", "..", "a\0.mp4", `${"a".repeat(120)}.mp4`])(
  "%j names none",
  (name) => {
    expect(isRecordingName(name)).toBe(false);
  },
);

it("the folder is listed, the newest first, without what is no recording", async () => {
  for (const name of ["one.mp4", "two.webm", "notes.txt", ".secret.mp4"]) writeFileSync(join(folder, name), "1234");
  mkdirSync(join(folder, "room.mp4"));
  const files = await listFolder(folder);
  expect(files.map(({ file }) => file).toSorted()).toEqual(["one.mp4", "two.webm"]);
  expect(files[0]).toMatchObject({ state: "ended", bytes: 4, seconds: null, error: null });
  expect(files[0]?.startedAt.getTime()).toBeGreaterThanOrEqual(files[1]?.startedAt.getTime() ?? 0);
  expect(await listFolder(join(folder, "none"))).toEqual([]);
  expect(statSync(join(folder, "notes.txt")).size).toBe(4);
});

it("titles become names that every system takes", () => {
  const time = new Date(2026, 0, 2, 3, 4, 5);
  expect(nameFor("My/Scene: 1?", time)).toBe("My-Scene-1-2026-01-02-030405");
  expect(nameFor("…", time)).toBe("scene-2026-01-02-030405");
  expect(isRecordingName(`${nameFor("Größe 3", time)}.mp4`)).toBe(true);
});

it("endings say what a file is", () => {
  expect(["a.mp4", "b.MKV", "c.webm", "d.avi", "e"].map(containerOf)).toEqual(["mp4", "mkv", "webm", null, null]);
});
