/** Owns what the main process wants of an output: a file, a replay buffer, a stream to others. Part of session-protocol.ts. */

import type { VideoCodec } from "../../shared/video.ts";
import type { ClipWish, MuxTarget } from "../encode/mux/mux-protocol.ts";
import type { EncodeTarget } from "../encode/video/encode-protocol.ts";

/** Sent on to a server of others by WHIP, as to a viewer. */
export type WhipTarget = {
  readonly kind: "whip";
  /** With its token (whip-address.ts). */
  readonly address: string;
};

/** What an output is: by WHIP the packets depend on what the server takes. */
export type OutputOpening = MuxOpening | { readonly to: WhipTarget };

/** Which packets an output gets, as sinks wish for them (pipeline/outputs/sink.ts), and where they go. */
export type MuxOpening = {
  readonly codec: VideoCodec;
  readonly target: EncodeTarget | null;
  readonly maxKeyFrameGapMs: number | null;
  readonly maxGapMs?: number;
  readonly isOnGrid?: boolean;
  readonly to: MuxTarget;
};

/** What is wanted of an output. `outputId` is never used twice in a process. */
export type OutputWish =
  /** `output-told` tells how it does, once a second, and when it is over. */
  | { readonly kind: "open"; readonly outputId: string; readonly opening: OutputOpening }
  | { readonly kind: "end"; readonly outputId: string }
  /** Answered by `clip-saved` or `clip-refused`. */
  | { readonly kind: "clip"; readonly clip: ClipWish };
