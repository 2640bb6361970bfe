/** The data of a room whose scene is played: what it is sent, and what it says of that. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataFolder } from "../../../../server/data/data-folder.ts";
import { RoomData, type RoomDataOptions } from "../../../../server/data/room-data.ts";
import type { ToSceneData } from "../../../../server/render/data/data-protocol.ts";

const declarations = {
  points: { type: "float32", shape: [null, 3] },
  config: { type: "json" },
  blob: { type: "bytes" },
} as const;

let data: RoomData;
let sent: ToSceneData[];
let warnings: string[];
let isRunning: boolean;

beforeEach(() => open());
afterEach(() => data.close());

function open(options: Partial<RoomDataOptions> = {}): void {
  sent = [];
  warnings = [];
  isRunning = true;
  data = new RoomData({
    maxBytes: 1000,
    ready: new Promise(() => undefined),
    waitMs: 5000,
    warn: (sentence) => warnings.push(sentence),
    send: (message) => {
      if (isRunning) sent.push(message);
      return isRunning;
    },
    ...options,
  });
  expect(data.beginProcess()).toEqual(options.fill === undefined ? [{ kind: "filled" }] : []);
  data.handle({ kind: "declared", declarations });
}

/** What was sent to the scene that has a number. */
function messages() {
  return sent.flatMap((message) => (message.kind === "filled" ? [] : [message]));
}

function take(...at: readonly number[]): void {
  for (const index of at) data.handle({ kind: "taken", id: messages()[index]?.id ?? 0, isKept: true });
}

function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(new Float32Array(values).buffer);
}

async function put(name: string, bytes: Uint8Array, byteLength: number | null = bytes.byteLength) {
  const writer = await data.begin(name, {}, byteLength);
  await writer.write(bytes);
  return writer.commit();
}

function valueNow(name: string): number[] | null {
  const reading = data.read(name);
  if (reading === null) return null;
  const bytes = readFileSync(reading.path);
  reading.release();
  return [...new Float32Array(new Uint8Array(bytes).buffer)];
}

