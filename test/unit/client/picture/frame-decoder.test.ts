/** Owns the checks of which pictures are drawn where a decoder is behind, with one that does what the test says. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { FromDecoder } from "../../../../client/picture/decoder-protocol.ts";
import { FrameDecoder } from "../../../../client/picture/frame-decoder.ts";

class FakeDecoder {
  static last: FakeDecoder;
  readonly state = "configured";
  readonly #init: VideoDecoderInit;
  readonly #waiting: number[] = [];
  /** What it says, which may be behind. */
  decodeQueueSize = 0;

  constructor(init: VideoDecoderInit) {
    this.#init = init;
    FakeDecoder.last = this;
  }

  configure(): void {}

  decode({ timestamp }: EncodedVideoChunk): void {
    this.#waiting.push(timestamp);
    this.decodeQueueSize += 1;
  }

  /** Gives the oldest picture. */
  give(): void {
    const timestamp = this.#waiting.shift();
    const close = (): void => undefined;
    this.#init.output({ timestamp, displayWidth: 4, displayHeight: 2, close } as unknown as VideoFrame);
  }

  close(): void {}
}

class FakeChunk {
  readonly timestamp: number;

  constructor({ timestamp }: EncodedVideoChunkInit) {
    this.timestamp = timestamp;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("VideoDecoder", FakeDecoder);
  vi.stubGlobal("EncodedVideoChunk", FakeChunk);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("leaves pictures out while more of them wait, and never the last, whatever the browser counts", () => {
  const told: FromDecoder[] = [];
  const decoder = new FrameDecoder((message) => told.push(message));
  const context = { canvas: { width: 4, height: 2 }, drawImage: () => undefined };
  decoder.handle({ kind: "canvas", canvas: { getContext: () => context } as unknown as OffscreenCanvas });
  decoder.handle({ kind: "start", stream: 1, codec: "vp8" });
  const give = (frame: number): void =>
    decoder.handle({ kind: "frame", frame, isKeyFrame: frame === 0, data: new Uint8Array(4) });
  give(0);
  FakeDecoder.last.give();
  for (const frame of [1, 2, 3]) give(frame);
  for (const _ of [1, 2, 3]) {
    vi.advanceTimersByTime(5);
    FakeDecoder.last.give();
  }
  const drawn = told.flatMap((message) =>
    message.kind === "decoded" && message.drawn !== null ? [message.frame] : [],
  );
  expect(told).toHaveLength(4);
  expect(drawn).toEqual([0, 3]);
});
