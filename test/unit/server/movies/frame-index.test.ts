import { expect, test } from "vitest";
import { FrameIndex, type IndexedPacket, plainIndex } from "../../../../server/movies/frame-index.ts";

/** Packets in the order of decoding: `I2` is a key frame that is shown at 2, `P` and `B` others, `-` what is not shown. */
function indexOf(text: string, size = 0): FrameIndex {
  const packets = text.split(" ").map((word): IndexedPacket => {
    const order = Number(word.replace(/\D/g, ""));
    return {
      mark: order * 10,
      order,
      seconds: order / 25,
      isKey: word.startsWith("I"),
      isShown: !word.endsWith("-"),
      size,
    };
  });
  return new FrameIndex(plainIndex("pts", packets));
}

test("FI1: frames are numbered as they are shown, and what is not shown has no number", () => {
  const index = indexOf("I0 P3 B1 B2 P4-");
  expect(index.frameCount).toBe(4);
  expect([0, 1, 2, 3].map((frame) => index.packetOf(frame))).toEqual([0, 2, 3, 1]);
  expect([0, 1, 2, 3, 4].map((packet) => index.frameOf(packet))).toEqual([0, 3, 1, 2, null]);
  expect(() => index.packetOf(4)).toThrow("There is no frame 4.");
  expect(() => index.packetOf(-1)).toThrow(RangeError);
  expect(() => index.packetOf(0.5)).toThrow(RangeError);
});

test("FI2: what is shown before the key frame of an open GOP is decoded from the one before it", () => {
  // Packets 4 and 5 lead: they are shown before the key frame at 6, and need the pictures before it as well.
  const index = indexOf("I0 P3 B1 B2 I6 B4 B5 P9 B7 B8");
  const starts = Array.from({ length: index.frameCount }, (_, frame) => index.startOf(frame));
  expect(starts).toEqual([0, 0, 0, 0, 0, 0, 4, 4, 4, 4]);
  expect([index.keyBefore(9), index.keyBefore(4), index.keyBefore(0)]).toEqual([4, 0, 0]);
});

test("what begins before the first key frame is decoded from the beginning", () => {
  const index = indexOf("P1 P2 I5 B3 B4 P6");
  expect(Array.from({ length: 6 }, (_, frame) => index.startOf(frame))).toEqual([0, 0, 0, 0, 2, 2]);
});

test("a packet is found by its mark, unless it is of another size", () => {
  const sized = indexOf("I0 P1 P2", 100);
  expect([sized.find(10, 100), sized.find(10, 60), sized.find(15, 100)]).toEqual([1, null, null]);
  expect(indexOf("I0 P1").find(10, 60)).toBe(1);
});

test("the frame of a time is the last that has begun", () => {
  const index = indexOf("I0 P1 P2 P6");
  expect([-1, 0, 0.039, 0.04, 0.2, 0.24, 99].map((seconds) => index.frameAt(seconds))).toEqual([0, 0, 0, 1, 2, 3, 3]);
  expect([index.isRateVariable(), indexOf("I0 P1 P2").isRateVariable()]).toEqual([true, false]);
  expect([indexOf("I0 P1 P2").meanRate(), indexOf("I0").meanRate()]).toEqual([expect.closeTo(25), null]);
});

test("an index that was sent is the same one", () => {
  const index = indexOf("I0 P3 B1 B2 I6 B4 B5 P9-");
  const sent = new FrameIndex(structuredClone(index.plain));
  expect(sent.frameCount).toBe(index.frameCount);
  expect(sent.startOf(5)).toBe(index.startOf(5));
});
