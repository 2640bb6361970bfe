/** Owns which kind of output a target gets, in the mux thread. */

import { FileOutput } from "./file-output.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { MuxTarget } from "./mux-protocol.ts";
import { ReplayOutput } from "./replay-output.ts";
import { StreamOutput } from "./stream-output.ts";

/** `ended` is called when it ends by itself: with what went wrong, or null where it has all that it wanted. */
export function openOutput(target: MuxTarget, ended: (error: unknown) => void): MuxOutput {
  switch (target.kind) {
    case "file":
      return new FileOutput(target, ended);
    case "replay":
      return new ReplayOutput(target);
    case "stream":
      return new StreamOutput(target);
  }
}
