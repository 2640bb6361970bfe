/** Owns the checks of the codec string of an H.264 stream. */

import { expect, it } from "vitest";
import { avcString } from "../../../../client/picture/codec-support.ts";

it("reads profile, constraints and level behind either start code, wherever the SPS stands", () => {
  expect(avcString(Uint8Array.of(0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0x8c))).toBe("avc1.42c01f");
  expect(avcString(Uint8Array.of(0, 0, 1, 0x09, 0x10, 0, 0, 1, 0x27, 0x64, 0x00, 0x0a, 0xac))).toBe("avc1.64000a");
});

it("finds none in a picture without an SPS, or in part of one", () => {
  expect(avcString(Uint8Array.of(0, 0, 1, 0x65, 0x88, 0x84, 0x00))).toBeNull();
  expect(avcString(Uint8Array.of(0, 0, 1, 0x67, 0x42))).toBeNull();
});
