import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FrameCache } from "../../../../server/movies/frame-cache.ts";

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "scenecast-test-")), "movies");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const bytes = (value: number): Buffer => Buffer.alloc(100, value);

test("FC1: memory holds no more than its limit, and what was asked for last", async () => {
  const cache = new FrameCache({ maxMemoryBytes: 400, folder: null, maxDiskBytes: 0 });
  for (const value of [1, 2, 3, 4]) cache.set(`key ${value}`, bytes(value), true);
  expect(await cache.get("key 1")).toEqual(bytes(1));
  cache.set("key 5", bytes(5), true);
  expect([await cache.get("key 2"), await cache.get("key 1"), cache.bytes]).toEqual([
    null,
    bytes(1),
    { memory: 400, disk: 0 },
  ]);
  cache.set("large", new Uint8Array(200), true);
  expect(await cache.get("large")).toBeNull();
});

test("FC1, FC2: the disk holds no more than its limit, over a start, for its user alone", async () => {
  const config = { maxMemoryBytes: 0, folder, maxDiskBytes: 400 };
  const cache = new FrameCache(config);
  for (const value of [1, 2, 3, 4, 5]) {
    cache.set(`key ${value}`, bytes(value), true);
    await vi.waitFor(async () => expect(await cache.get(`key ${value}`)).toEqual(bytes(value)));
  }
  cache.set("pixels", bytes(9), false);
  expect(await cache.get("key 1")).toBeNull();
  expect(readdirSync(folder).length).toBe(4);
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect([new Set(modes), statSync(folder).mode & 0o777]).toEqual([new Set([0o600]), 0o700]);
  const again = new FrameCache(config);
  expect([await again.get("key 5"), await again.get("pixels")]).toEqual([bytes(5), null]);
});

test("a file that is not as it was written is not given, and others there are left alone", async () => {
  const config = { maxMemoryBytes: 0, folder, maxDiskBytes: 1000 };
  const cache = new FrameCache(config);
  cache.set("key", bytes(1), true);
  await vi.waitFor(async () => expect(await cache.get("key")).toEqual(bytes(1)));
  writeFileSync(join(folder, "notes.txt"), "notes");
  const [name = ""] = readdirSync(folder).filter((one) => one !== "notes.txt");
  truncateSync(join(folder, name), 50);
  expect(await cache.get("key")).toBeNull();
  expect(readdirSync(folder)).toContain("notes.txt");
});

test("FC1: a folder that cannot be written keeps nothing, and nobody is told", async () => {
  writeFileSync(folder, "a file in its place");
  const cache = new FrameCache({ maxMemoryBytes: 1000, folder, maxDiskBytes: 1000 });
  cache.set("key", bytes(1), true);
  expect(await cache.get("key")).toEqual(bytes(1));
  expect(await cache.get("other")).toBeNull();
});
