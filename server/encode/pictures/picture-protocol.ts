/**
 * Owns what the session and the thread that makes single pictures, snapshots and exact ones, say to each other. Times are
 * milliseconds since the epoch.
 */

import type { Milliseconds } from "../../../shared/time.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";

/** `webp-exact` is WebP that loses nothing: smaller than PNG and slower to make. */
export type PictureFormat = "png" | "jpg" | "webp" | "webp-exact";

export type PictureThreadData = {
  readonly ring: FrameRingInit;
  /** Which of the ring's readers the thread is. There is one thread at a time, so that it holds one frame. */
  readonly reader: number;
};

export type PictureTask = {
  readonly format: PictureFormat;
  /** 1 to 100; of no account where nothing is lost. */
  readonly quality: number;
  /** Null for the size of the scene. */
  readonly size: PictureSize | null;
  /** The frame must be drawn at this time or later, unless there is none by `freshBy`. */
  readonly freshFrom: Milliseconds;
  readonly freshBy: Milliseconds;
  /** Until then it is worth to wait for the finer picture of a scene at rest. */
  readonly atRestBy: Milliseconds;
  /** The beginning of the tag: what makes it one of this session's. */
  readonly session: string;
  /** Tags of which the asker has the picture. */
  readonly known: readonly string[];
};

/** The tag of a picture of a frame in a form: two of the same tag have the same bytes. */
export function pictureTag(
  { session, format, quality, size }: Pick<PictureTask, "session" | "format" | "quality" | "size">,
  frame: number,
  scene: PictureSize,
): string {
  const { width, height } = size ?? scene;
  const form = format === "png" || format === "webp-exact" ? format : `${format}${quality}`;
  return `${pictureName(session, frame)}-${width}x${height}-${form}`;
}

/** The name of the picture of a frame, whatever its form. */
export function pictureName(session: string, frame: number): string {
  return `${session}-${frame}`;
}

/** Whether what has this tag shows the picture of this name. */
export function isPictureTag(tag: string, picture: string): boolean {
  return tag.startsWith(`${picture}-`);
}

/** `bytes` is null where the picture is one of those that were known. `encodeMs` is how long it took to make. */
export type TakenPicture = { readonly tag: string; readonly bytes: Uint8Array | null; readonly encodeMs: number };
