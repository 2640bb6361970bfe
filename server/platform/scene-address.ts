/** Owns what the address of a scene says: the file of a module, or that another program makes the pictures. Pure; for any process. */

import { fileURLToPath } from "node:url";

/** `frames:`, with or without a title behind it, stands where a scene's file would. */
const SOURCE = "frames:";

/** Whether another program makes the pictures. */
export function isFrameSource(address: URL | string): boolean {
  return String(address).startsWith(SOURCE);
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

/** The file of a scene; null where there is none. */
export function fileOfScene(address: URL | string): string | null {
  return isFrameSource(address) ? null : fileURLToPath(address);
}
