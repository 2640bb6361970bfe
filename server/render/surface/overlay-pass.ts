/**
 * Owns how what lies over a picture is drawn over it: into a copy of the picture, since the scene may draw on what it has drawn
 * before. All images stand in one texture, so that many of them are one call. In the render thread.
 *
 * The context is three's or a page's own renderer's, which both know nothing of it: every state is put back (kept-state.ts).
 */

import type { PictureSize } from "../../../shared/video.ts";
import type { OverlayImage, OverlayQuad } from "../overlay.ts";
import type { DrawingGl, GlObject } from "./drawing-gl.ts";
import { keepingState } from "./kept-state.ts";
import { OverlayAtlas } from "./overlay-atlas.ts";
import type { Rows } from "./surface.ts";

const vertexShader = `#version 300 es
in vec2 position;
in vec2 texel;
in float opacity;
uniform vec2 picture;
uniform float atlas;
out vec2 at;
out float strength;
void main() {
  at = texel / atlas;
  strength = opacity;
  gl_Position = vec4(position.x / picture.x * 2.0 - 1.0, 1.0 - position.y / picture.y * 2.0, 0.0, 1.0);
}
`;
const fragmentShader = `#version 300 es
precision mediump float;
uniform sampler2D images;
in highp vec2 at;
in float strength;
out vec4 colour;
void main() {
  colour = texture(images, at) * strength;
}
`;

const FLOATS = 5;
const MIN_ATLAS = 512;
const MAX_ATLAS = 4096;
/** How many times the pixels of all images the texture has, where it can. */
const MIN_ROOM = 3;

/** Of a drawing: where it is, how large, and which rows of it are new. */
export type Drawing = { readonly framebuffer: GlObject; readonly size: PictureSize; readonly rows: Rows };

type Made = {
  readonly program: GlObject;
  readonly places: { readonly picture: GlObject; readonly atlas: GlObject };
  readonly vertices: GlObject;
  readonly buffer: GlObject;
  readonly framebuffer: GlObject;
  readonly picture: GlObject;
  readonly atlasTexture: GlObject;
};

export class OverlayPass {
  readonly #gl: DrawingGl;
  #size: PictureSize;
  /** As they were before a page's drawing was listened to. */
  readonly #draw: DrawingGl["drawArrays"];
  readonly #blit: DrawingGl["blitFramebuffer"];
  #made: Made | null = null;
  /** How large the picture's texture is. */
  #room: PictureSize | null = null;
  #atlas = new OverlayAtlas(MIN_ATLAS);
  #corners = new Float32Array(0);

  /** For pictures of `size`. Makes nothing before it is needed. */
  constructor(gl: DrawingGl, size: PictureSize) {
    this.#gl = gl;
    this.#size = size;
    this.#draw = gl.drawArrays;
    this.#blit = gl.blitFramebuffer;
  }

  /** Pictures are of another size from now on. */
  resize(size: PictureSize): void {
    this.#size = size;
  }

