/** Owns what the session knows of a way to a viewer: frames and feedback go out, input and wishes come in. */

import type { Milliseconds } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";

/** A frame cut into the payloads of RTP packets, made once for all viewers of a codec. */
export type PacketizedFrame = {
  readonly codec: VideoCodec;
  readonly isKeyFrame: boolean;
  /** The number of the rendered frame. */
  readonly number: number;
  /** The point in time that the picture shows; strictly increasing from frame to frame. */
  readonly time: Milliseconds;
  readonly payloads: readonly Buffer[];
  readonly bytes: number;
};

/** Where an input came in: moves by the unreliable channel, all else by the ordered one. */
export type InputChannel = "pointer" | "control";

export type TransportEvents = {
  /** Frames can be sent from now on. */
  readonly connected: Record<never, never>;
  readonly inputReceived: { readonly bytes: Uint8Array; readonly channel: InputChannel };
  /** The viewer cannot decode without a key frame. Not debounced. */
  readonly keyFrameRequested: Record<never, never>;
  /** The viewer is gone, or never came. Not emitted by `close`. */
  readonly lost: { readonly reason: string };
};

/** What went out since the last call of `takeCounts`. */
export type SentCounts = { readonly packets: number; readonly bytes: number; readonly retransmitted: number };
