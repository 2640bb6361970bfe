/**
 * Owns what the session and the thread that makes single pictures, snapshots and exact ones, say to each other. Times are
 * milliseconds since the epoch.
 */

import type { Milliseconds } from "../../../shared/time.ts";
import { fitInside, isSameShape, type PictureSize } from "../../../shared/video.ts";
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
  /** A box that the picture fits inside; null for the size of the scene. */
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

/** The size of a picture of `scene` for who asked for `box`, when the scene may have had another shape. */
export function sizeIn(box: PictureSize | null, scene: PictureSize): PictureSize {
  if (box === null) return scene;
  return isSameShape(box, scene) && box.width <= scene.width ? box : (fitInside(scene, box) ?? scene);
}

/** The tag of a picture of a frame in a form: two of the same tag have the same bytes. */
export function pictureTag(
  { session, format, quality, size }: Pick<PictureTask, "session" | "format" | "quality"> & { size: PictureSize },
  frame: number,
): string {
  const { width, height } = size;
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
