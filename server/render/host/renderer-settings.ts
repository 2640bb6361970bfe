/**
 * Owns the settings that a scene makes on the renderer, which outlives it: each scene begins with those that three begins with,
 * so that a line that was taken out of a scene has no effect any more. In the render thread.
 */

import { Color, type WebGLRenderer } from "three";

const fields = [
  "toneMapping",
  "toneMappingExposure",
  "outputColorSpace",
  "sortObjects",
  "autoClear",
  "autoClearColor",
  "autoClearDepth",
  "autoClearStencil",
  "localClippingEnabled",
  "clippingPlanes",
] as const satisfies readonly (keyof WebGLRenderer)[];
const shadowFields = ["enabled", "type", "autoUpdate"] as const satisfies readonly (keyof WebGLRenderer["shadowMap"])[];

/** Takes the settings of now. Returns a function that makes them again. */
export function keepSettings(renderer: WebGLRenderer): () => void {
  const { shadowMap } = renderer;
  const kept = Object.fromEntries(fields.map((field) => [field, renderer[field]]));
  const shadows = Object.fromEntries(shadowFields.map((field) => [field, shadowMap[field]]));
  const color = renderer.getClearColor(new Color());
  const alpha = renderer.getClearAlpha();
  return () => {
    Object.assign(renderer, kept);
    Object.assign(shadowMap, shadows);
    renderer.setClearColor(color, alpha);
  };
}
