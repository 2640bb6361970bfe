/** Values of every format, as numpy and Arrow write them, go into the data of a room. The .npy files were written by numpy 1.24. */

import { readFileSync } from "node:fs";
import { type Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import type { DataBody } from "../../../../../server/data/formats/data-body.ts";
import { formatOfContentType, formatOfFile, UnknownFormat } from "../../../../../server/data/formats/data-format.ts";
import { npyHeadFor, parseNpyHead } from "../../../../../server/data/formats/npy.ts";
import { receiveData, receivePart } from "../../../../../server/data/formats/receive-data.ts";
import { MemoryData } from "../../../../support/memory-data.ts";

const npy = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../../fixtures/data/${name}.npy`, import.meta.url)));
const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A body that comes in pieces of `step` bytes. */
function body(bytes: Uint8Array, more: Partial<DataBody> = {}, step: number = 7): DataBody {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += step) yield bytes.subarray(at, at + step);
  }
  return { chunks: chunks(), byteLength: bytes.byteLength, ...more };
}

const points = { points: { type: "float32", shape: [null, 3] } } as const;
const rows = [1, 2, 3, 4.5, -5.25, 6];

describe("what numpy writes", () => {
  test.each(["float32", "float32-v2", "float32-v3", "float64", "float32-big", "float64-fortran"])(
    "%s is kept as the float32 that the scene takes, whatever pieces it comes in",
    async (file) => {
      for (const step of [1, 7, 1000]) {
        const data = new MemoryData(points);
        const answer = await receiveData(data, "points", body(npy(file), {}, step));
        expect(answer).toMatchObject({ version: 1, form: { type: "float32", shape: [2, 3] }, bytes: 24 });
        expect(data.elements("points")).toEqual(rows);
      }
    },
  );

  test.each([1, 7, 140])(
    "chunks of %d bytes that are given away lose their memory, and no byte is lost",
    async (step) => {
      for (const file of ["float32", "float64"]) {
        const given: ArrayBuffer[] = [];
        async function* chunks(): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < npy(file).byteLength; at += step) {
            const chunk = npy(file).slice(at, at + step);
            given.push(chunk.buffer);
            yield chunk;
          }
        }
        const data = new MemoryData(points);
        await receiveData(data, "points", { chunks: chunks(), byteLength: null, isGivenAway: true });
        expect(data.elements("points")).toEqual(rows);
        expect(given.at(-1)?.byteLength).toBe(0);
      }
    },
  );

  test("what is as the scene takes it goes on piece by piece, without its head (RF1)", async () => {
    const data = new MemoryData(points);
    await receiveData(data, "points", body(npy("float32"), {}, 134));
    expect(data.pieces).toEqual([6, 18]);
  });

  test("what must be converted is, and then written at once (RF2)", async () => {
    const data = new MemoryData(points);
    await receiveData(data, "points", body(npy("float64"), {}, 134));
    expect(data.pieces).toEqual([24]);
  });

  test.each<[string, string, readonly number[], readonly (number | bigint)[]]>([
    ["float64", "float64", [2, 3], rows],
    ["float16", "float32", [10], [0, -0, 1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, 0.333251953125]],
    ["int64", "int64", [3], [1n, -2n, 2n ** 31n]],
    ["bool", "uint8", [3], [1, 0, 1]],
    ["fortran-3d-big", "int16", [2, 3, 4], Array.from({ length: 24 }, (_, at) => at)],
    ["scalar", "uint16", [1], [7]],
    ["empty", "float32", [0, 3], []],
  ])("%s is %s %j where anything is taken", async (file, type, shape, elements) => {
    const data = new MemoryData();
    const { form } = await receiveData(data, "value", body(npy(file)));
    expect(form).toEqual({ type, shape });
    expect(data.elements("value")).toEqual(elements);
  });

  test.each([
    ["int64", "int32", "Each element of value must be one of int32; that with the index 2 is 2147483648."],
    ["int64", "uint64", "Each element of value must be one of uint64; that with the index 1 is -2."],
    ["float64", "int32", "value must be int32, which float64 cannot become without loss."],
    ["complex", "float32", "The dtype of a .npy file must be one of bool, float16, float32, float64"],
    ["fields", "float32", "The dtype of a .npy file must be a plain one, without fields."],
    ["text", "float32", "The dtype of a .npy file must be one of"],
  ] as const)("%s is refused where %s is taken", async (file, type, sentence) => {
    const data = new MemoryData({ value: { type } });
    const refused = receiveData(data, "value", body(npy(file)));
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(sentence);
    expect(data.values.size).toBe(0);
  });

  test("a length that is not that of its head is refused before anything is written", async () => {
    const data = new MemoryData(points);
    const refused = receiveData(data, "points", body(npy("float32").subarray(0, 150)));
    await expect(refused).rejects.toThrow("points must be 152 bytes, as its head says, not 150.");
    expect(data.pieces).toEqual([]);
  });

  test("one that breaks off leaves the value as it was, and its writer is told (RF3)", async () => {
    const data = new MemoryData(points);
    await receiveData(data, "points", body(npy("float32")));
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield npy("float32").subarray(0, 140);
      throw new Error("gone");
    }
    await expect(receiveData(data, "points", { chunks: broken(), byteLength: null })).rejects.toThrow("gone");
    expect([data.aborted, data.values.get("points")?.version]).toEqual([1, 1]);
  });

  test("it reads back what we write", () => {
    const head = npyHeadFor("int16", [4, 5]);
    expect(head.byteLength % 64).toBe(0);
    expect(parseNpyHead(head)).toEqual({
      type: "int16",
      shape: [4, 5],
      isBigEndian: false,
      isFortran: false,
      headBytes: head.byteLength,
    });
  });
});

describe("raw bytes", () => {
  test("they are of the declared type, and as many rows as they are", async () => {
    const data = new MemoryData(points);
    const { form } = await receiveData(data, "points", body(bytesOf(Float32Array.from(rows))));
    expect(form).toEqual({ type: "float32", shape: [2, 3] });
  });

  test("of another type they are converted", async () => {
    const data = new MemoryData(points);
    const { form } = await receiveData(data, "points", body(bytesOf(Float64Array.from(rows)), { type: "float64" }));
    expect(form).toEqual({ type: "float32", shape: [2, 3] });
    expect(data.elements("points")).toEqual(rows);
  });

  test("what begins like a .npy file is none where its type was told, or bytes are taken", async () => {
    const data = new MemoryData({ blob: { type: "bytes" } });
    await receiveData(data, "blob", body(npy("float32"), { format: "npy" }));
    expect(data.values.get("blob")?.bytes).toEqual(npy("float32"));
    const typed = new MemoryData();
    await receiveData(typed, "value", body(npy("float32"), { type: "uint8" }));
    expect(typed.elements("value")).toHaveLength(152);
  });
});

describe("a part", () => {
  async function filled(): Promise<MemoryData> {
    const data = new MemoryData();
    const array = { type: "float32", shape: [4, 3] } as const;
    await receiveData(data, "points", body(bytesOf(new Float32Array(12)), array));
    return data;
  }

  test("raw, .npy and converted ones go where they say", async () => {
    const data = await filled();
    await receivePart(data, "points", { offset: 0, count: 1 }, body(bytesOf(Float32Array.of(7, 8, 9))));
    const { version } = await receivePart(data, "points", { offset: 2, count: null }, body(npy("float64-fortran")));
    expect(version).toBe(3);
    expect(data.elements("points")).toEqual([7, 8, 9, 0, 0, 0, ...rows]);
  });

  test.each<[string, Partial<DataBody>, Uint8Array, string]>([
    [
      "of other columns",
      {},
      npy("fortran-3d-big"),
      "The shape of the part must be [any number, 3], as that of points, not [2, 3, 4].",
    ],
    ["of another number of rows", {}, npy("float32"), "The part must be 1 rows, not 2."],
    [
      "of another type",
      { type: "int8" },
      new Uint8Array(3),
      "The type of the part must be float32, as that of points.",
    ],
    [
      "that is a table",
      { format: "arrow" },
      new Uint8Array(3),
      "A part must be raw, or a .npy file; tables are taken whole.",
    ],
  ])("one %s is refused", async (_, said, bytes, sentence) => {
    const data = await filled();
    await expect(receivePart(data, "points", { offset: 0, count: 1 }, body(bytes, said))).rejects.toThrow(sentence);
    expect(data.elements("points")).toEqual(new Array(12).fill(0));
  });
});

describe("tables of Arrow", () => {
  const table = (columns: Readonly<Record<string, unknown>>): Table =>
    tableFromArrays(columns as Record<string, Float32Array>) as Table;
  const xyz = { x: Float32Array.of(1, 4), y: Float64Array.of(2, 5), z: Float32Array.of(3, 6) };

  test.each(["stream", "file"] as const)("the columns of a %s stand side by side", async (kind) => {
    const data = new MemoryData(points);
    const bytes = tableToIPC(table(xyz), kind);
    for (const byteLength of [bytes.byteLength, null]) {
      const { form } = await receiveData(data, "points", body(bytes, { format: "arrow", byteLength }, 100));
      expect(form).toEqual({ type: "float32", shape: [2, 3] });
      expect(data.elements("points")).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test("those that are named are taken, in that order; several batches are one array", async () => {
    const data = new MemoryData();
    const more = table(xyz).concat(table(xyz));
    const { form } = await receiveData(
      data,
      "value",
      body(tableToIPC(more), { format: "arrow", columns: ["z", "x"] }, 100),
    );
    expect(form).toEqual({ type: "float32", shape: [4, 2] });
    expect(data.elements("value")).toEqual([3, 1, 6, 4, 3, 1, 6, 4]);
  });

  test("one column is a list, or rows of one where the scene takes rows", async () => {
    const bytes = tableToIPC(table({ x: Float32Array.of(1, 4) }));
    const list = await receiveData(new MemoryData(), "value", body(bytes, { format: "arrow" }));
    expect(list.form).toEqual({ type: "float32", shape: [2] });
    const declared = new MemoryData({ value: { type: "float32", shape: [null, 1] } });
    expect((await receiveData(declared, "value", body(bytes, { format: "arrow" }))).form).toMatchObject({
      shape: [2, 1],
    });
  });

  test("a list of fixed length is as many columns, and what is null is no number", async () => {
    const arrow = await import("apache-arrow");
    const type = new arrow.FixedSizeList(3, new arrow.Field("item", new arrow.Float32()));
    const builder = arrow.makeBuilder({ type });
    for (const row of [
      [1, 2, 3],
      [4, 5, 6],
    ])
      builder.append(row);
    const weights = arrow.vectorFromArray([0.5, null], new arrow.Float32());
    const bytes = tableToIPC(new arrow.Table({ p: builder.finish().toVector(), w: weights }));
    const data = new MemoryData();
    const { form } = await receiveData(data, "value", body(bytes, { format: "arrow" }));
    expect(form).toEqual({ type: "float32", shape: [2, 4] });
    expect(data.elements("value")).toEqual([1, 2, 3, 0.5, 4, 5, 6, Number.NaN]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, Partial<DataBody>, string]>([
    ["text", { x: Float32Array.of(1), n: ["a"] }, {}, 'The column "n" of value must be of numbers, not'],
    [
      "an unknown column",
      xyz,
      { columns: ["w"] },
      'The column "w" of value must be one of the table; there are x, y, z.',
    ],
    ["several types", xyz, {}, "The type of value must be given: its columns are of float32, float64"],
  ])("%s is refused by its column", async (_, columns, said, sentence) => {
    const refused = receiveData(
      new MemoryData(),
      "value",
      body(tableToIPC(table(columns)), { format: "arrow", ...said }, 999),
    );
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(sentence);
  });

  test.each([0, 3, 100, 300])("the first %d bytes of one are none", async (count) => {
    const bytes = tableToIPC(table(xyz), "file").subarray(0, count);
    await expect(receiveData(new MemoryData(), "value", body(bytes, { format: "arrow" }))).rejects.toThrow(TypeError);
  });
});

test("formats are told by content type and by the names of files", () => {
  const types = [undefined, "application/octet-stream", "application/x-npy", "Application/JSON; charset=utf-8"];
  expect(types.map((type) => formatOfContentType(type))).toEqual([null, null, "npy", "json"]);
  expect(() => formatOfContentType("image/png")).toThrow(UnknownFormat);
  expect(["a.npy", "b.ARROW", "c.json", "d.bin", "e"].map(formatOfFile)).toEqual(["npy", "arrow", "json", null, null]);
});
