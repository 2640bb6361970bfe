/** Owns the checks of the binary form of feedback, and of what a viewer makes of that of a later version. */

import { describe, expect, it } from "vitest";
import { encodeFeedback, type Feedback, MAX_POINTERS, parseFeedback } from "../../../shared/feedback.ts";
import { encodeSocketFeedback, encodeSocketFrame, parseServerSocketMessage } from "../../../shared/socket-message.ts";
import { milliseconds } from "../../../shared/time.ts";

const all: readonly Feedback[] = [
  { kind: "echo", rtpTimestamp: 2 ** 32 - 1, sequence: 7, serverMs: 4.5 },
  { kind: "pulse", renderedFps: 59.5, renderMs: 3.25, encodeMs: 2.5 },
  { kind: "received", ordered: 70_000 },
  { kind: "pointers", pointers: [] },
  { kind: "pointers", pointers: [{ person: 70_000, x: 0, y: 1, state: "pressed" }] },
];

it.each(all)("is read as it was written: %o", (feedback) => {
  expect(parseFeedback(encodeFeedback(feedback))).toEqual(feedback);
  expect(parseServerSocketMessage(encodeSocketFeedback(feedback))).toEqual({ kind: "feedback", feedback });
});

it("keeps its form: kind, then three numbers of four bytes", () => {
  const bytes = encodeFeedback({ kind: "echo", rtpTimestamp: 0x01020304, sequence: 5, serverMs: 1 });
  expect([...bytes]).toEqual([0, 4, 3, 2, 1, 5, 0, 0, 0, 0, 0, 128, 63]);
  expect(encodeFeedback({ kind: "received", ordered: 1 })).toHaveLength(13);
});

it("is refused where it is too short or has too many pointers", () => {
  expect(() => parseFeedback(new Uint8Array())).toThrow("feedback must have at least 1 byte.");
  expect(() => parseFeedback(new Uint8Array(12))).toThrow("feedback must have 13 bytes, not 12.");
  const bytes = new Uint8Array(1 + 9 * (MAX_POINTERS + 1));
  bytes[0] = 3;
  expect(() => parseFeedback(bytes)).toThrow("feedback.pointers must be at most 64, of 9 bytes each.");
});

describe("PV1: of a server of a later version a viewer reads", () => {
  it("no kinds that it does not know", () => {
    expect(parseFeedback(Uint8Array.of(4, 1, 2, 3))).toBeNull();
    expect(parseServerSocketMessage(Uint8Array.of(2, 9))).toBeNull();
    expect(parseServerSocketMessage(Uint8Array.of(3, 1, 2))).toBeNull();
  });

  it.each(all.slice(0, 3))("nothing that follows the form that it knows: %o", (feedback) => {
    expect(parseFeedback(Uint8Array.of(...encodeFeedback(feedback), 1, 2, 3, 4))).toEqual(feedback);
  });

  it("a pointer in a state that it does not know as over the picture", () => {
    const bytes = encodeFeedback({ kind: "pointers", pointers: [{ person: 2, x: 0, y: 0, state: "gone" }] });
    bytes[9] = 9;
    expect(parseFeedback(bytes)).toMatchObject({ pointers: [{ person: 2, state: "over" }] });
  });

  it("whether a frame is a key frame, whatever else the flags say", () => {
    const frame = { codec: "h264", frame: 1, time: milliseconds(0), data: Uint8Array.of(1) } as const;
    for (const isKeyFrame of [true, false]) {
      const bytes = encodeSocketFrame({ ...frame, isKeyFrame });
      bytes[2] = (bytes[2] ?? 0) | 0b1010;
      expect(parseServerSocketMessage(bytes)).toMatchObject({ kind: "frame", isKeyFrame });
    }
  });
});
