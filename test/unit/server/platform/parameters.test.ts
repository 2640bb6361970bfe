/** What a scene may declare of its parameters, which values fit, and which of several that were given hold. */

import { describe, expect, it } from "vitest";
import {
  changedNames,
  declaredByGiver,
  holdParameters,
  noParameters,
  parameterTextsIn,
  parseParameterValues,
} from "../../../../server/platform/given-parameters.ts";
import { parseParameterDeclarations } from "../../../../server/platform/parameter-declarations.ts";
import { checkParameter, type ParameterDeclarations, readParameter } from "../../../../server/platform/parameters.ts";

const declared: ParameterDeclarations = {
  count: { type: "number", default: 60, min: 1, max: 5000, step: 1, fromLink: true },
  part: { type: "number", default: 0.5, min: 0.1, max: 1, step: 0.1 },
  shape: { type: "choice", options: ["ball", "box"], default: "ball", fromLink: true },
  file: { type: "text", default: "", maxLength: 8 },
  dark: { type: "boolean", default: false },
};

describe("a declaration", () => {
  it("is taken as it stands, and none is none", () => {
    expect(parseParameterDeclarations(declared)).toEqual(declared);
    expect(parseParameterDeclarations(undefined)).toEqual({});
  });

  it.each([
    [[], "parameters must be an object."],
    [{ "a b": { type: "boolean", default: true } }, "The name of parameters.a b must be a letter and up to 63 more"],
    [{ ["__proto__"]: { type: "boolean", default: true } }, "The name of parameters.__proto__ must be a letter"],
    [{ count: 5 }, "parameters.count must be an object."],
    [{ count: { type: "integer", default: 5 } }, "parameters.count.type must be one of number, boolean, choice, text."],
    [{ count: { type: "number", default: 5, options: [] } }, "parameters.count.options is unknown. There are type,"],
    [{ count: { type: "number" } }, "parameters.count.default must be a number, not undefined."],
    [
      { count: { type: "number", default: 9, max: 5 } },
      "parameters.count.default must be a number of at most 5, not 9.",
    ],
    [
      { count: { type: "number", default: 9, min: 8, max: 5 } },
      "parameters.count.max must be at least parameters.count.min.",
    ],
    [{ count: { type: "number", default: 9, step: 0 } }, "parameters.count.step must be a number above 0."],
    [{ count: { type: "number", default: 9, min: "1" } }, "parameters.count.min must be a number."],
    [
      { shape: { type: "choice", default: "a", options: [] } },
      "parameters.shape.options must be a list of 1 to 256 texts.",
    ],
    [
      { shape: { type: "choice", default: "c", options: ["a", "b"] } },
      'parameters.shape.default must be one of a, b, not "c".',
    ],
    [
      { file: { type: "text", default: "", maxLength: 5000 } },
      "parameters.file.maxLength must be a whole number from 1 to 1024.",
    ],
    [
      { file: { type: "text", default: "", description: 5 } },
      "parameters.file.description must be text of at most 1000 characters.",
    ],
    [{ file: { type: "text", default: "", fromLink: "yes" } }, "parameters.file.fromLink must be true or false."],
  ])("%j is refused in words", (value, sentence) => {
    const many = Object.fromEntries(
      Array.from({ length: 65 }, (_, at) => [`p${at}`, { type: "boolean", default: true }]),
    );
    expect(() => parseParameterDeclarations(value)).toThrow(sentence);
    expect(() => parseParameterDeclarations(many)).toThrow("parameters must be at most 64.");
  });
});

describe("a value", () => {
  it.each([
    ["count", 0, "The parameter count must be a whole number from 1 to 5000, not 0."],
    ["count", 7.5, "The parameter count must be a whole number from 1 to 5000, not 7.5."],
    ["count", "200", 'The parameter count must be a whole number from 1 to 5000, not "200".'],
    ["count", Number.NaN, "The parameter count must be a whole number from 1 to 5000, not NaN."],
    ["part", 0.25, "The parameter part must be a number from 0.1 to 1 in steps of 0.1, not 0.25."],
    ["shape", "cone", 'The parameter shape must be one of ball, box, not "cone".'],
    ["file", "a long name", 'The parameter file must be text of at most 8 characters, not "a long name".'],
    ["dark", 1, "The parameter dark must be true or false, not 1."],
  ])("of %s is not %j", (name, value, sentence) => {
    expect(() => checkParameter(name, declared[name] as never, value)).toThrow(new TypeError(sentence));
  });

  it("is refused in a sentence that people can read, however long the list and the text", () => {
    const options = Array.from({ length: 200 }, (_, at) => `option-${at}-${"x".repeat(200)}`);
    const long = { type: "choice", options, default: options[0] ?? "" } as const;
    expect(() => checkParameter("long", long, "y".repeat(1000))).toThrow(
      /^The parameter long must be one of option-0-x.* and 180 more, not "y{59}…"\.$/,
    );
    const names = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`p${at}`, { type: "boolean", default: true }]),
    );
    const { leftOut } = holdParameters(names as never, {
      ...noParameters,
      set: { z: "y".repeat(1000) },
      isFirst: false,
    });
    expect(leftOut[0]?.length).toBeLessThan(400);
  });

  it("that fits is taken, and text is read as it was declared", () => {
    const read = (name: string, text: string) => readParameter(name, declared[name] as never, text);
    expect([read("count", "200"), read("count", "2e2"), read("part", ".3"), read("part", "0.7")]).toEqual([
      200, 200, 0.3, 0.7,
    ]);
    expect([read("dark", "true"), read("dark", "0"), read("shape", "box"), read("file", "5")]).toEqual([
      true,
      false,
      "box",
      "5",
    ]);
    for (const text of ["", " ", "0x10", "many", "Infinity", "1_000"]) {
      expect(() => read("count", text), text).toThrow("The parameter count must be");
    }
    expect(() => read("dark", "yes")).toThrow('The parameter dark must be true or false, not "yes".');
  });
});

