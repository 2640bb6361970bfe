/**
 * Owns the settings that scenes make on the renderer, which outlives them: each begins with those that three begins with, so that a
 * line that was taken out of a scene has no effect any more. In the render thread.
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

/** Those of one scene after another. */
export class RendererSettings {
  readonly #renderer: WebGLRenderer;
  readonly #reset: () => void;
  /** Makes those of the scene that is shown again, while others are on their way. */
  #restore: (() => void) | null = null;

  /** Before any scene. */
  constructor(renderer: WebGLRenderer) {
    this.#renderer = renderer;
    this.#reset = keepSettings(renderer);
  }

  /** A scene is set up. */
  begin(): void {
    this.#restore ??= keepSettings(this.#renderer);
    this.#reset();
  }

  /** It is shown with what it made. */
  keep(): void {
    this.#restore = null;
  }

  /** It is not shown: the one before is, with its own. */
  restore(): void {
    this.#restore?.();
    this.#restore = null;
  }
}
