/** Owns the video element that shows a WebRTC stream. */

import type { PictureSize } from "../../shared/video.ts";
import { fitInto, Screen } from "./screen.ts";

export class VideoScreen extends Screen {
  readonly #video = document.createElement("video");
  #callback: number | null = null;

  constructor() {
    super();
    const video = this.#video;
    video.muted = true;
    video.autoplay = true;
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.disableRemotePlayback = true;
    // Without pictures to count, or without a screen to show them on, data is the best sign there is.
    video.addEventListener("loadeddata", () => {
      if (document.hidden || !countsFrames(video)) this.notePicture();
    });
    fitInto(this.element, video);
  }

  override get size(): PictureSize | null {
    const { videoWidth: width, videoHeight: height } = this.#video;
    return width > 0 && height > 0 ? { width, height } : null;
  }

  /** A video without its stream is black. */
  override get keepsPicture(): boolean {
    return false;
  }

  override get source(): CanvasImageSource | null {
    const hasData = this.size !== null && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return hasData ? this.#video : null;
  }

  play(stream: MediaStream): void {
    this.#stopCounting();
    this.forgetPicture();
    this.#video.srcObject = stream;
    this.#count();
    // Autoplay of a muted video may still be refused, in a power-saving mode say; the next touch starts it.
    this.#video.play().catch(() => {
      window.addEventListener("pointerdown", () => void this.#video.play().catch(() => {}), { once: true });
    });
  }

  /** Shows nothing any more. */
  stop(): void {
    this.#stopCounting();
    this.forgetPicture();
    this.#video.srcObject = null;
  }

  #count(): void {
    if (!countsFrames(this.#video)) return;
    this.#callback = this.#video.requestVideoFrameCallback((_now, metadata) => {
      this.#count();
      this.notePicture();
      this.emit("frameShown", {
        name: metadata.rtpTimestamp ?? null,
        timeMs: Math.max(metadata.presentationTime, metadata.expectedDisplayTime),
        presentedFrames: metadata.presentedFrames,
        decodedMs: metadata.presentationTime,
        decodeMs: metadata.processingDuration === undefined ? null : metadata.processingDuration * 1000,
        receivedMs: metadata.receiveTime ?? null,
      });
    });
  }

  #stopCounting(): void {
    if (this.#callback !== null) this.#video.cancelVideoFrameCallback(this.#callback);
    this.#callback = null;
  }
}

/** Firefox before 132 cannot. */
function countsFrames(video: HTMLVideoElement): boolean {
  return "requestVideoFrameCallback" in video;
}
