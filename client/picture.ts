/**
 * Owns what is seen: the video element, and over it the last picture of the stream before, kept until the first picture
 * of the new one is on the screen, so that nothing ever flashes black.
 */

import { Emitter } from "../shared/emitter.ts";
import type { PictureSize } from "../shared/video.ts";
import { fitPicture, type Rectangle } from "./picture-rectangle.ts";

export type ShownFrame = {
  /** The RTP time stamp of the picture; null where the browser does not tell. */
  readonly rtpTimestamp: number | null;
  /** When it is on the screen, on the clock of `performance.now()`. */
  readonly timeMs: number;
  /** How many pictures this stream has shown. */
  readonly presentedFrames: number;
};

export type PictureEvents = {
  /** The new stream has its first picture. */
  readonly streamShown: Record<never, never>;
  readonly frameShown: ShownFrame;
};

export class Picture extends Emitter<PictureEvents> {
  /** The element that holds the picture and takes input. */
  readonly element: HTMLDivElement = document.createElement("div");
  readonly #video: HTMLVideoElement = document.createElement("video");
  readonly #still: HTMLCanvasElement = document.createElement("canvas");
  #announced: PictureSize | null = null;
  #hasPicture = false;
  #callback: number | null = null;

  constructor(target: HTMLElement) {
    super();
    const video = this.#video;
    video.muted = true;
    video.autoplay = true;
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.disableRemotePlayback = true;
    // Without pictures to count, or without a screen to show them on, data is the best sign there is.
    video.addEventListener("loadeddata", () => {
      if (document.hidden || !countsFrames(video)) this.#handleFirstFrame();
    });
    Object.assign(this.element.style, { position: "relative", width: "100%", height: "100%" });
    for (const layer of [video, this.#still]) {
      Object.assign(layer.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
      Object.assign(layer.style, { objectFit: "contain", display: "block" });
    }
    this.#still.style.display = "none";
    this.#still.ariaHidden = "true";
    this.element.append(video, this.#still);
    target.append(this.element);
  }

  /** The size that the server announced, for as long as no picture tells its own. */
  announceSize(size: PictureSize): void {
    this.#announced = size;
  }

  /** The size of the picture in pixels; null before anything is known. */
  get size(): PictureSize | null {
    const { videoWidth: width, videoHeight: height } = this.#video;
    return width > 0 && height > 0 ? { width, height } : this.#announced;
  }

  /** Where the picture is in the viewport. */
  rectangle(): Rectangle {
    return fitPicture(this.element.getBoundingClientRect(), this.size);
  }

  /** Plays `stream`; what was seen before stays until the first picture of it is there. */
  show(stream: MediaStream): void {
    this.freeze();
    this.#hasPicture = false;
    this.#video.srcObject = stream;
    this.#count();
    // Autoplay of a muted video may still be refused, in a power-saving mode say; the next touch starts it.
    this.#video.play().catch(() => {
      this.element.addEventListener("pointerdown", () => void this.#video.play().catch(() => {}), { once: true });
    });
  }

  /** Keeps the picture of this moment on the screen, whatever becomes of the stream. */
  freeze(): void {
    this.#stopCounting();
    if (!this.#hasPicture || this.#still.style.display !== "none") return;
    if (!this.#draw(this.#still)) return;
    this.#still.style.display = "block";
  }

  /** The picture of this moment as PNG. Rejects with an `Error` when there is none. */
  snapshot(): Promise<Blob> {
    const isFrozen = this.#still.style.display !== "none";
    const canvas = isFrozen ? this.#still : document.createElement("canvas");
    if (!isFrozen && !this.#draw(canvas)) return Promise.reject(new Error("There is no picture yet."));
    return new Promise((resolve, reject) => {
      const handle = (blob: Blob | null): void =>
        blob === null ? reject(new Error("The browser made no PNG.")) : resolve(blob);
      canvas.toBlob(handle, "image/png");
    });
  }

  /** Takes everything out of the page. */
  close(): void {
    this.#stopCounting();
    this.#video.srcObject = null;
    this.element.remove();
  }

  #draw(canvas: HTMLCanvasElement): boolean {
    const { videoWidth, videoHeight, readyState } = this.#video;
    if (videoWidth === 0 || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false;
    canvas.width = videoWidth;
    canvas.height = videoHeight;
    canvas.getContext("2d")?.drawImage(this.#video, 0, 0);
    return true;
  }

  #count(): void {
    if (!countsFrames(this.#video)) return;
    this.#callback = this.#video.requestVideoFrameCallback((_now, metadata) => {
      this.#count();
      this.#handleFirstFrame();
      this.emit("frameShown", {
        rtpTimestamp: metadata.rtpTimestamp ?? null,
        timeMs: Math.max(metadata.presentationTime, metadata.expectedDisplayTime),
        presentedFrames: metadata.presentedFrames,
      });
    });
  }

  #stopCounting(): void {
    if (this.#callback !== null) this.#video.cancelVideoFrameCallback(this.#callback);
    this.#callback = null;
  }

  #handleFirstFrame(): void {
    if (this.#hasPicture) return;
    this.#hasPicture = true;
    this.#still.style.display = "none";
    this.emit("streamShown", {});
  }
}

/** Firefox before 132 cannot. */
function countsFrames(video: HTMLVideoElement): boolean {
  return "requestVideoFrameCallback" in video;
}
