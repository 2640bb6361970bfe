import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findRecords, keepRecord, type ServerRecord } from "../../../../server/command/server-record.ts";
import { runtimeFolder, stateFolder } from "../../../../server/platform/state-folder.ts";

const freshFolder = (): string => join(mkdtempSync(join(tmpdir(), "scenecast-record-")), "run", "scenecast");

function recordOn(port: number, pid = process.pid): ServerRecord {
  return { port, url: `http://127.0.0.1:${port}/`, token: "correct-horse", pid, startedAt: Date.now() };
}

/** Linux gives no process this number: it is beyond its largest. */
const GONE = 2 ** 30;

test("servers are found by their records while they run, and only their user can read them", () => {
  const folder = freshFolder();
  const records = [recordOn(9090), recordOn(8080)];
  const kept = records.map((record) => keepRecord(record, folder));
  expect(findRecords(folder)).toEqual([records[1], records[0]]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "scenecast-8080.json")).mode & 0o777).toBe(0o600);
  for (const one of kept) one[Symbol.dispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test("records of servers that fell, and what is none, are removed; other files are left alone", () => {
  const folder = freshFolder();
  keepRecord(recordOn(8080, GONE), folder);
  for (const [name, text] of [
    ["scenecast-8081.json", "nonsense"],
    ["scenecast-8082.json", JSON.stringify({ ...recordOn(8082), url: "file:///etc/passwd" })],
    ["scenecast-8083.json", JSON.stringify({ ...recordOn(8083), pid: -1 })],
    ["other.json", "{}"],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  expect(findRecords(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual(["other.json"]);
});

test("a server does not take away the record of a later one on its port", () => {
  const folder = freshFolder();
  const first = keepRecord(recordOn(8080, GONE), folder);
  keepRecord(recordOn(8080), folder);
  first[Symbol.dispose]();
  expect(findRecords(folder)).toHaveLength(1);
});

test("where no server ever ran there is none", () => {
  expect(findRecords(freshFolder())).toEqual([]);
});

test("an open file in the place of a record does not stay open to others", () => {
  const folder = freshFolder();
  keepRecord(recordOn(8080), folder);
  const path = join(folder, "scenecast-8080.json");
  chmodSync(path, 0o644);
  keepRecord(recordOn(8080), folder);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, "utf8")).toContain("8080");
});

describe("folders", () => {
  test.each<[Record<string, string>, NodeJS.Platform, string, string]>([
    [{ XDG_STATE_HOME: "/a", XDG_RUNTIME_DIR: "/b" }, "linux", "/a/scenecast", "/b/scenecast"],
    [{ XDG_STATE_HOME: "/a" }, "linux", "/a/scenecast", "/a/scenecast/running"],
    [{ XDG_STATE_HOME: "/a", XDG_RUNTIME_DIR: "b" }, "darwin", "/a/scenecast", "/a/scenecast/running"],
    [{ LOCALAPPDATA: "C:\\a", XDG_RUNTIME_DIR: "/b" }, "win32", "C:\\a/scenecast", "C:\\a/scenecast/running"],
  ])("with %o on %s", (environment, platform, state, runtime) => {
    expect(stateFolder({ environment, platform })).toBe(state);
    expect(runtimeFolder({ environment, platform })).toBe(runtime);
  });

  test("without anything said, below the user's home", () => {
    expect(stateFolder({ environment: {}, platform: "linux" })).toMatch(/^\/.*\/\.local\/state\/scenecast$/);
    expect(stateFolder({ environment: { XDG_STATE_HOME: "relative" }, platform: "linux" })).toBe(
      stateFolder({ environment: {}, platform: "linux" }),
    );
    expect(stateFolder({ environment: {}, platform: "win32" })).toMatch(/AppData.Local.scenecast$/);
  });
});

test("a user without a folder of their own has none kept, and nothing goes into the working directory", () => {
  const unknown = (): string => {
    throw new Error("uv_os_homedir returned ENOENT");
  };
  for (const home of [unknown, () => ""]) {
    const places = { environment: {}, platform: "linux", home } as const;
    expect([stateFolder(places), runtimeFolder(places)]).toEqual([null, null]);
  }
  // With HOME empty, the folder that the system knows for this user.
  const home = process.env["HOME"];
  process.env["HOME"] = "";
  expect(stateFolder({ environment: {}, platform: "linux" })).toMatch(/^\/.*scenecast$/);
  process.env["HOME"] = home;
  expect(() => keepRecord(recordOn(1), null)).toThrow("this user has no folder of their own");
  expect(findRecords(null)).toEqual([]);
});
