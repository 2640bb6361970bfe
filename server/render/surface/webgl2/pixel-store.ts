/** Owns how pixels lie in memory for uploads and reads (pixelStorei), with the three states that are WebGL's own. */

import { type Core, INVALID_ENUM, numberOf } from "./core.ts";

const UNPACK_FLIP_Y_WEBGL = 0x9240;
const UNPACK_PREMULTIPLY_ALPHA_WEBGL = 0x9241;
const UNPACK_COLORSPACE_CONVERSION_WEBGL = 0x9243;
const BROWSER_DEFAULT_WEBGL = 0x9244;

const unpackStates = {
  3317: "alignment",
  3314: "rowLength",
  3315: "skipRows",
  3316: "skipPixels",
  32877: "skipImages",
  32878: "imageHeight",
} as const;
type UnpackState = (typeof unpackStates)[keyof typeof unpackStates];

export class PixelStore {
  readonly #core: Core;
  /** As OpenGL has it for uploads. */
  readonly unpack: Record<UnpackState, number> = {
    alignment: 4,
    rowLength: 0,
    skipRows: 0,
    skipPixels: 0,
    skipImages: 0,
    imageHeight: 0,
  };
  flipsY: boolean = false;
  premultipliesAlpha: boolean = false;
  #colorSpaceConversion = BROWSER_DEFAULT_WEBGL;

  constructor(core: Core) {
    this.#core = core;
  }

  set(name: number, value: unknown): void {
    switch (name) {
      case UNPACK_FLIP_Y_WEBGL:
        this.flipsY = Boolean(value);
        return;
      case UNPACK_PREMULTIPLY_ALPHA_WEBGL:
        this.premultipliesAlpha = Boolean(value);
        return;
      case UNPACK_COLORSPACE_CONVERSION_WEBGL:
        // Kept and without effect: what decodes images here gives sRGB.
        if (value === 0 || value === BROWSER_DEFAULT_WEBGL) this.#colorSpaceConversion = value;
        else this.#core.raise(INVALID_ENUM);
        return;
      default:
        this.#setPlain(name, numberOf(value));
    }
  }

  has(name: number): boolean {
    return name >= UNPACK_FLIP_Y_WEBGL && name <= UNPACK_COLORSPACE_CONVERSION_WEBGL && name !== 0x9242;
  }

  get(name: number): boolean | number {
    if (name === UNPACK_FLIP_Y_WEBGL) return this.flipsY;
    if (name === UNPACK_PREMULTIPLY_ALPHA_WEBGL) return this.premultipliesAlpha;
    return this.#colorSpaceConversion;
  }

  /** Runs an upload of pixels that lie one after another without gaps, as those of images do. */
  tightly(upload: () => void): void {
    const { gles } = this.#core;
    const before = { ...this.unpack };
    for (const name of [0x0cf2, 0x0cf3, 0x0cf4, 0x806d, 0x806e]) gles.pixelStorei(name, 0);
    gles.pixelStorei(0x0cf5, 1);
    try {
      upload();
    } finally {
      for (const [name, state] of Object.entries(unpackStates)) gles.pixelStorei(Number(name), before[state]);
    }
  }

  #setPlain(name: number, value: number): void {
    const { gles } = this.#core;
    gles.pixelStorei(name, value);
    const state = unpackStates[name as keyof typeof unpackStates];
    if (state !== undefined) this.unpack[state] = this.#core.integer(name);
  }
}
