/** Owns what a pipeline knows of a way to a viewer: frames and feedback go out, input and wishes come in. */

import type { Emitter } from "../../shared/emitter.ts";
import type { Milliseconds } from "../../shared/time.ts";
import type { StreamCodec } from "../../shared/video.ts";
import type { OutgoingFeedback } from "./outgoing-feedback.ts";

/** A coded frame on its way to all viewers of its codec. Its forms are made once, when the first one needs them. */
export type OutgoingFrame = {
  readonly codec: StreamCodec;
  /** Which of the encoders of its codec made it (tier-plan.ts); one viewer may get those of another from a key frame on. */
  readonly tier: number;
  readonly isKeyFrame: boolean;
  /** The number of the rendered frame. A picture that is encoded again keeps it. */
  readonly number: number;
  /** Counts coded frames of this codec. */
  readonly count: number;
  /** The point in time that the picture shows; strictly increasing from frame to frame. */
  readonly time: Milliseconds;
  /** The payloads of its RTP packets. */
  rtpPayloads(): readonly Buffer[];
  /** Its message on a WebSocket (shared/socket-message.ts). */
  socketForm(): Uint8Array;
};

/** Where feedback goes: echoes and people's pointers by the unreliable channel, all else by the ordered one. */
export type FeedbackChannel = "pointer" | "control";

/** What is known of the way to a viewer. */
export type WayEstimate = {
  /** What it carries for video, in bits a second; null while nothing is known, which is to be taken for no limit. */
  readonly bitrateBps: number | null;
  /** In the first seconds, what is safe to begin with: it rises fast. Null afterwards, and where nothing speaks for a limit. */
  readonly beginBps: number | null;
  readonly roundTripMs: number | null;
  /** How long what is sent waits in queues on the way; null where that is not known. */
  readonly queueMs: number | null;
  /** The part of the packets of late that were lost, 0 to 1. */
  readonly loss: number;
  /** The part of all pixels a second that the viewer's page can take, 0 to 1, where it is the page that is slow. */
  readonly pageShare: number;
};

export const unknownWay: WayEstimate = {
  bitrateBps: null,
  beginBps: null,
  roundTripMs: null,
  queueMs: null,
  loss: 0,
  pageShare: 1,
};

export type TransportEvents = {
  /** Frames can be sent from now on. */
  readonly connected: Record<never, never>;
  /** Feedback can be sent on this channel from now on. Not emitted by a way that takes all of it from its start. */
  readonly channelOpened: { readonly channel: FeedbackChannel };
  readonly inputReceived: { readonly bytes: Uint8Array };
  /** The viewer cannot decode without a key frame. Not debounced. */
  readonly keyFrameRequested: Record<never, never>;
  /** At most ten times a second. */
  readonly estimateChanged: { readonly estimate: WayEstimate };
  /** The viewer is gone, or never came. Not emitted by `close`. */
  readonly lost: { readonly reason: string };
};

/** What went out since the last call of `takeCounts`. */
export type SentCounts = {
  readonly packets: number;
  readonly bytes: number;
  readonly retransmitted: number;
  /** Packets from which a viewer makes lost ones itself. */
  readonly parity: number;
};

export const noCounts: SentCounts = { packets: 0, bytes: 0, retransmitted: 0, parity: 0 };

/** A way to a viewer. */
export type Transport = Emitter<TransportEvents> & {
  readonly codec: StreamCodec;
  /** Whether nothing but a key frame is of use to the viewer. */
  readonly needsKeyFrame: boolean;
  readonly estimate: WayEstimate;
  /**
   * Sends a frame, or leaves it out where the way is not free, and returns whether. `sent` gets the name that the
   * viewer knows the frame by: its RTP time stamp, or its count on a WebSocket.
   */
  send(frame: OutgoingFrame, sent: (name: number) => void): boolean;
  sendFeedback(channel: FeedbackChannel, feedback: OutgoingFeedback): void;
  /** Tells whether frames are held back for now. The first one after a pause must be a key frame. */
  setPaused(paused: boolean): void;
  /**
   * What the frames may come to at most, in bits a second: the way is tried for this much and not for more. Null: unknown,
   * as at the start; then for as much as there is.
   */
  setMaxBitrate(bitrateBps: number | null): void;
  takeCounts(): SentCounts;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
};
