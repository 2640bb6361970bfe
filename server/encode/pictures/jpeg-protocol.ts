/** Owns the messages between the session and the JPEG thread. After each message to it the session wakes the ring. */

import type { PictureSize } from "../../../shared/video.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";

export type JpegThreadData = {
  readonly ring: FrameRingInit;
  /** Which of the ring's readers this thread is. */
  readonly reader: number;
};

/** A stream of JPEG pictures; `size` is a box that they fit inside, null for the size of the scene. */
export type JpegStream = {
  readonly streamId: string;
  readonly maxFps: number;
  /** 1 to 100. */
  readonly quality: number;
  readonly size: PictureSize | null;
};

/** The session is the only sender. */
export type ToJpegThread =
  /** Begins a stream, with a picture of the newest frame at once. */
  | { readonly kind: "begin"; readonly stream: JpegStream }
  | { readonly kind: "end"; readonly streamId: string }
  | { readonly kind: "close" };

/** A picture; its bytes are transferred. */
export type JpegPicture = {
  readonly kind: "picture";
  readonly streamId: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frame: number;
  /** Processor time of the thread since the picture before. */
  readonly cpuMs: number;
};

/** The JPEG thread is the only sender. */
export type FromJpegThread =
  | { readonly kind: "ready" }
  | JpegPicture
  /** The stream could not be begun, or its encoder failed; it is over. A sentence for the log. */
  | { readonly kind: "refused"; readonly streamId: string; readonly reason: string };