  /** Copies a drawing and draws `quads` over the copy. Returns the framebuffer that it is in. */
  compose({ framebuffer, size, rows }: Drawing, quads: readonly OverlayQuad[]): GlObject {
    const gl = this.#gl;
    let made = this.#made;
    keepingState(gl, () => {
      made ??= this.#make();
      this.#makeRoom(made.picture);
      const [bottom, top] = [rows.first, rows.first + rows.count];
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, framebuffer);
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, made.framebuffer);
      Reflect.apply(this.#blit, gl, [
        ...[0, bottom, size.width, top, 0, bottom, size.width, top],
        ...[gl.COLOR_BUFFER_BIT, gl.NEAREST],
      ]);
      this.#drawQuads(made, quads, size, rows);
    });
    if (made === null) throw new Error("Nothing was made.");
    this.#made = made;
    return made.framebuffer;
  }

  #makeRoom(picture: GlObject): void {
    if (this.#room === this.#size) return;
    const gl = this.#gl;
    this.#room = this.#size;
    gl.bindTexture(gl.TEXTURE_2D, picture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, this.#size.width, this.#size.height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  }

  #drawQuads(made: Made, quads: readonly OverlayQuad[], size: PictureSize, rows: Rows): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, made.atlasTexture);
    const shown = this.#upload(quads);
    if (shown.length === 0) return;
    gl.useProgram(made.program);
    gl.uniform2f(made.places.picture, this.#size.width, this.#size.height);
    gl.uniform1f(made.places.atlas, this.#atlas.size);
    gl.bindVertexArray(made.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, made.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.#cornersOf(shown), gl.STREAM_DRAW);
    gl.viewport(0, 0, size.width, size.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, rows.first, size.width, rows.count);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.FUNC_ADD);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    Reflect.apply(this.#draw, gl, [gl.TRIANGLES, 0, shown.length * 6]);
  }

  /** Puts what is new into the texture. Returns those of which the image is there. */
  #upload(quads: readonly OverlayQuad[]): readonly OverlayQuad[] {
    const missing = new Set(
      quads.map(({ image }) => image).filter((image) => this.#atlas.placeOf(image) === undefined),
    );
    if (![...missing].every((image) => this.#add(image))) this.#repack(quads);
    return quads.filter(({ image }) => this.#atlas.placeOf(image) !== undefined);
  }

  #add(image: OverlayImage): boolean {
    const gl = this.#gl;
    const place = this.#atlas.add(image);
    if (place === null) return false;
    const { width, height, pixels } = image;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, place.x, place.y, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return true;
  }

  /** Puts all that is seen now into an empty texture, a larger one where it has to be. */
  #repack(quads: readonly OverlayQuad[]): void {
    const images = [...new Set(quads.map(({ image }) => image))].sort((a, b) => b.height - a.height);
    const area = images.reduce((sum, { width, height }) => sum + width * height, 0);
    let first = this.#atlas.size;
    // So much room that images which change all the time do not fill it at once.
    while (first ** 2 < MIN_ROOM * area && first < MAX_ATLAS) first *= 2;
    for (let size = first; ; size *= 2) {
      this.#startAtlas(size);
      const isWhole = images.map((image) => this.#add(image)).every(Boolean);
      if (isWhole || size >= MAX_ATLAS) return;
    }
  }

  #startAtlas(size: number): void {
    const gl = this.#gl;
    this.#atlas = new OverlayAtlas(size);
    const empty = new Uint8Array(size * size * 4);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, size, size, 0, gl.RGBA, gl.UNSIGNED_BYTE, empty);
  }

  #cornersOf(quads: readonly OverlayQuad[]): Float32Array {
    const count = quads.length * 6 * FLOATS;
    if (this.#corners.length < count) this.#corners = new Float32Array(count * 2);
    const values = this.#corners;
    let at = 0;
    for (const { image, corners, opacity } of quads) {
      const { x, y } = this.#atlas.placeOf(image) ?? { x: 0, y: 0 };
      for (const corner of [0, 1, 2, 2, 1, 3]) {
        values[at] = corners[corner * 2] ?? 0;
        values[at + 1] = corners[corner * 2 + 1] ?? 0;
        values[at + 2] = x + (corner % 2) * image.width;
        values[at + 3] = y + (corner >> 1) * image.height;
        values[at + 4] = opacity;
        at += FLOATS;
      }
    }
    return values.subarray(0, count);
  }

  #make(): Made {
    const gl = this.#gl;
    const program = programOf(gl);
    const places = {
      picture: gl.getUniformLocation(program, "picture"),
      atlas: gl.getUniformLocation(program, "atlas"),
    };
    const [vertices, buffer] = [gl.createVertexArray(), gl.createBuffer()];
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    for (const [name, size, offset] of [
      ["position", 2, 0],
      ["texel", 2, 2],
      ["opacity", 1, 4],
    ] as const) {
      const location = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, FLOATS * 4, offset * 4);
    }
    const atlasTexture = textureOf(gl, gl.LINEAR);
    this.#startAtlas(MIN_ATLAS);
    const picture = textureOf(gl, gl.NEAREST);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, picture, 0);
    return {
      program,
      places,
      vertices,
      buffer,
      framebuffer,
      picture,
      atlasTexture,
    };
  }
}

function textureOf(gl: DrawingGl, filter: number): GlObject {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, filter);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return texture;
}

function programOf(gl: DrawingGl): GlObject {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
