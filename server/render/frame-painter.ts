/**
 * Owns the way of a picture from the scene into the frame ring, with its number and its times. In the render thread.
 *
 * A frame has its number and its time from its drawing; where reading lags behind, it comes into the ring while the next one
 * is drawn. It is read as I420 where the surface gives that, and as RGBA where it does not, where somebody wants the
 * colours themselves, and always at rest: that is the picture that pages fetch exactly. One that is the same as the one
 * before, to the last bit, is not published. While things move it may be drawn smaller (drawn-scale.ts).
 */

import type { Milliseconds } from "../../shared/time.ts";
import { isSameSize, type PictureSize } from "../../shared/video.ts";
import type { FilledForms, FrameRingWriter, FrameSlot } from "../frames/frame-ring.ts";
import type { Clock } from "../platform/clock.ts";
import { trace } from "../platform/trace.ts";
import type { DrawnScale } from "./drawn-scale.ts";
import { FrameTimes, type Times } from "./frame-times.ts";
import { canBeMoved, drawMoved, type MovableCamera } from "./moved-drawing.ts";
import type { SceneParts } from "./scene.ts";
import { StripCount } from "./strip-count.ts";
import { SampleMean, samplePattern } from "./surface/sample-mean.ts";
import type { Surface } from "./surface/surface.ts";

type Filled = { readonly forms: FilledForms; readonly size: PictureSize };
/** A plain frame that was published, in which forms and how large. Its memory is that of the ring, or a copy. */
type Shown = FrameSlot & { readonly filled: Filled };
type Drawn = { readonly number: number; readonly renderedAt: Milliseconds; readonly renderMs: number };
type Unread = Drawn & { readonly scale: number | null; readonly isForced: boolean };

export class FramePainter {
  readonly #surface: Surface;
  readonly #ring: FrameRingWriter;
  readonly #clock: Clock;
  #mean: SampleMean | null;
  readonly #scale: DrawnScale;
  readonly #strips = new StripCount();
  /** How the sample that is drawn now is cut, what is done of it, and how long that took. */
  #sample = { strips: 1, done: 0, ms: 0 };
  readonly #unread: Unread[] = [];
  #number = 0;
  #rgbaWanted = false;
  #hasRgba = false;
  /** What the next frame is compared with; null where that is published whatever it looks like. */
  #shown: Shown | null = null;
  #kept: FrameSlot | null = null;
  readonly #times = new FrameTimes();

  constructor(surface: Surface, ring: FrameRingWriter, clock: Clock, scale: DrawnScale) {
    this.#surface = surface;
    this.#ring = ring;
    this.#clock = clock;
    this.#scale = scale;
    this.#mean = this.#meanOfSize();
  }

  /** The number that the next frame will have. */
  get nextFrame(): number {
    return this.#number + 1;
  }

  /** Whether some samples of the picture at rest were drawn, and more are wanted. */
  get isRefining(): boolean {
    return this.#mean !== null && (this.#mean.count > 0 || this.#sample.done > 0);
  }

  /** Says whether somebody takes frames as RGBA. Returns whether the newest one is not so, and another is due. */
  setRgbaWanted(wanted: boolean): boolean {
    this.#rgbaWanted = wanted;
    return wanted && !this.#hasRgba;
  }

  /** Has the next frame be published even if it looks like the one before. */
  forget(): void {
    this.#shown = null;
  }

  /** The picture gets another size: until one of that is drawn, nobody is to have one of this. */
  retire(): void {
    this.#ring.retire();
  }

  /** The surface has another size. What was drawn and not read is gone. */
  handleResize(): void {
    this.#ring.resize(this.#surface.size);
    this.#ring.retire();
    this.#unread.length = 0;
    this.#mean = this.#meanOfSize();
    this.#sample = { strips: 1, done: 0, ms: 0 };
    this.#shown = null;
    this.#kept = null;
  }

