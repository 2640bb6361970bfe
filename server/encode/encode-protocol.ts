/** Owns the messages between the session and an encode thread. After each message to it the session wakes the ring. */

import type { Milliseconds } from "../../shared/time.ts";
import type { EncodedPacket, VideoCodec } from "../../shared/video.ts";
import type { FrameRingInit } from "../frames/frame-ring.ts";

export type EncodeThreadData = {
  readonly codec: VideoCodec;
  readonly maxFps: number;
  readonly bitrateBps: number;
  readonly threads: number;
  readonly ring: FrameRingInit;
  /** Which of the ring's readers this thread is. */
  readonly reader: number;
};

/** The session is the only sender. */
export type ToEncodeThread =
  /** Whether anybody takes this codec. While nobody does, nothing is encoded. */
  | { readonly kind: "wanted"; readonly wanted: boolean }
  /** The next picture is a key frame; the newest frame is encoded again if no new one comes. */
  | { readonly kind: "key-frame" }
  | { readonly kind: "bitrate"; readonly bitrateBps: number }
  | { readonly kind: "close" };

/** An encoded frame with its times; the data is transferred. */
export type PacketMessage = EncodedPacket & {
  readonly kind: "packet";
  /** When the frame was drawn: the time of its RTP time stamp. */
  readonly renderedAt: Milliseconds;
  readonly convertMs: number;
  readonly encodeMs: number;
  /** Frames that were published since the packet before and not encoded. */
  readonly skipped: number;
  /** Processor time of the thread since the packet before. */
  readonly cpuMs: number;
};

/** The encode thread is the only sender. */
export type FromEncodeThread =
  | { readonly kind: "ready"; readonly encoder: string; readonly isHardware: boolean }
  | PacketMessage;
