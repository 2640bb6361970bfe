import { expect, test } from "vitest";
import {
  closeForm,
  elementArrays,
  fitsDeclaration,
  formText,
  isDataName,
  openForm,
  parseDataDeclarations,
  rowBytes,
} from "../../../shared/data.ts";
import { formatSize } from "../../../shared/sizes.ts";

const points = { type: "float32", shape: [null, [3, 6]] } as const;

test.each(["points", "a", "A.b-c_9", `x${"y".repeat(63)}`])("%s is a name", (name) => {
  expect(isDataName(name)).toBe(true);
});

test.each(["", "9a", "_a", "a/b", "a b", "ä", `x${"y".repeat(64)}`, "..", "a\n"])("%j is no name", (name) => {
  expect(isDataName(name)).toBe(false);
});

test("what a scene declares is read, and anything is too", () => {
  const declared = { points, config: { type: "json" }, blob: { type: "bytes" }, free: { type: "uint64" } };
  expect(parseDataDeclarations(declared)).toEqual(declared);
  expect(parseDataDeclarations("any")).toBe("any");
  expect(parseDataDeclarations(undefined)).toEqual({});
});

test.each([
  [7, 'data must be an object, or "any".'],
  [{ "9": { type: "json" } }, "The name of data.9 must be a letter and up to 63 more"],
  [{ follow: { type: "json" } }, "data.follow must have another name"],
  [{ a: { type: "float16" } }, "data.a.type must be one of float32, float64"],
  [{ a: { type: "toString" } }, "data.a.type must be one of"],
  [{ a: { type: "json", shape: [1] } }, "data.a.shape must be left out: json has none."],
  [{ a: { type: "int8", shape: [] } }, "data.a.shape must be a list of 1 to 8 dimensions"],
  [{ a: { type: "int8", shape: [-1] } }, "data.a.shape must be a list"],
  [{ a: { type: "int8", shape: [[]] } }, "data.a.shape must be a list"],
  [{ a: { type: "int8", colour: 1 } }, "data.a.colour is unknown."],
  [{ a: null }, "data.a must be an object."],
  [Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`a${at}`, { type: "json" }])), "data must be at most 64"],
])("the declaration %j is refused", (declared, sentence) => {
  expect(() => parseDataDeclarations(declared)).toThrow(sentence);
});

test("what is not said of a value follows from its declaration and its length", () => {
  expect(openForm("points", { shape: [null, 3] }, points, 24)).toEqual({ type: "float32", shape: [2, 3] });
  expect(openForm("points", { shape: [null, 3] }, points, null)).toEqual({ type: "float32", shape: [null, 3] });
  expect(openForm("grid", {}, { type: "int16", shape: [4, [5]] }, 40)).toEqual({ type: "int16", shape: [4, 5] });
  expect(openForm("list", { type: "uint8" }, null, 7)).toEqual({ type: "uint8", shape: [7] });
  expect(openForm("none", { type: "float64", shape: [0, 3] }, null, 0)).toEqual({ type: "float64", shape: [0, 3] });
  expect(openForm("config", {}, { type: "json" }, 9)).toEqual({ type: "json" });
});

test.each([
  [{}, null, 8, "The type of x must be given: one of float32"],
  [{ type: "double" }, null, 8, 'not "double"'],
  [{}, points, 24, "The shape of x must be given, as the scene takes [any, 3 or 6]."],
  [{ shape: [null, null] }, points, 24, "The shape of x must be 1 to 8 whole numbers, of which one may be left"],
  [{ shape: [1.5, 3] }, points, 24, "The shape of x must be"],
  [{ shape: [2, 3] }, points, 25, "x must be 24 bytes for float32 [2, 3], not 25."],
  [{ shape: [null, 3] }, points, 25, "x must be a multiple of 12 bytes for float32 [any, 3], not 25."],
  [{ shape: [2 ** 40, 2 ** 40] }, points, 25, "The shape of x must have fewer elements."],
  [{ type: "int8", shape: [0, null] }, null, 5, "x must be a multiple of 0 bytes"],
])("the form %j of %j is refused", (wanted, declaration, bytes, sentence) => {
  expect(() => openForm("x", wanted, declaration, bytes)).toThrow(new RegExp(sentence.replaceAll(/[[\].]/g, "\\$&")));
});

test("a form fits its declaration in type and in each dimension, one that is open as far as it is known", () => {
  expect(fitsDeclaration({ type: "float32", shape: [9, 6] }, points)).toBe(true);
  expect(fitsDeclaration({ type: "float32", shape: [null, 3] }, points)).toBe(true);
  expect(fitsDeclaration({ type: "float32", shape: [9, 4] }, points)).toBe(false);
  expect(fitsDeclaration({ type: "float32", shape: [9] }, points)).toBe(false);
  expect(fitsDeclaration({ type: "float64", shape: [9, 3] }, points)).toBe(false);
  expect(fitsDeclaration({ type: "float64", shape: [1, 2, 3] }, { type: "float64" })).toBe(true);
  expect(closeForm("x", { type: "float32", shape: [null, 3] }, 36)).toEqual({ type: "float32", shape: [3, 3] });
});

test("rows, types and sizes", () => {
  expect(rowBytes({ type: "float64", shape: [10, 2, 3] })).toBe(48);
  expect(rowBytes({ type: "int16", shape: [10] })).toBe(2);
  expect(rowBytes({ type: "bytes" })).toBe(1);
  expect(formText(points)).toBe("float32 [any, 3 or 6]");
  expect(new elementArrays.int64(1)).toBeInstanceOf(BigInt64Array);
  expect([0, 1023, 1536, 2 ** 30, 1.5e12].map(formatSize)).toEqual([
    "0 bytes",
    "1023 bytes",
    "1.5 KiB",
    "1 GiB",
    "1.36 TiB",
  ]);
});