  /**
   * Draws the scene, reads the picture into a free slot of the ring and publishes it, if it looks other than the one before
   * or `isAnswer`: somebody waits for it. `wantsNext` says that another will be drawn at once, so that reading may lag.
   * Resolves to whether a frame was published.
   */
  async paint(parts: SceneParts, wantsNext: boolean, isAnswer: boolean = false): Promise<boolean> {
    const renderedAt = this.#clock.now();
    const scale = this.#surface.canScale(parts) ? this.#scale.next(renderedAt, isAnswer || wantsNext) : null;
    await this.#surface.draw(parts, { scale: scale ?? 1 });
    this.#number += 1;
    const renderMs = this.#clock.now() - renderedAt;
    trace.span("render", renderedAt, renderedAt + renderMs, this.#number);
    this.#unread.push({ number: this.#number, renderedAt, renderMs, scale, isForced: isAnswer });
    const isPublished = await this.#readAllBut(wantsNext ? this.#surface.lag : 0);
    if (isPublished) {
      this.#mean?.reset();
      this.#sample.done = 0;
    }
    return isPublished;
  }

  /**
   * Draws a strip more of a sample of the picture at rest and, with the last one, publishes the mean of all as the one at
   * rest. Resolves to whether more are wanted. One drawing is enough where it is multisampled, or where the camera cannot be moved
   * by parts of a pixel.
   */
  async refine(parts: SceneParts): Promise<boolean> {
    const camera = parts.camera as MovableCamera;
    await this.#readAllBut(0);
    const renderedAt = this.#clock.now();
    const slot = this.#ring.begin();
    let filled: Filled = { forms: { rgba: true, i420: false }, size: this.#surface.size };
    if (this.#mean === null || !canBeMoved(camera)) {
      await this.#surface.draw(parts);
      filled = await this.#read(slot, true);
    } else {
      await this.#drawStrip(parts, camera, this.#mean, slot);
      if (this.#mean.count < samplePattern.length) return true;
      this.#mean.mean(slot.rgba);
      this.#mean.reset();
    }
    this.#number += 1;
    const drawn = { number: this.#number, renderedAt, renderMs: this.#clock.now() - renderedAt };
    this.#keepShown();
    this.#publish(drawn, 0, true, filled);
    return false;
  }

  /** The counts and times since the last call. */
  takeTimes(): Times {
    return this.#times.take();
  }

  #meanOfSize(): SampleMean | null {
    const { width, height } = this.#surface.size;
    return this.#surface.isMultisampled ? null : new SampleMean(width * height);
  }

  async #readAllBut(count: number): Promise<boolean> {
    let isPublished = false;
    while (this.#unread.length > count) {
      const begun = this.#clock.now();
      const slot = this.#ring.begin();
      const filled = await this.#read(slot, this.#rgbaWanted);
      const readbackMs = this.#clock.now() - begun;
      const drawn = this.#unread.shift();
      if (drawn === undefined) return isPublished;
      trace.span("read", begun, begun + readbackMs, drawn.number);
      this.#times.note(drawn.renderMs, readbackMs);
      if (drawn.scale !== null) this.#scale.note(drawn.scale, drawn.renderMs + readbackMs, this.#clock.now());
      if (!drawn.isForced && this.#looksTheSame(slot, filled)) {
        if (drawn.number === this.#number) this.#number -= 1;
        continue;
      }
      this.#shown = { rgba: slot.rgba, i420: slot.i420, filled };
      this.#publish(drawn, readbackMs, false, filled);
      isPublished = true;
    }
    return isPublished;
  }

  #looksTheSame(slot: FrameSlot, { forms, size }: Filled): boolean {
    const before = this.#shown;
    if (before === null || before.filled.forms.rgba !== forms.rgba || before.filled.forms.i420 !== forms.i420)
      return false;
    if (!isSameSize(before.filled.size, size)) return false;
    if (!forms.rgba) return Buffer.compare(slot.i420, before.i420) === 0;
    const bytes = size.width * size.height * 4;
    return Buffer.compare(slot.rgba.subarray(0, bytes), before.rgba.subarray(0, bytes)) === 0;
  }

  /** The memory of the newest frame becomes free with the next one, which is not what those after it are compared with. */
  #keepShown(): void {
    const shown = this.#shown;
    if (shown === null || shown.rgba === this.#kept?.rgba) return;
    this.#kept ??= { rgba: sharedCopy(shown.rgba), i420: sharedCopy(shown.i420) };
    if (shown.filled.forms.rgba) this.#kept.rgba.set(shown.rgba);
    else this.#kept.i420.set(shown.i420);
    this.#shown = { ...this.#kept, filled: shown.filled };
  }

  async #read(slot: FrameSlot, rgbaToo: boolean): Promise<Filled> {
    const i420 = this.#surface.givesI420;
    const rgba = rgbaToo || !i420;
    const size = await this.#surface.read({ rgba: rgba ? slot.rgba : null, i420: i420 ? slot.i420 : null });
    return { forms: { rgba, i420 }, size };
  }

  /** The strips of a sample, drawn one after another, are one picture; so they are all moved by as much. */
  async #drawStrip(parts: SceneParts, camera: MovableCamera, mean: SampleMean, slot: FrameSlot): Promise<void> {
    const sample = this.#sample;
    const begun = this.#clock.now();
    if (sample.done === 0) {
      sample.ms = 0;
      if (mean.count === 0) sample.strips = this.#surface.canDrawRows(parts) ? this.#strips.begin() : 1;
    }
    const { height } = this.#surface.size;
    const edge = (strip: number) => Math.round((strip * height) / sample.strips);
    const [first, end] = [edge(sample.done), edge(sample.done + 1)];
    const rows = { first, count: end - first };
    const isWhole = sample.strips === 1;
    const moved = samplePattern[mean.count] ?? [0, 0];
    await drawMoved(this.#surface, { parts, camera }, moved, isWhole ? {} : { rows });
    await this.#surface.read({ rgba: slot.rgba, i420: null });
    mean.addRows(slot.rgba, rows, this.#surface.size.width);
    sample.ms += this.#clock.now() - begun;
    sample.done += 1;
    if (sample.done < sample.strips) return;
    mean.endPicture();
    sample.done = 0;
    if (this.#surface.canDrawRows(parts)) sample.strips = this.#strips.note(sample.strips, sample.ms);
  }

  #publish(
    { number, renderedAt, renderMs }: Drawn,
    readbackMs: number,
    atRest: boolean,
    { forms, size }: Filled,
  ): void {
    this.#times.count();
    this.#hasRgba = forms.rgba;
    this.#ring.publish({ number, renderedAt, renderMs, readbackMs, atRest }, forms, size);
  }
}

/** Memory of the same size. */
function sharedCopy({ length }: Uint8Array): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(length));
}
