/**
 * Owns `<video>` of a page: plays a file in time, without sound, for video textures. Render thread.
 *
 * VE1 The picture is that of `currentTime`, by the clock; where decoding is too slow, pictures are passed over.
 * VE2 A new picture that somebody asked for asks for a frame, so that a scene that does not animate shows it, too.
 * VE3 However fast one seek follows another, the picture is that of the last.
 */

import { HtmlElement } from "../dom/html-element.ts";
import type { PageDocument } from "../dom/page-document.ts";
import { makeErrorEvent, makeEvent } from "../events/input-events.ts";
import type { AvVideo, VideoPicture } from "./av-video.ts";
import type { Pixels } from "./decode-image.ts";
import { type SkiaCanvas, skiaCanvasOf } from "./skia.ts";

const HAVE_METADATA = 1;
const HAVE_ENOUGH_DATA = 4;

type FrameCallback = (now: number, metadata: object) => void;

export class VideoElement extends HtmlElement {
  crossOrigin: string | null = null;
  muted = true;
  defaultMuted = true;
  volume = 1;
  playsInline = true;
  preload = "auto";
  readyState = 0;
  error: object | null = null;
  ended = false;
  paused = true;
  seeking = false;
  playbackRate = 1;
  #video: AvVideo | null = null;
  #picture: VideoPicture | null = null;
  #told: VideoPicture | null = null;
  #next: VideoPicture | null = null;
  /** The load and the seek that count; one before it that comes late does not. */
  #load = 0;
  #lastSeek = 0;
  #pauses = 0;
  #opened: Promise<void> = Promise.resolve();
  #isReading = false;
  /** Where the video was at `#since` of performance.now(). */
  #position = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastCallback = 0;
  readonly #callbacks = new Map<number, FrameCallback>();

  constructor(document: PageDocument | null) {
    super(document, "video");
  }