/** Whether it is still waited for after all that is due was done. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  const waits = Symbol("waits");
  return (await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 20, waits))])) === waits;
}

test("a value goes to the scene whole, and the answer waits until it was taken", async () => {
  const changes: unknown[] = [];
  data.on("changed", (change) => changes.push(change));
  const answer = put("points", floats(1, 2, 3, 4, 5, 6));
  await expect.poll(() => messages().length).toBe(1);
  const [message] = messages();
  expect(message).toMatchObject({ kind: "value", version: 1, bytes: 24, form: { type: "float32", shape: [2, 3] } });
  expect(await isWaiting(answer)).toBe(true);
  take(0);
  expect(await answer).toEqual({
    name: "points",
    version: 1,
    taken: true,
    form: { type: "float32", shape: [2, 3] },
    bytes: 24,
  });
  expect(changes).toEqual([{ name: "points", version: 1 }]);
  expect(data.list()).toEqual([
    { name: "blob", declaration: { type: "bytes" }, form: null, version: 0, bytes: 0 },
    { name: "config", declaration: { type: "json" }, form: null, version: 0, bytes: 0 },
    {
      name: "points",
      declaration: declarations.points,
      form: { type: "float32", shape: [2, 3] },
      version: 1,
      bytes: 24,
    },
  ]);
});

test("DA1: what breaks off, is too short, too long or no JSON changes nothing", async () => {
  void put("points", floats(1, 2, 3));
  await expect.poll(() => messages().length).toBe(1);
  const broken = await data.begin("points", {}, 24);
  broken.write(floats(9));
  broken.abort();
  broken.abort();
  const short = await data.begin("points", {}, 24);
  short.write(floats(9));
  await expect(short.commit()).rejects.toThrow(new TypeError("points must be 24 bytes, and only 4 came."));
  const long = await data.begin("points", {}, 12);
  expect(() => long.write(floats(9, 9, 9, 9))).toThrow("points must be 12 bytes, and more came.");
  await expect(long.commit()).rejects.toThrow("more came");
  await expect(put("points", floats(9, 9), null)).rejects.toThrow("points must be a multiple of 12 bytes");
  await expect(put("config", Buffer.from("{no"))).rejects.toThrow("config must be JSON in UTF-8");
  await expect(put("config", new Uint8Array([34, 255, 34]))).rejects.toThrow("config must be JSON in UTF-8.");
  await expect(data.begin("config", {}, 5 * 2 ** 20)).rejects.toMatchObject({ code: "data-too-large" });
  expect([messages().length, valueNow("points")]).toEqual([1, [1, 2, 3]]);
  void put("config", Buffer.from('{"yes":1}'));
  await expect.poll(() => messages().length).toBe(2);
});

test("DA2: who writes the same name waits for their turn, others do not, and who gives up leaves the line", async () => {
  const first = await data.begin("points", {}, 12);
  const gone = new AbortController();
  const second = data.begin("points", {}, 12, gone.signal);
  const third = data.begin("points", {}, 12);
  await data.begin("blob", {}, 4);
  expect(await isWaiting(second)).toBe(true);
  gone.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  first.write(floats(1, 1, 1));
  void first.commit();
  const last = await third;
  last.write(floats(3, 3, 3));
  void last.commit();
  expect(messages().map((message) => ("version" in message ? message.version : 0))).toEqual([1, 2]);
  expect(valueNow("points")).toEqual([3, 3, 3]);
});

test("DA3, SX1: a scene that is behind holds writers back before their bytes, for a while, and gets all in order", async () => {
  data.close();
  open({ waitMs: 400 });
  const answers = Array.from({ length: 32 }, (_, at) => put("points", floats(at, at, at)));
  await expect.poll(() => messages().length).toBe(32);
  const held = data.begin("points", {}, 12);
  expect(await isWaiting(held)).toBe(true);
  take(0);
  (await held).abort();
  expect(await answers[0]).toMatchObject({ version: 1, taken: true });
  void put("blob", new Uint8Array(1));
  await expect.poll(() => messages().length).toBe(33);
  await expect(data.begin("points", {}, 12)).rejects.toMatchObject({ code: "too-fast" });
  // SX2: what was committed is theirs all the same.
  expect(await answers[31]).toMatchObject({ version: 32, taken: false });
  expect(messages().map(({ id }) => id)).toEqual(messages().map((_message, at) => at + 1));
});

test("DA4: a room holds no more than it may, the value before and what is being sent included", async () => {
  data.close();
  open({ waitMs: 400 });
  await expect(data.begin("blob", {}, 1001)).rejects.toMatchObject({
    code: "data-too-large",
    message: "1001 bytes are more than the room may hold: 1000 bytes. The limit is data.maxBytes, or --max-data.",
  });
  void put("blob", new Uint8Array(600));
  await expect.poll(() => messages().length).toBe(1);
  take(0);
  await expect(data.begin("blob", {}, 600)).rejects.toThrow("of which 600 bytes are taken");
  // What comes by itself, too.
  const unknown = await data.begin("blob", {}, null);
  unknown.write(new Uint8Array(400));
  expect(() => unknown.write(new Uint8Array(1))).toThrow(/more than the room may hold/);
  // Others wait for what is being sent, and have it when that broke off.
  const begun = await data.begin("blob", {}, 400);
  const waiting = data.begin("points", {}, 12);
  expect(await isWaiting(waiting)).toBe(true);
  begun.abort();
  (await waiting).abort();
  const late = await data.begin("blob", {}, 400);
  await expect(data.begin("points", {}, 12)).rejects.toMatchObject({ code: "data-too-large" });
  late.abort();
  data.remove("blob");
  (await data.begin("blob", {}, 1000)).abort();
});

test("DA5: a process begins with the values that there are", async () => {
  void put("points", floats(1, 2, 3));
  void put("blob", new Uint8Array([7]));
  await expect.poll(() => messages().length).toBe(2);
  data.endProcess();
  const begun = data.beginProcess();
  expect(begun).toMatchObject([{ kind: "value", name: "points" }, { kind: "value", name: "blob" }, { kind: "filled" }]);
  expect(begun.every((message) => !("path" in message) || existsSync(message.path))).toBe(true);
});

test("DA6: there is no name and no form that the scene does not take", async () => {
  await expect(data.begin("colours", {}, 12)).rejects.toMatchObject({
    code: "data-refused",
    message: 'The scene takes no data "colours". It takes points, config, blob.',
  });
  await expect(data.begin("points", { shape: [null, 4] }, 16)).rejects.toMatchObject({
    message: "The scene takes float32 [any, 3] as points, not float32 [1, 4].",
  });
  await expect(data.begin("points", { type: "float64" }, 24)).rejects.toMatchObject({ code: "data-refused" });
  await expect(data.begin("../x", {}, 12)).rejects.toThrow("The name of data must be a letter");
  await expect(data.begin("points", {}, -1)).rejects.toThrow("The length of points must be a whole number of bytes.");
  // Also where it takes them no more when all is there.
  const writer = await data.begin("points", {}, 12);
  writer.write(floats(1, 2, 3));
  data.handle({ kind: "declared", declarations: {} });
  await expect(writer.commit()).rejects.toMatchObject({ code: "data-refused" });
  data.handle({ kind: "declared", declarations: "any" });
  expect(await data.declarationOf("colours")).toBe("any");
  (await data.begin("colours", { type: "uint8" }, 3)).abort();
});

test("SX3: a part is changed here where the scene does not do it: while none runs, where it fell, where it reads files", async () => {
  void put("points", floats(1, 2, 3, 4, 5, 6, 7, 8, 9));
  await expect.poll(() => messages().length).toBe(1);
  take(0);
  const patch = async (offset: number, count: number | null, ...values: readonly number[]) => {
    const writer = await data.beginPatch("points", { offset, count });
    await writer.write(floats(...values));
    return writer.commit();
  };
  // The scene has it in the memory of the file.
  const kept = patch(1, 1, 0, 0, 0);
  await expect.poll(() => messages().length).toBe(2);
  expect(messages()[1]).toMatchObject({ kind: "patch", version: 2, offset: 12, bytes: 12 });
  take(1);
  expect([await kept, valueNow("points")]).toMatchObject([{ taken: true }, [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  // It has read the file.
  const read = patch(0, null, 10, 20, 30);
  await expect.poll(() => messages().length).toBe(3);
  data.handle({ kind: "taken", id: messages()[2]?.id ?? 0, isKept: false });
  expect([await read, valueNow("points")]).toMatchObject([{ taken: true }, [10, 20, 30, 4, 5, 6, 7, 8, 9]]);
  // It falls before it has it, and the next has not begun.
  const lost = [patch(2, 1, 1, 1, 1), patch(2, 1, 2, 2, 2)];
  await expect.poll(() => messages().length).toBe(5);
  isRunning = false;
  data.endProcess();
  expect(await Promise.all(lost)).toMatchObject([{ taken: false }, { taken: false }]);
  expect(valueNow("points")).toEqual([10, 20, 30, 4, 5, 6, 2, 2, 2]);
  expect(await patch(0, 1, 5, 5, 5)).toMatchObject({ version: 6, taken: false });
  expect(valueNow("points")).toEqual([5, 5, 5, 4, 5, 6, 2, 2, 2]);
  expect(data.beginProcess()).toMatchObject([{ kind: "value", version: 6 }, { kind: "filled" }]);
});

test("a part must lie within its value, and be whole rows", async () => {
  await expect(data.beginPatch("points", { offset: 0, count: 1 })).rejects.toMatchObject({ code: "data-missing" });
  void put("points", floats(1, 2, 3));
  void put("config", Buffer.from("1"));
  await expect.poll(() => messages().length).toBe(2);
  for (const range of [
    { offset: 1, count: 1 },
    { offset: -1, count: 1 },
    { offset: 0.5, count: null },
    { offset: 2, count: null },
  ]) {
    await expect(data.beginPatch("points", range)).rejects.toThrow("The part of points must be within its 1 rows.");
  }
  await expect(data.beginPatch("config", { offset: 0, count: 1 })).rejects.toThrow("config must be sent whole");
  const half = await data.beginPatch("points", { offset: 0, count: null });
  half.write(floats(1));
  await expect(half.commit()).rejects.toThrow("A part of points must be whole rows of 12 bytes, not 4 bytes.");
  const long = await data.beginPatch("points", { offset: 0, count: null });
  expect(() => long.write(floats(1, 2, 3, 4))).toThrow("points has 1 rows (float32 [1, 3]), and more than end there");
});

test("an upload in which nothing comes is given up, and the next has its turn", async () => {
  data.close();
  open({ idleMs: 30 });
  const stuck = await data.begin("points", {}, 12);
  const next = data.begin("points", {}, 12);
  (await next).abort();
  expect(() => stuck.write(floats(1))).toThrow("Nothing more of points came for 0.03 seconds.");
  await expect(stuck.commit()).rejects.toMatchObject({ code: "data-refused" });
});

test("what the scene could not take is warned of, and files that nobody needs are gone", async () => {
  data.close();
  const folder = new DataFolder();
  open({ folder });
  const first = put("points", floats(1, 2, 3));
  await expect.poll(() => messages().length).toBe(1);
  const path = (messages()[0] as { readonly path: string }).path;
  void put("points", floats(4, 5, 6));
  await expect.poll(() => messages().length).toBe(2);
  // The scene has not opened it yet.
  expect(existsSync(path)).toBe(true);
  data.handle({ kind: "not-taken", id: messages()[0]?.id ?? 0, reason: "no memory" });
  expect([await first, warnings]).toMatchObject([
    { taken: false },
    ["The scene could not take the data points: no memory"],
  ]);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(new URL(".", `file://${path}`))).toHaveLength(1);
  expect(data.remove("points")).toBe(true);
  expect(data.remove("points")).toBe(false);
  expect(messages()[2]).toMatchObject({ kind: "removal", name: "points" });
  data.close();
  expect(existsSync(new URL(".", `file://${path}`))).toBe(false);
  await expect(data.begin("points", {}, 12)).rejects.toMatchObject({ code: "closed" });
});

test("what the room begins with is there before the scene is told that it has all", async () => {
  data.close();
  open({
    fill: async (filled) => {
      const writer = await filled.begin("points", {}, 12);
      writer.write(floats(1, 2, 3));
      await writer.commit();
    },
  });
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]?.kind).toBe("value");
  take(0);
  await expect.poll(() => sent.at(-1)).toEqual({ kind: "filled" });
});

test("who waits for a scene that never starts is told why", async () => {
  data.close();
  const failed = Promise.reject(new Error("no scene"));
  failed.catch(() => undefined);
  data = new RoomData({ maxBytes: 10, ready: failed, send: () => false, warn: () => undefined });
  await expect(data.begin("points", {}, 1)).rejects.toThrow("no scene");
});
