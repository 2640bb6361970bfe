/** Owns drawing a picture smaller, or some rows of it, and leaving the renderer as it was. In the render thread. */

import { Vector4, type WebGLRenderer } from "three";
import type { Rows } from "./surface.ts";

/** Draws at a part of the renderer's pixel ratio, and leaves that and the viewport as they were. */
export function drawSmaller(
  renderer: WebGLRenderer,
  setPixelRatio: (ratio: number) => void,
  scale: number,
  draw: () => void,
): void {
  const [ratio, viewport] = [renderer.getPixelRatio(), renderer.getViewport(new Vector4())];
  const set = (pixelRatio: number) => {
    setPixelRatio(pixelRatio);
    renderer.setViewport(viewport);
  };
  set(ratio * scale);
  try {
    draw();
  } finally {
    set(ratio);
  }
}

/** Draws some rows of a picture. The first strip of a picture brings the shadows, which are the same in all. */
export function drawRows(renderer: WebGLRenderer, width: number, rows: Rows, draw: () => void): void {
  const [isTested, scissor] = [renderer.getScissorTest(), renderer.getScissor(new Vector4())];
  const { autoUpdate } = renderer.shadowMap;
  renderer.setScissorTest(true);
  renderer.setScissor(0, rows.first, width, rows.count);
  renderer.shadowMap.autoUpdate = autoUpdate && rows.first === 0;
  try {
    draw();
  } finally {
    renderer.setScissor(scissor);
    renderer.setScissorTest(isTested);
    renderer.shadowMap.autoUpdate = autoUpdate;
  }
}
