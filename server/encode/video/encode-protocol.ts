/** Owns the messages between the session and an encode thread. After each message to it the session wakes the ring. */

import type { Milliseconds } from "../../../shared/time.ts";
import {
  type EncodedPacket,
  isSameSize,
  type PictureSize,
  type SceneContent,
  type StreamCodec,
} from "../../../shared/video.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";

/** What an encoder is to give; it may change at any time. */
export type EncodeTarget = {
  /** The ceiling of the bit rate. */
  readonly bitrateBps: number;
  /** The size of the coded pictures, not larger than those of the ring. */
  readonly size: PictureSize;
  /** For pictures of the ring of which size that is meant. Default: of the first ones. */
  readonly of?: PictureSize;
  /** The most frames a second; of more, the newest are taken, and always the last one before the scene rests. */
  readonly maxFps: number;
};

/** Whether two targets are meant for pictures of one size. */
export function isOfSame({ of: one }: EncodeTarget, { of: other }: EncodeTarget): boolean {
  return one === undefined || other === undefined ? one === other : isSameSize(one, other);
}

export function isSameTarget(one: EncodeTarget, other: EncodeTarget): boolean {
  return (
    isOfSame(one, other) &&
    isSameSize(one.size, other.size) &&
    one.bitrateBps === other.bitrateBps &&
    one.maxFps === other.maxFps
  );
}

export type EncodeThreadData = {
  readonly codec: StreamCodec;
  readonly tier: number;
  /** How many frames a second come at most. */
  readonly maxFps: number;
  readonly target: EncodeTarget;
  /** What the pictures are mostly made of. */
  readonly content: SceneContent;
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
  /** The newest frame is encoded again if no new one comes. */
  | { readonly kind: "picture" }
  | { readonly kind: "target"; readonly target: EncodeTarget }
  | { readonly kind: "content"; readonly content: SceneContent }
  | { readonly kind: "close" };

/** An encoded frame with its times; the data is transferred. */
export type PacketMessage = EncodedPacket & {
  readonly kind: "packet";
  /** Which of the encoders of its codec made it. */
  readonly tier: number;
  /** Whether it shows the finer picture of a scene at rest. */
  readonly atRest: boolean;
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
