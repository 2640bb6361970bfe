// @ts-check
/** Owns whether there is any font that text on canvases and labels can be drawn in. */

import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const FONT = /\.(?:ttf|otf|ttc|otc|pfb)$/i;

/** Where Linux systems look for fonts. */
function places() {
  const own = [];
  try {
    own.push(join(homedir(), ".fonts"), join(homedir(), ".local/share/fonts"));
  } catch {
    // A container's user may be one whom the system does not know.
  }
  return ["/usr/share/fonts", "/usr/local/share/fonts", ...own];
}

/**
 * @param {readonly string[]} folders
 * @returns {boolean} whether there is a font in any of the folders, or below
 */
export function hasFonts(folders = places()) {
  return folders.some((folder) => {
    try {
      return readdirSync(folder, { recursive: true, encoding: "utf8" }).some((path) => FONT.test(path));
    } catch {
      return false;
    }
  });
}
