/** Owns the picture that a scene is given for each frame, as a texture and as pixels. In the render thread. */

import { DataTexture, LinearFilter, SRGBColorSpace } from "three";
import type { InputPicture, InputSize } from "../offline-protocol.ts";
import type { SceneInput } from "../scene.ts";

export class InputTexture implements SceneInput {
  readonly count: number;
  readonly texture: DataTexture;
  #picture: InputPicture;

  /** Black until the first picture. */
  constructor({ width, height, count }: InputSize) {
    const pixels = new Uint8Array(width * height * 4);
    for (let alpha = 3; alpha < pixels.length; alpha += 4) pixels[alpha] = 255;
    this.count = count;
    this.#picture = { number: -1, seconds: 0, width, height, pixels };
    this.texture = new DataTexture(pixels, width, height);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.flipY = true;
    this.texture.minFilter = this.texture.magFilter = LinearFilter;
    this.texture.needsUpdate = true;
  }

  get number(): number {
    return this.#picture.number;
  }

  get seconds(): number {
    return this.#picture.seconds;
  }

  get width(): number {
    return this.#picture.width;
  }

  get height(): number {
    return this.#picture.height;
  }

  get pixels(): Uint8Array<ArrayBuffer> {
    return this.#picture.pixels;
  }

  /** Shows another picture. */
  show(picture: InputPicture): void {
    const { width, height, pixels } = picture;
    // The memory of a texture has one size.
    if (width !== this.width || height !== this.height) this.texture.dispose();
    this.#picture = picture;
    this.texture.image = { data: pixels, width, height };
    this.texture.needsUpdate = true;
  }
}
