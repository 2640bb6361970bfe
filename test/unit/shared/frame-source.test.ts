import { describe, expect, test } from "vitest";
import { bytesOfFrame, parseCarriedFrame, parseProgramMessage } from "../../../shared/frame-source.ts";

const frame = { kind: "frame", slot: 1, number: 7, width: 20, height: 16 } as const;

function carried(head: unknown, pixels: number): Uint8Array {
  const text = typeof head === "string" ? head : JSON.stringify(head);
  return Buffer.concat([Buffer.from(`${text}\n`), new Uint8Array(pixels).fill(5)]);
}

test("messages of a program are read, without what they may not have, and missing fields stay away", () => {
  const hello = {
    kind: "hello",
    protocol: 1,
    title: "Fibres",
    width: 640,
    height: 481,
    maxPixels: 4096,
    resizes: false,
  };
  expect(parseProgramMessage(JSON.stringify({ ...hello, more: 1 }))).toEqual(hello);
  expect(parseProgramMessage('{"kind":"hello","protocol":2}')).toEqual({ kind: "hello", protocol: 2 });
  const whole = { ...frame, format: "rgb", rows: "up", renderedAt: 1.5, renderMs: 0, answers: 3 };
  expect(parseProgramMessage(JSON.stringify(whole))).toEqual(whole);
  expect(parseProgramMessage('{"kind":"cursor","cursor":"pointer"}')).toEqual({ kind: "cursor", cursor: "pointer" });
});

describe("hostile messages name the field and the rule (FS3)", () => {
  test.each([
    ["", "message must be JSON."],
    ["[1]", "message must be an object."],
    ['{"kind":"draw"}', "message.kind must be one of hello, frame, reserve, title, cursor."],
    ['{"kind":"hello"}', "message.protocol must be a whole number from 0 to 65535."],
    ['{"kind":"hello","protocol":1,"title":" "}', "message.title must have a letter."],
    [
      `{"kind":"hello","protocol":1,"title":"${"a".repeat(201)}"}`,
      "message.title must be text of at most 200 characters.",
    ],
    ['{"kind":"hello","protocol":1,"width":-1}', "message.width must be a whole number from 16 to 8192."],
    [
      '{"kind":"hello","protocol":1,"maxPixels":1e300}',
      "message.maxPixels must be a whole number from 256 to 67108864.",
    ],
    ['{"kind":"reserve","width":1e9,"height":16}', "message.width must be a whole number from 16 to 8192."],
    [`{"kind":"title","title":"${"a".repeat(20_000)}"}`, "message must be at most 16384 characters."],
  ])("%.60s", (json, sentence) => {
    expect(() => parseProgramMessage(json)).toThrow(new TypeError(sentence));
  });

  test.each([
    [{ slot: 4 }, "message.slot must be a whole number from 0 to 3."],
    [{ slot: -1 }, "message.slot must be a whole number from 0 to 3."],
    [{ slot: 0.5 }, "message.slot must be a whole number from 0 to 3."],
    [{ number: 0 }, "message.number must be a whole number from 1 to 4503599627370496."],
    [{ number: "1" }, "message.number must be a whole number from 1 to 4503599627370496."],
    [{ width: 15 }, "message.width must be a whole number from 16 to 8192."],
    [{ height: 8193 }, "message.height must be a whole number from 16 to 8192."],
    [{ format: "bgra" }, "message.format must be one of rgba, rgb, gray."],
    [{ rows: "left" }, "message.rows must be one of down, up."],
    [{ renderedAt: null }, "message.renderedAt must be a number from 0 to 100000000000000."],
    [{ answers: 0 }, "message.answers must be a whole number from 1 to 4503599627370496."],
  ])("a frame with %j", (fields, sentence) => {
    expect(() => parseProgramMessage(JSON.stringify({ ...frame, ...fields }))).toThrow(new TypeError(sentence));
  });
});

describe("a frame in the socket", () => {
  test("has its pixels where they lay, in each format", () => {
    for (const format of ["rgba", "rgb", "gray"] as const) {
      const bytes = carried({ ...frame, format }, bytesOfFrame({ ...frame, format }));
      const { frame: read, pixels } = parseCarriedFrame(bytes);
      expect(read).toEqual({ ...frame, format });
      expect([pixels.byteLength, pixels.buffer === bytes.buffer, pixels[0]]).toEqual([
        20 * 16 * { rgba: 4, rgb: 3, gray: 1 }[format],
        true,
        5,
      ]);
    }
  });

  test.each([
    [carried(frame, 20 * 16 * 4 - 1), "message must have 1280 bytes of pixels, not 1279."],
    [carried(frame, 20 * 16 * 4 + 1), "message must have 1280 bytes of pixels, not 1281."],
    [carried({ kind: "cursor", cursor: "text" }, 0), "message.kind must be frame where pixels follow."],
    [carried("{", 9), "message must be JSON."],
    [Uint8Array.of(0xff, 0xfe, 10), "message must be UTF-8 before its line feed."],
    [new Uint8Array(9000), "message must begin with JSON of at most 4096 bytes and a line feed."],
    [new Uint8Array(), "message must begin with JSON of at most 4096 bytes and a line feed."],
  ])("is refused where it is none (%#)", (bytes, sentence) => {
    expect(() => parseCarriedFrame(bytes)).toThrow(new TypeError(sentence));
  });
});
