/** What is left of servers that were killed, in a folder of the test. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeKeptFolder, sweepKeptFolders } from "../../../../server/platform/kept-folder.ts";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "kept-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test("KD1, KD2, KD3: what a killed server left is swept, and nothing of those that live or are elsewhere", async () => {
  const own = makeKeptFolder(place);
  writeFileSync(join(own, "1"), "data");
  const [, pid = "", start = "", namespace = ""] = /scenecast-(\d+)-(\d+)-(\d+)-/.exec(own) ?? [];
  const made = (name: string): string => {
    mkdirSync(join(place, name));
    writeFileSync(join(place, name, "1"), "data");
    return name;
  };
  const random = "0123456789abcdef";
  const dead = [made(`scenecast-4194400-17-${namespace}-${random}`), made(`scenecast-${pid}-1-${namespace}-${random}`)];
  const kept = [
    made(`scenecast-4194400-17-1-${random}`),
    made(`scenecast-4194400-17-${namespace}-short`),
    made("scenecast-tests"),
  ];
  // Of a process that runs, and no folder at all.
  symlinkSync(own, join(place, `scenecast-4194400-18-${namespace}-${random}`));
  await sweepKeptFolders([place, join(place, "nowhere")]);
  expect(Number(start)).toBeGreaterThan(0);
  expect(dead.filter((name) => existsSync(join(place, name)))).toEqual([]);
  expect(kept.filter((name) => existsSync(join(place, name)))).toEqual(kept);
  expect([readdirSync(own), statSync(own).mode & 0o777]).toEqual([["1"], 0o700]);
});

test("KD2: frames and data of a server that was killed go alike", async () => {
  const source = (path: string) => JSON.stringify(new URL(`../../../../server/${path}`, import.meta.url).href);
  const program = `const { FrameMemory } = await import(${source("session/frame-memory.ts")});
    const { DataFolder } = await import(${source("data/data-folder.ts")});
    const places = [${JSON.stringify(place)}];
    new DataFolder(places).create(0); FrameMemory.open(4096, 4096, places); process.kill(process.pid, "SIGKILL");`;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
  expect([signal, readdirSync(place).length]).toEqual(["SIGKILL", 2]);
  await sweepKeptFolders([place]);
  expect(readdirSync(place)).toEqual([]);
});
