/** RTMP's notation and chunks, both ways (RT1), and H.264 as FLV has it. */

import { describe, expect, test } from "vitest";
import { type AmfValue, decodeAmf, encodeAmf } from "../../../../../../server/encode/mux/rtmp/amf.ts";
import { avcPictureOf } from "../../../../../../server/encode/mux/rtmp/avc.ts";
import { ChunkReader, chunksOf, type RtmpMessage } from "../../../../../../server/encode/mux/rtmp/chunks.ts";
import { Silence } from "../../../../../../server/encode/mux/rtmp/silence.ts";

function readIn(bytes: Buffer, step: number, chunkBytes: number): RtmpMessage[] {
  const reader = new ChunkReader();
  reader.chunkBytes = chunkBytes;
  const read: RtmpMessage[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    reader.read(bytes.subarray(at, at + step), (message) => void read.push(message));
  }
  return read;
}

const bytesOf = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index % 251));

describe("chunks", () => {
  test.each([1, 7, 5000])("messages come out as they went in, %i bytes at a time", (step) => {
    const messages: RtmpMessage[] = [
      { channel: 3, type: 20, stream: 0, at: 0, payload: bytesOf(300) },
      { channel: 6, type: 9, stream: 1, at: 41, payload: bytesOf(0) },
      // Later than the three bytes of a time can say: after four hours and a half.
      { channel: 6, type: 9, stream: 1, at: 0x1_23_45_67, payload: bytesOf(1000) },
      { channel: 6, type: 9, stream: 1, at: 0xff_ff_ff, payload: bytesOf(129) },
    ];
    const read = readIn(Buffer.concat(messages.map((message) => chunksOf(message, 128))), step, 128);
    expect(read.map(({ channel, type, stream, payload }) => [channel, type, stream, Buffer.from(payload)])).toEqual(
      messages.map(({ channel, type, stream, payload }) => [channel, type, stream, payload]),
    );
  });

  test("the bytes of a message in two chunks are those of section 5.3.1 of the specification", () => {
    const bytes = chunksOf({ channel: 4, type: 9, stream: 1346, at: 1000, payload: bytesOf(307) }, 128);
    expect([...bytes.subarray(0, 12)]).toEqual([4, 0, 3, 0xe8, 0, 1, 0x33, 9, 0x42, 5, 0, 0]);
    expect([bytes.length, bytes[12 + 128], bytes[12 + 128 + 1 + 128]]).toEqual([12 + 307 + 2, 0xc4, 0xc4]);
  });

  test("chunks of two messages that a server mixes are put together by channel", () => {
    const [one, two] = [3, 6].map((channel) =>
      chunksOf({ channel, type: 20, stream: 0, at: 0, payload: bytesOf(200) }, 128),
    );
    if (one === undefined || two === undefined) throw new Error("There are two.");
    const first = 12 + 128;
    const mixed = [one.subarray(0, first), two.subarray(0, first), one.subarray(first), two.subarray(first)];
    const read = readIn(Buffer.concat(mixed), 50, 128);
    expect(read.map(({ channel, payload }) => [channel, Buffer.from(payload).equals(bytesOf(200))])).toEqual([
      [3, true],
      [6, true],
    ]);
  });

  test.each([
    ["a message that is too large", Buffer.of(3, 0, 0, 0, 0x7f, 0xff, 0xff, 20, 0, 0, 0, 0)],
    ["a chunk that goes on with nothing", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["more channels than anybody needs", Buffer.concat(channelsOf(20))],
  ])("RT1: %s is refused", (_what, bytes) => {
    expect(() => readIn(bytes, 64, 128)).toThrow(/RTMP|large/);
  });
});

function channelsOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    chunksOf({ channel: 3 + index, type: 20, stream: 0, at: 0, payload: bytesOf(1) }, 128),
  );
}

describe("AMF0", () => {
  test("values come out as they went in", () => {
    const values: AmfValue[] = ["_result", 1, null, true, { code: "NetStream.Publish.Start", deep: { level: 1.5 } }];
    expect(decodeAmf(encodeAmf(values))).toEqual(values);
  });

  test("an array with names, as nginx sends it, is read as an object", () => {
    const bytes = Buffer.of(8, 0, 0, 0, 1, 0, 1, 0x61, 5, 0, 0, 9);
    expect(decodeAmf(bytes)).toEqual([{ a: null }]);
  });

  test.each([
    ["a text that ends early", Buffer.of(2, 0, 9, 0x61)],
    ["an unknown kind", Buffer.of(77)],
    ["objects without end", Buffer.from([3, ...Array.from({ length: 40 }, () => [0, 1, 0x61, 3]).flat()])],
    ["a list that says it is endless", Buffer.of(10, 0xff, 0xff, 0xff, 0xff, 5)],
  ])("%s is refused", (_what, bytes) => {
    expect(() => decodeAmf(bytes)).toThrow(/AMF0/);
  });
});

test("a picture in Annex B becomes a configuration and units with their lengths, whatever start codes it has", () => {
  const [sps, pps, sei, slice] = [
    [0x67, 66, 192, 30, 1],
    [0x68, 206, 60],
    [0x06, 5, 1],
    [0x65, 0x88, 0, 0, 3, 9],
  ];
  const annexB = Buffer.from([
    0,
    0,
    0,
    1,
    9,
    16,
    0,
    0,
    0,
    1,
    ...(sps ?? []),
    0,
    0,
    1,
    ...(pps ?? []),
    0,
    0,
    1,
    ...(sei ?? []),
    0,
    0,
    0,
    1,
    ...(slice ?? []),
  ]);
  const { configuration, units } = avcPictureOf(annexB);
  expect([...(configuration ?? [])]).toEqual([
    1,
    66,
    192,
    30,
    0xff,
    0xe1,
    0,
    5,
    ...(sps ?? []),
    1,
    0,
    3,
    ...(pps ?? []),
  ]);
  expect([...units]).toEqual([0, 0, 0, 3, ...(sei ?? []), 0, 0, 0, 6, ...(slice ?? [])]);
  expect(avcPictureOf(Buffer.from([0, 0, 1, 0x41, 7])).configuration).toBeNull();
});

test("silence keeps step with the pictures, without a gap and never twice, also after hours without any", () => {
  const silence = new Silence();
  const times = [0, 0, 40, 41, 1000, 1001, 2000].flatMap((at) => [...silence.until(at)].map((frame) => frame.at));
  expect(times[0]).toBe(0);
  expect(times.every((at, index) => index === 0 || Math.abs(at - (times[index - 1] ?? 0) - 1024 / 44.1) < 1e-6)).toBe(
    true,
  );
  expect(2000 - (times.at(-1) ?? 0)).toBeLessThan(1024 / 44.1);
  const later = [...silence.until(20_000_000)];
  expect([later.length, (later.at(-1)?.at ?? 0) > 19_999_900]).toEqual([200, true]);
});
