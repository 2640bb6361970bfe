/**
 * Owns what becomes of the windows that the picture is to fill, in the scene's process: the picture of a scene takes the size at once;
 * of a program that makes the pictures it is wished for, and what comes of that its frames say.
 */

import type { PictureSize } from "../../shared/video.ts";
import { wallClock } from "../platform/clock.ts";
import type { Renderer } from "../render/renderer.ts";
import { maxPixelsOn } from "./picture-size.ts";
import { SteeringWindow, type SteeringWindowOptions } from "./steering-window.ts";

type FollowedWindows = Pick<SteeringWindowOptions, "size" | "isFixed" | "windows"> & {
  /** The picture of a scene has this size. */
  readonly resize: (size: PictureSize) => void;
};

export function followWindows(
  render: Pick<Renderer, "ready" | "wishPicture">,
  { resize, ...options }: FollowedWindows,
): SteeringWindow {
  const { isGpu, backend } = render.ready.renderer;
  const shared = { ...options, clock: wallClock, maxPixels: maxPixelsOn(isGpu) };
  if (backend !== "program") return new SteeringWindow({ ...shared, changed: resize });
  let { size } = options;
  return new SteeringWindow({
    ...shared,
    changed: (wished, ratio) => {
      size = wished;
      render.wishPicture({ size, ratio });
    },
    ratioChanged: (ratio) => render.wishPicture({ size, ratio }),
  });
}
