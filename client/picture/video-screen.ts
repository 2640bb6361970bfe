/**
 * Owns the video element that shows a WebRTC stream. Which frame it shows the browser tells at each; one that does not
 * (Firefox before 132) is asked at each animation frame which it played last.
 */

import type { PictureSize } from "../../shared/video.ts";
import { fitInto, Screen } from "./screen.ts";

export class VideoScreen extends Screen {
  readonly #video = document.createElement("video");
  #callback: number | null = null;
  #animation: number | null = null;
  #played: number | null = null;
  #presented = 0;

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

  /** `lastPlayed` gives the RTP time stamp of the frame that was played last; null where that is not known. */
  play(stream: MediaStream, lastPlayed: () => number | null): void {
    this.#stopCounting();
    this.forgetPicture();
    this.#video.srcObject = stream;
    if (countsFrames(this.#video)) this.#count();
    else this.#lookAt(lastPlayed);
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

  #lookAt(lastPlayed: () => number | null): void {
    this.#animation = requestAnimationFrame((timeMs) => {
      this.#lookAt(lastPlayed);
      const name = lastPlayed();
      if (name === null || name === this.#played || this.source === null) return;
      this.#played = name;
      this.#presented += 1;
      this.notePicture();
      const unknown = { decodedMs: timeMs, decodeMs: null, receivedMs: null };
      this.emit("frameShown", { name, timeMs, presentedFrames: this.#presented, ...unknown });
    });
  }

  #count(): void {
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
    if (this.#animation !== null) cancelAnimationFrame(this.#animation);
    [this.#callback, this.#animation, this.#played, this.#presented] = [null, null, null, 0];
  }
}

function countsFrames(video: HTMLVideoElement): boolean {
  return "requestVideoFrameCallback" in video;
}
