/** Owns what the page's thread and the decoder say to each other. */

import type { Milliseconds } from "../../shared/time.ts";
import type { StreamCodec } from "../../shared/video.ts";

export type ToDecoder =
  /** Where to draw. Transferred to a worker, once, before anything else. */
  | { readonly kind: "canvas"; readonly canvas: OffscreenCanvas | HTMLCanvasElement }
  /** A stream begins; what was left of the one before is forgotten. `stream` comes back with all that is said of it. */
  | { readonly kind: "start"; readonly stream: number; readonly codec: StreamCodec }
  /** Its memory is transferred. */
  | { readonly kind: "frame"; readonly frame: number; readonly isKeyFrame: boolean; readonly data: Uint8Array }
  | { readonly kind: "stop" }
  /** Asks for what is on the canvas, as PNG. */
  | { readonly kind: "snapshot" };

export type FromDecoder =
  /** The worker runs and takes messages. */
  | { readonly kind: "ready" }
  | {
      readonly kind: "decoded";
      readonly stream: number;
      readonly frame: number;
      readonly decodeMs: number;
      /** Null when a newer picture was there already and this one was not drawn. */
      readonly drawn: { readonly width: number; readonly height: number; readonly time: Milliseconds } | null;
    }
  /** Answers `snapshot`, in order; null when it could not be made. */
  | { readonly kind: "snapshot"; readonly png: Blob | null }
  /** The stream cannot be decoded any further. A sentence for the console. */
  | { readonly kind: "failed"; readonly stream: number; readonly sentence: string };
