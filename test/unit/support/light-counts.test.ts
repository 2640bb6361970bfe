/** What a receiver that decodes nothing counts: test/support/light-counts.ts. */

import { expect, test } from "vitest";
import { RtpCounter } from "../../support/light-counts.ts";

function packet(sequence: number, marker = false): Uint8Array {
  return Uint8Array.of(0x80, marker ? 0xe0 : 0x60, sequence >> 8, sequence & 255, ...new Array(16).fill(0));
}

test("frames are counted by their last packets, and RTCP is left out", () => {
  const counter = new RtpCounter();
  for (let sequence = 1; sequence <= 6; sequence += 1) counter.note(packet(sequence, sequence % 3 === 0));
  counter.note(Uint8Array.of(0x80, 200, 0, 6, ...new Array(24).fill(0)));
  expect(counter.take()).toEqual({ frames: 2, packets: 6, bytes: 120, lost: 0 });
  expect(counter.take()).toEqual({ frames: 0, packets: 0, bytes: 0, lost: 0 });
});

test("a gap is lost, also across the wrap, unless its packets were only overtaken", () => {
  const counter = new RtpCounter();
  for (const sequence of [65_533, 65_534, 2, 3, 0]) counter.note(packet(sequence));
  expect(counter.take().lost).toBe(2);
  counter.note(packet(3));
  counter.note(packet(4));
  expect(counter.take().lost).toBe(0);
});
