/**
 * Owns that the targets of three's `EffectComposer` follow the picture where a scene that renders by itself has no `resize`. In
 * the render thread.
 *
 * A composer as large as the picture stays so; one of another size is the scene's own matter.
 */

import { Vector2, type WebGLRenderer } from "three";
import type { EffectComposer } from "three/addons/postprocessing/EffectComposer.js";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";

/** How large the picture was when a composer was seen to be as large. */
const followed = new WeakMap<EffectComposer, PictureSize>();
let begun: PictureSize | null = null;

/** Has the composers of this thread follow the picture from now on, also those of a scene that was set up at this size. */
export async function followPicture(size: PictureSize): Promise<void> {
  // Who has a composer has loaded this; other scenes need not.
  const { EffectComposer } = await import("three/addons/postprocessing/EffectComposer.js");
  const isFirst = begun === null;
  begun = size;
  if (!isFirst) return;
  const { render } = EffectComposer.prototype;
  EffectComposer.prototype.render = function (this: EffectComposer, seconds) {
    follow(this);
    render.call(this, seconds);
  };
}

function follow(composer: EffectComposer): void {
  const { width, height } = (composer.renderer as WebGLRenderer).getSize(new Vector2());
  const before = followed.get(composer) ?? begun;
  const { renderTarget1 } = composer;
  const isWhole = isSameSize(renderTarget1, { width, height });
  if (!isWhole && (before === null || !isSameSize(renderTarget1, before))) return;
  if (!isWhole) composer.setSize(width, height);
  followed.set(composer, { width, height });
}
