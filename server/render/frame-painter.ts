/**
 * Owns the way of a picture from the scene into the frame ring, with its number and its times. In the render thread.
 *
 * A frame has its number and its time from its drawing; where reading lags behind, it comes into the ring while the next one
 * is drawn. It is read as I420 where the surface gives that, and as RGBA where it does not, where somebody wants the
 * colours themselves, and always at rest: that is the picture that pages fetch exactly. One that is the same as the one
 * before, to the last bit, is not published.
 */

import type { OrthographicCamera, PerspectiveCamera } from "three";
import type { Milliseconds } from "../../shared/time.ts";
import type { FilledForms, FrameRingWriter, FrameSlot } from "../frames/frame-ring.ts";
import type { Clock } from "../platform/clock.ts";
import type { SceneParts } from "./scene.ts";
import { SampleMean, samplePattern } from "./surface/sample-mean.ts";
import type { Surface } from "./surface/surface.ts";

/** At most this many times are kept between two reports. */
const MAX_TIMES = 256;

type Times = { rendered: number; renderMs: number[]; readbackMs: number[] };
/** A plain frame that was published, and in which forms. Its memory is that of the ring, or a copy. */
type Shown = FrameSlot & { readonly filled: FilledForms };
type Drawn = {
  readonly number: number;
  readonly renderedAt: Milliseconds;
  readonly renderMs: number;
  readonly isForced: boolean;
};

export class FramePainter {
  readonly #surface: Surface;
  readonly #ring: FrameRingWriter;
  readonly #clock: Clock;
  readonly #mean: SampleMean | null;
  readonly #unread: Drawn[] = [];
  #number = 0;
  #rgbaWanted = false;
  #hasRgba = false;
  /** What the next frame is compared with; null where that is published whatever it looks like. */
  #shown: Shown | null = null;
  #kept: FrameSlot | null = null;
  #times: Times = { rendered: 0, renderMs: [], readbackMs: [] };

  constructor(surface: Surface, ring: FrameRingWriter, clock: Clock) {
    this.#surface = surface;
    this.#ring = ring;
    this.#clock = clock;
    this.#mean = surface.isMultisampled ? null : new SampleMean(surface.size.width * surface.size.height);
  }

  /** The number that the next frame will have. */
  get nextFrame(): number {
    return this.#number + 1;
  }

