/** Owns making a viewer of real parts. */

import { Display } from "./display.ts";
import { RoomViewer } from "./room-viewer.ts";
import type { Viewer } from "./viewer.ts";
import { resolveViewerOptions, type ViewerOptions } from "./viewer-options.ts";

/**
 * Shows a scene in `options.target` and sends input back, until it is closed. Throws `TypeError` naming the option and
 * the rule.
 */
export function createViewer(options: ViewerOptions): Viewer {
  return new RoomViewer(resolveViewerOptions(options), (display) => new Display(display));
}
