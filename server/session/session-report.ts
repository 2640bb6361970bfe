/** Owns what a scene's process reports of each second: what it did, how long each stage took, and how the ways to viewers are. */

import type { PictureSize, StreamCodec } from "../../shared/video.ts";

/** One kind of work in the pipeline, in the order in which a frame meets them. */
export const stages = ["render", "readback", "convert", "encode", "send"] as const;
/** `"render"`, `"readback"`, `"convert"`, `"encode"` or `"send"`. */
export type Stage = (typeof stages)[number];

/** What is known of the way to a viewer, as of a report. */
export type WayReport = {
  /** What it carries for video, in bits a second; null while that is not known. */
  readonly estimateBps: number | null;
  /** The part of the packets of late that were lost, 0 to 1. */
  readonly loss: number;
  readonly roundTripMs: number | null;
  /** How long what is sent waits in queues on the way; null where that is not known. */
  readonly queueMs: number | null;
};

/** An encoder that gives frames now, and what it makes. */
export type TierReport = {
  readonly codec: StreamCodec;
  readonly size: PictureSize;
  /** The most frames a second. */
  readonly maxFps: number;
  readonly bitrateBps: number;
};

/** What happened since the report before this one. Sent once a second, at rest as well. */
export type SessionReport = {
  readonly rendered: number;
  readonly encoded: number;
  /** Frames rendered that no encoder took, because a newer one was there. */
  readonly skipped: number;
  /** Frames of another program that a newer one took the place of before they were shown. */
  readonly replacedFrames: number;
  readonly sentFrames: number;
  /** Frames that a viewer was not sent, because it waited for a key frame or was not ready. */
  readonly droppedFrames: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly retransmittedPackets: number;
  readonly parityPackets: number;
  readonly keyFrames: number;
  readonly rejectedInputs: number;
  /** OpenGL errors noticed after a frame. */
  readonly glErrors: number;
  readonly viewers: number;
  /** How many encoders give frames now. */
  readonly encoders: number;
  /** What each of them makes. */
  readonly tiers: readonly TierReport[];
  /** One for each way on which a viewer takes frames; none while nothing is encoded, as then nothing is known anew. */
  readonly ways: readonly WayReport[];
  /** Milliseconds of each piece of work, at most 256 a stage. */
  readonly stageMs: Readonly<Record<Stage, readonly number[]>>;
  /**
   * Of each answer to an input, the part of its time that was spent waiting, 0 to 1: to be drawn, to leave, and in queues on the
   * way. At most 256.
   */
  readonly queueShares: readonly number[];
  /** Processor time of each thread since the last report, in milliseconds. */
  readonly cpuMs: Readonly<Record<"render" | "encode" | "transport" | "mux", number>>;
};
