/** Owns what the parts that show a stream have in common: an element, a picture in it, and word of each new one. */

import { Emitter } from "../../shared/emitter.ts";
import type { PictureSize } from "../../shared/video.ts";

export type ShownFrame = {
  /** The picture's name in echoes (feedback.ts); null where the browser does not tell. */
  readonly name: number | null;
  /** When it is on the screen, on the clock of `performance.now()`. */
  readonly timeMs: number;
  /** How many pictures this stream has shown. */
  readonly presentedFrames: number;
  /** When it was decoded, on the same clock. */
  readonly decodedMs: number;
  /** How long that took, and when the frame had come; null where that is not known. */
  readonly decodeMs: number | null;
  readonly receivedMs: number | null;
};

export type ScreenEvents = {
  /** The stream has its first picture. */
  readonly firstShown: Record<never, never>;
  readonly frameShown: ShownFrame;
};

/** One way to show a stream. What it shows stays until the next stream has a picture. */
export abstract class Screen<Events extends ScreenEvents = ScreenEvents> extends Emitter<Events> {
  /** Fills the picture's element. */
  readonly element: HTMLDivElement = document.createElement("div");
  #hasPicture = false;

  constructor() {
    super();
    Object.assign(this.element.style, { position: "absolute", inset: "0" });
  }

  /** The size of the picture in pixels; null without one. */
  abstract get size(): PictureSize | null;

  /** What a canvas can draw; null without a picture. */
  abstract get source(): CanvasImageSource | null;

  /** Whether the last picture of a stream that is over stays by itself. */
  get keepsPicture(): boolean {
    return true;
  }

  /** The picture of this moment as PNG. Rejects with an `Error` when there is none. */
  takePng(): Promise<Blob> {
    const canvas = document.createElement("canvas");
    return drawPicture(this, canvas) ? pngOf(canvas) : Promise.reject(new Error("There is no picture yet."));
  }

  /** Whether the present stream has shown a picture. */
  get hasPicture(): boolean {
    return this.#hasPicture;
  }

  /** A new stream begins, without a picture. */
  protected forgetPicture(): void {
    this.#hasPicture = false;
  }

  /** There is a picture; tells of it when it is the first. */
  protected notePicture(): void {
    if (this.#hasPicture) return;
    this.#hasPicture = true;
    (this as Emitter<ScreenEvents>).emit("firstShown", {});
  }
}

/** Draws the picture of a screen in its own size; false when there is none. */
export function drawPicture({ source, size }: Screen, canvas: HTMLCanvasElement): boolean {
  const context = canvas.getContext("2d");
  if (source === null || size === null || context === null) return false;
  canvas.width = size.width;
  canvas.height = size.height;
  context.drawImage(source, 0, 0, size.width, size.height);
  return true;
}

/** What is on a canvas, as PNG. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const handle = (blob: Blob | null): void =>
      blob === null ? reject(new Error("The browser made no PNG.")) : resolve(blob);
    canvas.toBlob(handle, "image/png");
  });
}

/** How elements lie on their screens, as CSS has it for `object-fit`; set where they are in a frame. */
export const FIT = "--scenecast-fit";

/** Lays an element out over all of its screen, whatever size its picture has: the screen has the scene's shape. */
export function fitInto(screen: HTMLElement, layer: HTMLElement): void {
  Object.assign(layer.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
  Object.assign(layer.style, { objectFit: `var(${FIT}, fill)`, display: "block" });
  screen.replaceChildren(layer);
}
