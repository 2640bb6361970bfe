/** Owns which kind of output a target gets, in the mux thread. */

import { FileOutput } from "./file-output.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { MuxTarget, StreamPiece } from "./mux-protocol.ts";
import { ReplayOutput } from "./replay-output.ts";
import { SegmentOutput } from "./segment-output.ts";
import { StreamOutput } from "./stream-output.ts";

export type OutputEvents = {
  /** It ended by itself: with what went wrong, or null where it has all that it wanted. */
  ended(error: unknown): void;
  /** A piece is there, whose bytes are the taker's. */
  made(piece: StreamPiece): void;
};

export function openOutput(target: MuxTarget, { ended, made }: OutputEvents): MuxOutput {
  switch (target.kind) {
    case "file":
      return new FileOutput(target, ended);
    case "replay":
      return new ReplayOutput(target);
    case "stream":
      return new StreamOutput(target);
    case "segments":
      return new SegmentOutput(target, made);
  }
}
