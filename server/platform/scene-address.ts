/**
 * Owns what the address of a scene says: the file of a module, that another program makes the pictures, or a layout of several sources.
 * Pure; for any process.
 */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** `frames:`, with or without a title behind it, stands where a scene's file would. */
const SOURCE = "frames:";
/** `studio:` and the `file:` URL of a layout stands there, too. */
const STUDIO = "studio:";

/** Whether another program makes the pictures. */
export function isFrameSource(address: URL | string): boolean {
  return String(address).startsWith(SOURCE);
}

/** Whether the picture is composed of several sources. */
export function isStudio(address: URL | string): boolean {
  return String(address).startsWith(STUDIO);
}

/** Whether no scene draws there, so that no OpenGL is needed. */
export function needsNoGl(address: URL | string): boolean {
  return isFrameSource(address) || isStudio(address);
}

/** The title of a frame source as its address says it; else that of `fallback`. */
export function titleOfSource(address: URL | string, fallback: string): string {
  const title = String(address).slice(SOURCE.length);
  try {
    return decodeURIComponent(title).trim() || fallback;
  } catch {
    return title;
  }
}

/** The file of a studio's layout. */
export function fileOfStudio(address: URL | string): string {
  return fileURLToPath(String(address).slice(STUDIO.length));
}

/** A studio is called as its layout's file. */
export function titleOfStudio(address: URL | string): string {
  return basename(fileOfStudio(address)).replace(/\.[^.]*$/, "");
}

/** The file of a scene, or the layout of a studio; null where there is none. */
export function fileOfScene(address: URL | string): string | null {
  if (isFrameSource(address)) return null;
  return isStudio(address) ? fileOfStudio(address) : fileURLToPath(address);
}