describe("what was given", () => {
  const defaults = { count: 60, part: 0.5, shape: "ball", file: "", dark: false };

  it("GP1: holds in rising order: the scene's own, options, command line, link, program", () => {
    const given = { ...noParameters };
    expect(holdParameters(declared, given).values).toEqual(defaults);
    const all = {
      options: { count: 1, dark: true, file: "a", part: 0.1 },
      flags: { count: "2", file: "b", part: "0.2" },
      link: { count: "3", shape: "box" },
      set: { count: 4 },
      isFirst: true,
    };
    expect(holdParameters(declared, all)).toEqual({
      declared,
      values: { count: 4, part: 0.2, shape: "box", file: "b", dark: true },
      leftOut: [],
    });
  });

  it("GP2: what options say must fit at the first start, and is left out and told when the scene is another later", () => {
    const first = { ...noParameters, flags: { cuont: "5" } };
    const sentence = 'The scene has no parameter "cuont". It has count, part, shape, file, dark.';
    expect(() => holdParameters(declared, first)).toThrow(new TypeError(sentence));
    expect(() => holdParameters({}, first)).toThrow('The scene has no parameters, so there is no "cuont".');
    expect(() => holdParameters(declared, { ...noParameters, options: { constructor: 1 } as never })).toThrow(
      "constructor",
    );
    const later = { ...first, options: { count: 9000 }, set: { dark: true, gone: 1 }, isFirst: false };
    const { values, leftOut } = holdParameters(declared, later);
    expect(values).toEqual({ ...defaults, dark: true });
    expect(leftOut).toEqual([
      "The parameter count must be a whole number from 1 to 5000, not 9000. The value 9000 is left out.",
      `${sentence} The value "5" is left out.`,
      'The scene has no parameter "gone". It has count, part, shape, file, dark. The value 1 is left out.',
    ]);
  });

  it("GP3: a link sets only what the scene lets links set, and is never an error", () => {
    const link = { count: "200", dark: "true", file: "x", transport: "mjpeg", shape: "cone" };
    const { values, leftOut } = holdParameters(declared, { ...noParameters, link });
    expect(values).toEqual({ ...defaults, count: 200 });
    expect(leftOut).toEqual([
      'The parameter shape must be one of ball, box, not "cone". The value "cone" is left out.',
    ]);
  });

  it("GP3: what a link says can give a terminal no commands and turn no text round", () => {
    const { leftOut } = holdParameters(declared, {
      ...noParameters,
      link: { shape: "\u009b31m\u001b[2J\u202eabc\u007f" },
    });
    expect(leftOut[0]).toMatch(/not "\\u009b31m\\u001b\[2J\\u202eabc\\u007f"\. The value "\\u009b31m/);
    expect(leftOut[0]).toMatch(/^[\x20-\x7e]*$/);
  });

  it("a page takes the names that the server gave, of their types, and none from links", () => {
    const given = { ...noParameters, options: { count: 5, dark: false }, flags: { file: "a" }, link: { count: "7" } };
    const taken = declaredByGiver(given);
    expect(holdParameters(taken, { ...given, set: { count: 6 } }).values).toEqual({ count: 6, dark: false, file: "a" });
  });

  it("is bounded before the scene is there to say what it takes", () => {
    expect(parseParameterValues("values", { count: 5, dark: true, file: "" })).toEqual({
      count: 5,
      dark: true,
      file: "",
    });
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, at]));
    expect(() => parseParameterValues("values", many)).toThrow("values must have at most 64 values.");
    expect(() => parseParameterValues("values", [])).toThrow("values must be an object of names and values.");
    expect(() => parseParameterValues("values", { "a=b": 1 })).toThrow("The name values.a=b must be a letter");
    for (const value of [null, {}, Number.POSITIVE_INFINITY, "x".repeat(1025), undefined]) {
      expect(() => parseParameterValues("values", { count: value })).toThrow(
        "values.count must be a number, true, false, or text",
      );
    }
  });

  it("in the query of a link is bounded too, and the first of each name counts", () => {
    const query = new URLSearchParams(`count=1&count=2&__proto__=3&long=${"x".repeat(1025)}&a%20b=4&transport=mjpeg`);
    expect(parameterTextsIn(query)).toEqual({ count: "1", transport: "mjpeg" });
    const many = new URLSearchParams(Array.from({ length: 200 }, (_, at) => [`p${at}`, ""]));
    expect(Object.keys(parameterTextsIn(many))).toHaveLength(64);
  });

  it("differs where a value does, or one is there and not there", () => {
    expect(changedNames({ a: 1, b: 2, c: 3 }, { a: 1, b: 3, d: 4 })).toEqual(["b", "c", "d"]);
  });
});
