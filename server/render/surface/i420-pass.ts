/**
 * Owns how a GPU turns a drawn picture into I420, in the render thread: one pass over the picture into a target of which four
 * bytes, a pixel of RGBA, are four samples of a plane, laid out as i420-layout.ts says. Rows are turned over on the way.
 *
 * Colours are as the encoders signal
 * them and as swscale makes them: the matrix of ITU-R BT.601-7 (section 2.5.1) in limited range (2.5.3). A sample of
 * chroma is the mean of its four pixels.
 */

import { NearestFilter, type Texture, Vector2, type WebGLRenderer, WebGLRenderTarget } from "three";
import type { PictureSize } from "../../../shared/video.ts";
import { i420Layout } from "../../frames/i420-layout.ts";
import { ScreenPass } from "./screen-pass.ts";

const fragmentShader = `
precision highp float;
precision highp int;
uniform highp sampler2D picture;
/** Of the picture, in pixels. */
uniform vec2 size;
out vec4 samples;

const vec3 toY = vec3(65.481, 128.553, 24.966) / 255.0;
const vec3 toCb = vec3(-37.797, -74.203, 112.0) / 255.0;
const vec3 toCr = vec3(112.0, -93.786, -18.214) / 255.0;

/** The pixel of a column and a row from the top; what a row is filled up with repeats its last pixel. */
vec3 pixelAt(int column, int row) {
  ivec2 last = ivec2(size) - 1;
  return texelFetch(picture, ivec2(min(column, last.x), last.y - row), 0).rgb;
}

float lumaAt(int column, int row) {
  return 16.0 / 255.0 + dot(pixelAt(column, row), toY);
}

float chromaAt(int column, int row, vec3 weights) {
  ivec2 at = 2 * ivec2(min(column, int(size.x) / 2 - 1), row);
  vec3 sum = pixelAt(at.x, at.y) + pixelAt(at.x + 1, at.y) + pixelAt(at.x, at.y + 1) + pixelAt(at.x + 1, at.y + 1);
  return 128.0 / 255.0 + dot(sum * 0.25, weights);
}

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  int height = int(size.y);
  int column = at.x * 4;
  if (at.y < height) {
    samples = vec4(lumaAt(column, at.y), lumaAt(column + 1, at.y), lumaAt(column + 2, at.y), lumaAt(column + 3, at.y));
    return;
  }
  int chromaBytes = (int(size.x) + 7) / 8 * 4;
  vec3 weights = column < chromaBytes ? toCb : toCr;
  int first = column < chromaBytes ? column : column - chromaBytes;
  int row = at.y - height;
  samples = vec4(
    chromaAt(first, row, weights),
    chromaAt(first + 1, row, weights),
    chromaAt(first + 2, row, weights),
    chromaAt(first + 3, row, weights)
  );
}
`;

export class I420Pass {
  /** Four bytes a pixel, the first row of Y at the bottom: read as it is, it is the picture. */
  readonly target: WebGLRenderTarget;
  readonly #uniforms: { readonly picture: { value: Texture | null }; readonly size: { value: Vector2 } };
  readonly #pass: ScreenPass;

  constructor(size: PictureSize) {
    const { stride, rows } = i420Layout(size);
    this.target = new WebGLRenderTarget(stride / 4, rows, {
      depthBuffer: false,
      minFilter: NearestFilter,
      magFilter: NearestFilter,
      internalFormat: "RGBA8",
    });
    this.#uniforms = { picture: { value: null }, size: { value: new Vector2(size.width, size.height) } };
    this.#pass = new ScreenPass(fragmentShader, this.#uniforms);
  }

  /** Pictures are of another size from now on. */
  resize(size: PictureSize): void {
    const { stride, rows } = i420Layout(size);
    this.target.setSize(stride / 4, rows);
    this.#uniforms.size.value.set(size.width, size.height);
  }

  /** Turns a picture over and into I420. Leaves the target bound, and all else of the renderer as it was. */
  draw(renderer: WebGLRenderer, picture: Texture): void {
    this.#uniforms.picture.value = picture;
    this.#pass.draw(renderer, this.target);
  }
}