  get src(): string {
    return this.addressOf("src");
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }
  get currentSrc(): string {
    return this.src;
  }
  get loop(): boolean {
    return this.hasAttribute("loop");
  }
  set loop(value: boolean) {
    this.toggleAttribute("loop", value);
  }
  get autoplay(): boolean {
    return this.hasAttribute("autoplay");
  }
  set autoplay(value: boolean) {
    this.toggleAttribute("autoplay", value);
  }
  get videoWidth(): number {
    return this.#video?.width ?? 0;
  }
  get videoHeight(): number {
    return this.#video?.height ?? 0;
  }
  get duration(): number {
    return this.#video?.duration ?? Number.NaN;
  }
  get currentTime(): number {
    if (this.paused) return this.#position;
    const time = this.#position + ((performance.now() - this.#since) / 1000) * this.playbackRate;
    return Math.min(time, this.#video?.duration ?? time);
  }
  set currentTime(seconds: number) {
    void this.#seek(Math.max(0, Number(seconds)));
  }

  load(): void {
    if (this.src !== "") this.#begin(this.src);
  }

  /** Resolves when it plays. Rejects where it cannot, or is paused before. */
  async play(): Promise<void> {
    const pauses = this.#pauses;
    await this.#opened;
    if (pauses !== this.#pauses) throw new DOMException("The video was paused before it played.", "AbortError");
    if (this.error !== null) throw new DOMException("The video cannot be played.", "NotSupportedError");
    if (!this.paused) return;
    if (this.ended) await this.#seek(0);
    this.paused = false;
    this.ended = false;
    this.#since = performance.now();
    this.deliver(makeEvent("play"));
    this.deliver(makeEvent("playing"));
    this.#schedule();
  }

  pause(): void {
    this.#pauses += 1;
    if (this.paused) return;
    this.#position = this.currentTime;
    this.paused = true;
    clearTimeout(this.#timer);
    this.deliver(makeEvent("pause"));
  }

  canPlayType(type: string): string {
    return /^video\/(?:mp4|webm|ogg|quicktime|x-matroska)/.test(type) ? "maybe" : "";
  }

  /** Calls `callback` at the next picture, or at once where nobody asked for the one that is shown. */
  requestVideoFrameCallback(callback: FrameCallback): number {
    this.#lastCallback += 1;
    this.#callbacks.set(this.#lastCallback, callback);
    // A picture that nobody was told of is as good as a new one: that of a video that is not played.
    if (this.#picture !== null && this.#told !== this.#picture) setImmediate(() => this.#tell());
    return this.#lastCallback;
  }

  cancelVideoFrameCallback(id: number): void {
    this.#callbacks.delete(id);
  }

  imagePixels(): Pixels | null {
    return this.#picture?.pixels ?? null;
  }

  skiaCanvas(): SkiaCanvas {
    if (this.#picture === null) throw new DOMException("The video has no picture yet.", "InvalidStateError");
    const { data, width, height } = this.#picture.pixels;
    return skiaCanvasOf(data, width, height);
  }

  /** Ends what plays. For the page that is closed. */
  close(): void {
    this.#load += 1;
    this.paused = true;
    this.seeking = false;
    clearTimeout(this.#timer);
    this.#callbacks.clear();
    void this.#video?.close();
    this.#video = null;
  }

  protected override handleAttribute(name: string, value: string | null): void {
    if (name === "src" && value) this.#begin(this.src);
  }

  #begin(address: string): void {
    this.close();
    this.ownerDocument?.defaultView?.own(this);
    this.#position = 0;
    this.error = null;
    this.ended = false;
    const load = this.#load;
    this.#opened = this.#open(address, load).catch((error: unknown) => this.#fail(error, load));
  }

  #fail(error: unknown, load: number): void {
    if (load !== this.#load) return;
    this.error = { code: 4, message: error instanceof Error ? error.message : String(error) };
    this.deliver(makeErrorEvent(error));
  }

  async #open(address: string, load: number): Promise<void> {
    const file = this.ownerDocument?.defaultView?.fileOf(address) ?? null;
    if (file === null) throw new TypeError(`A video must be a file beside the scene, not ${address}.`);
    const { AvVideo } = await import("./av-video.ts");
    const video = await AvVideo.open(file);
    if (load !== this.#load) return await video.close();
    this.#video = video;
    this.readyState = HAVE_METADATA;
    this.deliver(makeEvent("loadedmetadata"));
    this.#show(await video.next());
    this.#next = await video.next();
    this.readyState = HAVE_ENOUGH_DATA;
    for (const type of ["loadeddata", "canplay", "canplaythrough"]) this.deliver(makeEvent(type));
    if (this.autoplay) setImmediate(() => void this.play().catch(() => undefined));
  }

  /** VE3: one after the other, and none that another has overtaken. Its time is the new one at once. */
  async #seek(seconds: number): Promise<void> {
    this.#lastSeek += 1;
    const [load, seek] = [this.#load, this.#lastSeek];
    const isLast = () => load === this.#load && seek === this.#lastSeek;
    clearTimeout(this.#timer);
    this.seeking = true;
    this.ended = false;
    this.#moveTo(seconds);
    this.#opened = this.#opened.then(() => (isLast() ? this.#reopen(seconds, load) : undefined));
    await this.#opened;
    if (!isLast()) return;
    this.seeking = false;
    if (this.#video === null || this.error !== null) return;
    this.#schedule();
    this.deliver(makeEvent("seeked"));
  }

  async #reopen(seconds: number, load: number): Promise<void> {
    try {
      const video = await this.#video?.reopen(seconds);
      if (load !== this.#load || video === undefined) return void (await video?.close());
      this.#video = video;
      this.#moveTo(seconds);
      const [shown, next] = [await video.next(), await video.next()];
      if (load !== this.#load) return;
      this.#next = next;
      this.#show(shown);
    } catch (error) {
      this.#fail(error, load);
    }
  }

  #moveTo(seconds: number): void {
    this.#position = seconds;
    this.#since = performance.now();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.paused) return;
    const end = this.#next?.time ?? this.duration;
    const wait = ((end - this.currentTime) / Math.max(this.playbackRate, 0.01)) * 1000;
    this.#timer = setTimeout(() => void this.#advance(), Math.max(0, wait));
  }

  /** VE1 */
  async #advance(): Promise<void> {
    const { currentTime } = this;
    if (this.#video === null || this.#isReading || this.seeking) return;
    this.#isReading = true;
    const video = this.#video;
    let due: VideoPicture | null = null;
    while (this.#next !== null && this.#next.time <= currentTime) {
      due = this.#next;
      const next = await video.next();
      // It was seeked meanwhile, and has other pictures.
      if (video !== this.#video) break;
      this.#next = next;
    }
    this.#isReading = false;
    if (this.seeking) return;
    if (video !== this.#video) return this.#schedule();
    if (due !== null) this.#show(due);
    if (this.#next === null && currentTime >= this.duration) await this.#finish();
    else this.#schedule();
  }

  async #finish(): Promise<void> {
    if (this.loop) return await this.#seek(0);
    this.#position = this.duration;
    this.paused = true;
    this.ended = true;
    this.deliver(makeEvent("ended"));
  }

  #show(picture: VideoPicture | null): void {
    if (picture === null) return;
    this.#picture = picture;
    this.#tell();
    this.deliver(makeEvent("timeupdate"));
  }

  #tell(): void {
    const callbacks = [...this.#callbacks.values()];
    const picture = this.#picture;
    if (picture === null || callbacks.length === 0) return;
    this.#callbacks.clear();
    this.#told = picture;
    const { width, height } = picture.pixels;
    const view = this.ownerDocument?.defaultView;
    for (const callback of callbacks) {
      try {
        callback(performance.now(), { mediaTime: picture.time, width, height, presentedFrames: 1 });
      } catch (error) {
        view?.reportError(error);
      }
    }
    // VE2
    view?.requestAnimationFrame(() => undefined);
  }
}
