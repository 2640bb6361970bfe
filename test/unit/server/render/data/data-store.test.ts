/** The data of the render thread and what a scene has of it, with files as the main process writes them. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { mapFile } from "../../../../../server/render/data/data-mapping.ts";
import type { FromSceneData } from "../../../../../server/render/data/data-protocol.ts";
import { DataStore } from "../../../../../server/render/data/data-store.ts";
import { SceneDataSource } from "../../../../../server/render/data/scene-data.ts";
import type { SceneData } from "../../../../../server/render/data/scene-data-types.ts";
import type { DataForm } from "../../../../../shared/data.ts";

const folder = mkdtempSync(join(tmpdir(), "data-store-"));
let posted: FromSceneData[];
let arrivals: number;
let store: DataStore;
let errors: unknown[];
let warnings: string[];
let counted = 0;

beforeEach(() => begin(true));

function begin(canMap: boolean): void {
  [posted, errors, warnings, arrivals] = [[], [], [], 0];
  store = new DataStore({ post: (message) => posted.push(message), arrived: () => (arrivals += 1), canMap });
}

function fileOf(bytes: Uint8Array): string {
  counted += 1;
  const path = join(folder, String(counted));
  writeFileSync(path, bytes);
  return path;
}

function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(new Float32Array(values).buffer);
}

/** The main process sends a value; returns its file. */
function give(name: string, bytes: Uint8Array, form: DataForm, version = 1): string {
  const path = fileOf(bytes);
  store.handle({ kind: "value", id: counted, name, version, form, bytes: bytes.byteLength, path });
  return path;
}

function patch(name: string, offset: number, bytes: Uint8Array, version: number): void {
  const path = fileOf(bytes);
  store.handle({ kind: "patch", id: counted, name, version, offset, bytes: bytes.byteLength, path });
}

function points(count: number): DataForm {
  return { type: "float32", shape: [count, 3] };
}

const declared = {
  points: { type: "float32", shape: [null, 3] },
  config: { type: "json" },
  blob: { type: "bytes" },
} as const;

function sceneOf(): { readonly source: SceneDataSource; readonly data: SceneData<typeof declared>; frames(): number } {
  let frames = 0;
  const source = new SceneDataSource({
    store,
    changed: () => (frames += 1),
    onError: (error) => errors.push(error),
    inside: (work) => work(),
    warn: (sentence) => warnings.push(sentence),
  });
  source.declare(declared);
  return { source, data: source.api as SceneData<typeof declared>, frames: () => frames };
}

test("SD1: what arrives is taken when it is asked for, and told when a frame has shown it", () => {
  const { data, frames } = sceneOf();
  give("points", floats(1, 2, 3), points(1));
  expect([arrivals, data.points, posted]).toEqual([1, null, []]);
  expect(store.drain()).toBe(true);
  expect(data.points).toMatchObject({ type: "float32", shape: [1, 3], version: 1 });
  expect([frames(), posted, store.drain()]).toEqual([1, [], false]);
  store.tellTaken();
  expect(posted).toEqual([{ kind: "taken", id: counted, isKept: true }]);
});

test("SD2, SD3: a new value is new memory, a change is in the same array and in the file, and all come in order", () => {
  const { data } = sceneOf();
  const told: unknown[] = [];
  data.follow("points", ({ array, ranges, version }) => told.push([version, ranges, array[0]]));
  const path = give("points", floats(1, 2, 3, 4, 5, 6), points(2));
  store.drain();
  const kept = data.points?.array;
  patch("points", 12, floats(7, 8, 9), 2);
  patch("points", 0, floats(0.5), 3);
  give("points", floats(9, 9, 9), points(1), 4);
  store.drain();
  expect(told).toEqual([
    [1, null, 1],
    [2, [{ offset: 3, count: 3 }], 1],
    [3, [{ offset: 0, count: 1 }], 0.5],
    [4, null, 9],
  ]);
  expect([...(kept ?? [])]).toEqual([0.5, 2, 3, 7, 8, 9]);
  expect([...new Float32Array(new Uint8Array(readFileSync(path)).buffer)]).toEqual([0.5, 2, 3, 7, 8, 9]);
  rmSync(path);
  expect([...(kept ?? [])]).toEqual([0.5, 2, 3, 7, 8, 9]);
  expect(data.points?.array).not.toBe(kept);
});

