/** Owns how a movie that was written beside its place comes there when it is whole. In the thread that calls it. */

import { renameSync, rmSync } from "node:fs";
import type { SphericalProjection } from "./spherical-boxes.ts";
import { copySpherical } from "./spherical-file.ts";

/** Where the movie of a path is written. */
export function draftOf(path: string): string {
  return `${path}.part`;
}

/** Whether a format of FFmpeg's name is one of MP4. */
export function isMp4(format: string): boolean {
  return format === "mp4" || format === "mov";
}

/** The draft is whole, and gets its name; MP4 is told how it shows all around. Throws `StreamError` "output-failed", or what the file system says. */
export function placeMovie(path: string, format: string, projection: SphericalProjection | null): void {
  if (projection === null || !isMp4(format)) return renameSync(draftOf(path), path);
  copySpherical(draftOf(path), markedOf(path), projection);
  renameSync(markedOf(path), path);
}

/** Removes what is not in its place. */
export function removeDrafts(path: string): void {
  for (const draft of [draftOf(path), markedOf(path)]) rmSync(draft, { force: true });
}

function markedOf(path: string): string {
  return `${path}.marked.part`;
}
