/**
 * Owns what makes the camera of a scene one that sees all around it. Exported with "scenecast/scene"; imports nothing at run time.
 */

import type { Camera, PerspectiveCamera } from "three";

/** How a camera sees all around it. */
export type PanoramaOptions = {
  /**
   * Whether the horizon stays level: the middle of the picture is where the camera heads, however far up or down it looks. Without,
   * the panorama is tilted as the camera is. Default true.
   */
  readonly level?: boolean;
  /**
   * How many pixels wide each of the six views is that the picture is made of, 16 to 8192. Default as fine as the picture: its width
   * divided by pi.
   */
  readonly viewSize?: number;
};

/** The same, whole; null for what follows from the picture. */
export type ResolvedPanorama = { readonly level: boolean; readonly viewSize: number | null };

/** What is drawn of a scene where the server was told to see all around. */
export const usualPanorama: ResolvedPanorama = { level: true, viewSize: null };

/** A scene's own copy of this module must mean the same by it. */
const mark: unique symbol = Symbol.for("scenecast.panorama") as never;

type Marked = { [mark]?: ResolvedPanorama };

/**
 * Has a camera see all around it: `return { scene, camera: panoramaCamera(camera) }`. Pictures are equirectangular, as players of 360°
 * video take them: the middle is straight ahead, the left and the right edge are behind, the top row is straight up. Give the picture
 * twice its height as width (`--size 3840x1920`). Of the camera its place, its direction, `near`, `far` and `layers` count. Returns the
 * camera. Throws `TypeError` where it is none in perspective, or an option is wrong.
 */
export function panoramaCamera<Seen extends PerspectiveCamera>(camera: Seen, options: PanoramaOptions = {}): Seen {
  if (!isPerspective(camera)) throw new TypeError("panoramaCamera: camera must be a PerspectiveCamera.");
  const { level = true, viewSize = null } = options;
  if (typeof level !== "boolean") throw new TypeError("panoramaCamera: options.level must be true or false.");
  if (viewSize !== null && !(Number.isInteger(viewSize) && viewSize >= 16 && viewSize <= 8192)) {
    throw new TypeError("panoramaCamera: options.viewSize must be a whole number from 16 to 8192.");
  }
  (camera as Marked)[mark] = { level, viewSize };
  return camera;
}

/** How a camera sees all around it; null for one that does not. */
export function panoramaOf(camera: Camera): ResolvedPanorama | null {
  return (camera as Marked)[mark] ?? null;
}

export function isPerspective(camera: Camera): camera is PerspectiveCamera {
  return (camera as Partial<PerspectiveCamera> | null)?.isPerspectiveCamera === true;
}
