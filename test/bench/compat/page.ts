/** The page that draws a case as a browser does, for the comparison. */

import * as three from "three";
import scene from "./entry.ts";

export type CompatPage = {
  /** Draws the case that the address names, and gives its pixels: RGBA, bottom row first, in base64. */
  draw(size: { readonly width: number; readonly height: number }): Promise<string>;
};

const page: CompatPage = {
  async draw(size) {
    const canvas = document.createElement("canvas");
    document.body.append(canvas);
    const renderer = new three.WebGLRenderer({ canvas, antialias: true, stencil: true, preserveDrawingBuffer: true });
    renderer.setSize(size.width, size.height);
    const messages = { broadcast: () => undefined, send: () => undefined, onMessage: () => () => undefined };
    const clock = { elapsed: 0, delta: 0 };
    const controls = { onChange: () => () => undefined, onPress: () => () => undefined };
    const data = { names: [], get: () => null, follow: () => () => undefined, followAll: () => () => undefined };
    const calls = { messages, data, parameters: {}, controls, input: null, invalidate: () => undefined };
    const context = { three, renderer, size, clock, element: canvas, ...calls };
    const parts = await scene.setup(context);
    parts.update?.(clock);
    if (parts.render === undefined) renderer.render(parts.scene, parts.camera);
    else parts.render();
    return pixelsOf(renderer.getContext(), size);
  },
};

function pixelsOf(
  gl: WebGLRenderingContext | WebGL2RenderingContext,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const pixels = new Uint8Array(width * height * 4);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let text = "";
  for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
  return btoa(text);
}

Object.assign(window, { page });