test("where files cannot be mapped they are read, and the main process keeps what is changed", () => {
  begin(false);
  const { data } = sceneOf();
  const path = give("points", floats(1, 2, 3), points(1));
  patch("points", 4, floats(5), 2);
  store.drain();
  store.tellTaken();
  expect([...(data.points?.array ?? [])]).toEqual([1, 5, 3]);
  expect([...new Float32Array(new Uint8Array(readFileSync(path)).buffer)]).toEqual([1, 2, 3]);
  expect(posted.map((message) => message.kind === "taken" && message.isKept)).toEqual([true, false]);
});

test("memory of a file is not to be transferred, and nothing at all is mapped too", () => {
  const { buffer } = mapFile(fileOf(floats(1)), 4);
  expect(() => buffer.transfer()).toThrow("cannot be transferred. Copy it");
  expect(() => structuredClone(buffer, { transfer: [buffer] })).toThrow();
  expect(mapFile(fileOf(new Uint8Array(0)), 0).buffer.byteLength).toBe(0);
  expect(() => mapFile(join(folder, "none"), 4)).toThrow("ENOENT");
});

test("JSON and bytes, values that are removed, and a file that is gone", () => {
  const { data } = sceneOf();
  let removed = 0;
  data.follow(
    "blob",
    () => undefined,
    () => (removed += 1),
  );
  give("config", Buffer.from('{"a":["ä"]}'), { type: "json" });
  give("blob", new Uint8Array([1, 2, 3]), { type: "bytes" });
  patch("blob", 1, new Uint8Array([9]), 2);
  store.drain();
  expect(data.config?.value).toEqual({ a: ["ä"] });
  expect(data.config).toBe(data.config);
  expect([[...(data.blob?.bytes ?? [])], [...data.names].sort()]).toEqual([
    [1, 9, 3],
    ["blob", "config"],
  ]);
  store.handle({ kind: "removal", id: 1, name: "blob" });
  store.handle({
    kind: "value",
    id: 2,
    name: "points",
    version: 1,
    form: points(1),
    bytes: 12,
    path: join(folder, "-"),
  });
  store.drain();
  store.tellTaken();
  expect([removed, data.blob, data.points]).toEqual([1, null, null]);
  expect(posted.at(-1)).toMatchObject({ kind: "not-taken", id: 2, reason: expect.stringContaining("ENOENT") });
});

test("listeners hear of what there is, until they are off; what one throws stops none, and names that are not there throw", async () => {
  const { source, data } = sceneOf();
  give("points", floats(1, 2, 3), points(1));
  store.drain();
  const heard: string[] = [];
  data.follow("points", () => {
    throw new Error("bad");
  });
  data.follow("points", async () => {
    throw new Error("later");
  });
  const off = data.follow("points", ({ version }) => void heard.push(`one ${version}`));
  data.followAll((name, { version }) => void heard.push(`all ${name} ${version}`));
  expect(heard).toEqual(["one 1", "all points 1"]);
  off();
  give("points", floats(4, 5, 6), points(1), 2);
  store.drain();
  expect(heard).toEqual(["one 1", "all points 1", "all points 2"]);
  await expect
    .poll(() => errors.map(String).sort())
    .toEqual(["Error: bad", "Error: bad", "Error: later", "Error: later"]);
  expect(() => data.follow("colours" as "points", () => undefined)).toThrow(
    'data has no "colours". It has points, config, blob.',
  );
  expect(() => data.follow("points", 7 as never)).toThrow("listener must be a function.");
  source.close();
  give("points", floats(7, 8, 9), points(1), 3);
  store.drain();
  expect(heard).toHaveLength(3);
});

test("a value that does not fit the scene that is shown is kept, said, and not given to it", () => {
  give("points", floats(1, 2, 3, 4), { type: "float32", shape: [2, 2] });
  give("other", floats(1), { type: "float32", shape: [1] });
  store.drain();
  const { data } = sceneOf();
  expect([data.points, data.names]).toEqual([null, []]);
  expect(warnings).toEqual([
    'The value of "points" is float32 [2, 2]; the scene takes float32 [any, 3], so it gets none.',
    'The scene declares no data "other", of which there is a value.',
  ]);
});

test("a scene that begins waits until it has what it begins with, and what it takes is told before", async () => {
  let isBegun = false;
  const begun = store.begin(declared).then(() => (isBegun = true));
  expect(posted).toEqual([{ kind: "declared", declarations: declared }]);
  give("points", floats(1, 2, 3), points(1));
  await Promise.resolve();
  expect(isBegun).toBe(false);
  store.handle({ kind: "filled" });
  await begun;
  expect(store.get("points")?.version).toBe(1);
  store.show(declared);
  // The one that is shown takes what comes until another is there.
  await store.begin({});
  expect(posted.filter(({ kind }) => kind === "declared")).toHaveLength(2);
});