  /** Whether some samples of the picture at rest were drawn, and more are wanted. */
  get isRefining(): boolean {
    return this.#mean !== null && this.#mean.count > 0;
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

  /**
   * Draws the scene, reads the picture into a free slot of the ring and publishes it, if it looks other than the one before or
   * `isForced`. `wantsNext` says that another will be drawn at once, so that reading may lag. Resolves to whether a frame was
   * published.
   */
  async paint(parts: SceneParts, wantsNext: boolean, isForced: boolean = false): Promise<boolean> {
    const renderedAt = this.#clock.now();
    const begun = performance.now();
    await this.#surface.draw(parts);
    this.#number += 1;
    this.#unread.push({ number: this.#number, renderedAt, renderMs: performance.now() - begun, isForced });
    const isPublished = await this.#readAllBut(wantsNext ? this.#surface.lag : 0);
    if (isPublished) this.#mean?.reset();
    return isPublished;
  }

  /**
   * Draws one more sample of the picture at rest and, with the last one, publishes the mean of all as the one at rest.
   * Resolves to whether more are wanted. One drawing is enough where it is multisampled, or where the camera cannot be moved
   * by parts of a pixel.
   */
  async refine(parts: SceneParts): Promise<boolean> {
    const camera = parts.camera as PerspectiveCamera | OrthographicCamera;
    await this.#readAllBut(0);
    const renderedAt = this.#clock.now();
    const begun = performance.now();
    const slot = this.#ring.begin();
    let filled: FilledForms = { rgba: true, i420: false };
    if (this.#mean === null || !canBeMoved(camera)) {
      await this.#surface.draw(parts);
      filled = await this.#read(slot, true);
    } else {
      await this.#sample(parts, camera, samplePattern[this.#mean.count] ?? [0, 0], slot);
      this.#mean.add(slot.rgba);
      if (this.#mean.count < samplePattern.length) return true;
      this.#mean.mean(slot.rgba);
      this.#mean.reset();
    }
    this.#number += 1;
    const drawn = { number: this.#number, renderedAt, renderMs: performance.now() - begun };
    this.#keepShown();
    this.#publish(drawn, 0, true, filled);
    return false;
  }

  /** The counts and times since the last call. */
  takeTimes(): Times {
    const times = this.#times;
    this.#times = { rendered: 0, renderMs: [], readbackMs: [] };
    return times;
  }

  async #readAllBut(count: number): Promise<boolean> {
    let isPublished = false;
    while (this.#unread.length > count) {
      const begun = performance.now();
      const slot = this.#ring.begin();
      const filled = await this.#read(slot, this.#rgbaWanted);
      const readbackMs = performance.now() - begun;
      const drawn = this.#unread.shift();
      if (drawn === undefined) return isPublished;
      this.#note(drawn.renderMs, readbackMs);
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

  #looksTheSame(slot: FrameSlot, filled: FilledForms): boolean {
    const before = this.#shown;
    if (before === null || before.filled.rgba !== filled.rgba || before.filled.i420 !== filled.i420) return false;
    if (filled.rgba) return Buffer.compare(slot.rgba, before.rgba) === 0;
    return Buffer.compare(slot.i420, before.i420) === 0;
  }

  /** The memory of the newest frame becomes free with the next one, which is not what those after it are compared with. */
  #keepShown(): void {
    const shown = this.#shown;
    if (shown === null || shown.rgba === this.#kept?.rgba) return;
    this.#kept ??= { rgba: sharedCopy(shown.rgba), i420: sharedCopy(shown.i420) };
    if (shown.filled.rgba) this.#kept.rgba.set(shown.rgba);
    else this.#kept.i420.set(shown.i420);
    this.#shown = { ...this.#kept, filled: shown.filled };
  }

  async #read(slot: FrameSlot, rgbaToo: boolean): Promise<FilledForms> {
    const i420 = this.#surface.givesI420;
    const rgba = rgbaToo || !i420;
    await this.#surface.read({ rgba: rgba ? slot.rgba : null, i420: i420 ? slot.i420 : null });
    return { rgba, i420 };
  }

  async #sample(
    parts: SceneParts,
    camera: PerspectiveCamera | OrthographicCamera,
    [x, y]: readonly [number, number],
    slot: FrameSlot,
  ): Promise<void> {
    const { width, height } = this.#surface.size;
    const aspect = "aspect" in camera ? camera.aspect : null;
    camera.setViewOffset(width, height, x, y, width, height);
    try {
      await this.#surface.draw(parts);
      await this.#surface.read({ rgba: slot.rgba, i420: null });
    } finally {
      camera.clearViewOffset();
      if ("aspect" in camera && aspect !== null && camera.aspect !== aspect) {
        camera.aspect = aspect;
        camera.updateProjectionMatrix();
      }
    }
  }

  #publish(drawn: Omit<Drawn, "isForced">, readbackMs: number, atRest: boolean, filled: FilledForms): void {
    this.#times.rendered += 1;
    this.#hasRgba = filled.rgba;
    const { number, renderedAt, renderMs } = drawn;
    this.#ring.publish({ number, renderedAt, renderMs, readbackMs, atRest }, filled);
  }

  #note(renderMs: number, readbackMs: number): void {
    if (this.#times.renderMs.length >= MAX_TIMES) return;
    this.#times.renderMs.push(renderMs);
    this.#times.readbackMs.push(readbackMs);
  }
}

/** Memory of the same size. */
function sharedCopy({ length }: Uint8Array): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(length));
}

function canBeMoved(camera: PerspectiveCamera | OrthographicCamera): boolean {
  return typeof camera.setViewOffset === "function" && camera.view?.enabled !== true;
}
