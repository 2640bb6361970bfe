/**
 * Owns targets that three draws into as into a page's canvas: tone mapping and the sRGB curve are applied in the shaders
 * (`isXRRenderTarget` makes three do so). In the render thread.
 *
 * Samples are resolved by blitFramebuffer, which wants the same format on both sides (OpenGL ES 3.0.6, 4.3.3), so the texture is RGBA8
 * like the samples, and not SRGB8_ALPHA8, which three would choose for its colour space.
 */

import { SRGBColorSpace, WebGLRenderTarget } from "three";
import type { PictureSize } from "../../../shared/video.ts";

/** What as much is drawn as on a GPU. */
export const MSAA_SAMPLES = 4;

/** With so many samples a pixel; 0 for one. */
export function drawingTarget({ width, height }: PictureSize, samples: number): WebGLRenderTarget {
  const target = new WebGLRenderTarget(width, height, {
    samples,
    colorSpace: SRGBColorSpace,
    internalFormat: "RGBA8",
  });
  return Object.assign(target, { isXRRenderTarget: true });
}
