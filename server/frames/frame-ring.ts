/**
 * Owns the memory through which frames go from the render thread to the encode threads: one writer, several readers, no
 * copy, no lock, no allocation for a frame. The newest frame wins; a reader that is late misses frames, never delays.
 *
 * Invariants, cited by the tests:
 * FR1 The writer never waits: with R readers there are R + 2 slots, so one is always neither the newest nor claimed.
 * FR2 A slot that a reader holds is not written. A reader claims a slot first and then looks whether it is still the
 *     newest; the writer publishes a newer one first and then looks at the claims. All four are sequentially consistent
 *     (`Atomics`), so one of the two sees the other: hazard pointers (M. Michael, IEEE TPDS 15(6), 2004).
 * FR3 A published slot has a whole frame in the forms that its description names.
 * FR4 A reader's frames never go backwards.
 * FR5 A reader whose thread ended is forgotten by `forgetReader`, and what it held is free again.
 * FR6 Pictures may get another size, up to as many pixels as there is memory for; each frame comes with its own, and one of the
 *     size before that is held stays whole.
 */

import type { Milliseconds } from "../../shared/time.ts";
import { isSameSize, type PictureSize } from "../../shared/video.ts";
import { i420Layout } from "./i420-layout.ts";
import type { FilledForms, FrameDescription, FramePixels, FrameSlot } from "./ring-frames.ts";
import { CLAIMS, FIELDS, layoutOf } from "./ring-layout.ts";

export type { FilledForms, FrameDescription, FramePixels, FrameSlot };

/** The ring as it is sent to threads; the memory is shared, not copied. */
export type FrameRingInit = {
  readonly memory: SharedArrayBuffer;
  /** How large the first pictures are. */
  readonly size: PictureSize;
  /** How many pixels a picture may have. */
  readonly maxPixels: number;
  readonly readers: number;
};

const LATEST = 0;
const WAKE = 1;
const NONE = -1;
const RGBA = 1;
const I420 = 2;
const TOP_DOWN = 4;

/**
 * Makes the memory of a ring for pictures of `size`, or of others of at most `maxPixels` pixels, and at most `readers` readers at a
 * time.
 */
export function allocateFrameRing(
  size: PictureSize,
  readers: number,
  maxPixels: number = size.width * size.height,
): FrameRingInit {
  if (maxPixels < size.width * size.height) throw new TypeError("maxPixels must be enough for size.");
  const layout = layoutOf(maxPixels, readers);
  const memory = new SharedArrayBuffer(layout.pixelsAt + layout.slots * layout.slotBytes);
  new Int32Array(memory, 0, CLAIMS + readers).fill(NONE);
  Atomics.store(new Int32Array(memory), WAKE, 0);
  return { memory, size, maxPixels, readers };
}

/** What both ends have in common. Any thread may make one over the same memory. */
class FrameRing {
  protected readonly init: FrameRingInit;
  protected readonly control: Int32Array<SharedArrayBuffer>;
  protected readonly descriptions: readonly Float64Array<SharedArrayBuffer>[];

  constructor(init: FrameRingInit) {
    const layout = layoutOf(init.maxPixels, init.readers);
    const slots = Array.from({ length: layout.slots }, (_, slot) => slot);
    this.init = init;
    this.control = new Int32Array(init.memory, 0, CLAIMS + init.readers);
    this.descriptions = slots.map(
      (slot) => new Float64Array(init.memory, layout.descriptionsAt + slot * FIELDS * 8, FIELDS),
    );
  }

  /** The memory of each slot for pictures of this size. */
  protected slotsFor(size: PictureSize): readonly FrameSlot[] {
    const { memory, maxPixels, readers } = this.init;
    const layout = layoutOf(maxPixels, readers);
    return Array.from({ length: layout.slots }, (_, slot) => {
      const at = layout.pixelsAt + slot * layout.slotBytes;
      return {
        rgba: new Uint8Array(memory, at, size.width * size.height * 4),
        i420: new Uint8Array(memory, at + layout.i420At, i420Layout(size).bytes),
      };
    });
  }

  /** Wakes every waiting reader without a new frame, so that it looks at its messages. For any thread. */
  wake(): void {
    Atomics.add(this.control, WAKE, 1);
    Atomics.notify(this.control, WAKE);
  }

  /** Frees what reader `index` held when its thread is gone (FR5). For the owner of the threads. */
  forgetReader(index: number): void {
    Atomics.store(this.control, CLAIMS + index, NONE);
  }
}

/** The ring as the threads' owner sees it: it neither writes nor reads. */
export class FrameRingControl extends FrameRing {}

/** The writer's end. There is one, in the render thread. */
export class FrameRingWriter extends FrameRing {
  #size: PictureSize;
  #slots: readonly FrameSlot[];
  #slot = NONE;

  constructor(init: FrameRingInit) {
    super(init);
    this.#size = init.size;
    this.#slots = this.slotsFor(init.size);
  }

  /** Pictures have this size from now on (FR6). A slot that was begun is not valid any more. Throws `TypeError` for too many pixels. */
  resize(size: PictureSize): void {
    const { maxPixels } = this.init;
    if (size.width * size.height > maxPixels) throw new TypeError(`size must have at most ${maxPixels} pixels.`);
    this.#size = size;
    this.#slots = this.slotsFor(size);
    this.#slot = NONE;
  }

  /** Takes the newest frame out of the ring: until there is another, readers find none. */
  retire(): void {
    Atomics.store(this.control, LATEST, NONE);
  }

  /** A free slot to write into. Valid until `publish`; calling it again without publishing gives the same. */
  begin(): FrameSlot {
    if (this.#slot === NONE) this.#slot = this.#freeSlot();
    const slot = this.#slots[this.#slot];
    if (slot === undefined) throw new Error("no such slot");
    return slot;
  }

  /**
   * Makes what was written the newest frame and wakes the readers. `filled` says which forms were written, `drawn` how large
   * the picture is; one that is smaller than it is to be has RGBA alone. Copies the description; allocates nothing.
   */
  publish(description: FrameDescription, filled: FilledForms, drawn: PictureSize = this.#size): void {
    const fields = this.descriptions[this.#slot];
    if (fields === undefined) throw new TypeError("publish() must follow begin().");
    if (filled.i420 && !isSameSize(drawn, this.#size)) {
      throw new TypeError("I420 must be as large as the ring's pictures.");
    }
    fields[0] = description.number;
    fields[1] = description.renderedAt;
    fields[2] = description.renderMs;
    fields[3] = description.readbackMs;
    fields[4] = description.atRest ? 1 : 0;
    fields[5] = (filled.rgba ? RGBA : 0) | (filled.i420 ? I420 : 0) | (filled.isTopDown === true ? TOP_DOWN : 0);
    fields[6] = drawn.width;
    fields[7] = drawn.height;
    fields[8] = this.#size.width;
    fields[9] = this.#size.height;
    Atomics.store(this.control, LATEST, this.#slot);
    this.#slot = NONE;
    this.wake();
  }

  #freeSlot(): number {
    const latest = Atomics.load(this.control, LATEST);
    for (let slot = 0; slot < this.#slots.length; slot += 1) {
      if (slot !== latest && !this.#isClaimed(slot)) return slot;
    }
    throw new Error("FR1 is broken: no free slot.");
  }

  #isClaimed(slot: number): boolean {
    for (let reader = 0; reader < this.init.readers; reader += 1) {
      if (Atomics.load(this.control, CLAIMS + reader) === slot) return true;
    }
    return false;
  }
}

/** A reader's end, for the thread that got the number `index`, from 0 to `readers` - 1. */
export class FrameRingReader extends FrameRing {
  /** The description of the frame that is held. Overwritten by the next `acquire`. */
  readonly description: FrameDescription = {
    number: 0,
    renderedAt: 0 as Milliseconds,
    renderMs: 0,
    readbackMs: 0,
    atRest: false,
  };
  readonly #claim: number;
  #size: PictureSize;
  /** Of pictures of that size, by slot and the forms that a frame has there. */
  #views: readonly (readonly FramePixels[])[];
  #seenWake = 0;

  constructor(init: FrameRingInit, index: number) {
    super(init);
    if (!Number.isInteger(index) || index < 0 || index >= init.readers) {
      throw new TypeError(`index must be a whole number from 0 to ${init.readers - 1}.`);
    }
    this.#claim = CLAIMS + index;
    this.#size = init.size;
    this.#views = this.#viewsFor(init.size);
  }

  /** How large the picture is that is held, or was last. */
  get size(): PictureSize {
    return this.#size;
  }

  /** Blocks this thread until a frame is published or `wake` is called, or until the time is over. */
  wait(timeoutMs: number): void {
    Atomics.wait(this.control, WAKE, this.#seenWake, timeoutMs);
    this.#seenWake = Atomics.load(this.control, WAKE);
  }

  /** Holds the newest frame and gives its pixels; null when there is none yet. Hold it shortly, then `release`. */
  acquire(): FramePixels | null {
    for (;;) {
      const slot = Atomics.load(this.control, LATEST);
      if (slot === NONE) {
        this.release();
        return null;
      }
      Atomics.store(this.control, this.#claim, slot);
      if (Atomics.load(this.control, LATEST) !== slot) continue;
      return this.#viewOf(slot, this.#describe(slot));
    }
  }

  /** Lets the frame go; its pixels must not be read any more. */
  release(): void {
    Atomics.store(this.control, this.#claim, NONE);
  }

  #viewOf(slot: number, forms: number): FramePixels | null {
    const fields = this.descriptions[slot];
    const [width = 0, height = 0] = [fields?.[6], fields?.[7]];
    const [fullWidth = 0, fullHeight = 0] = [fields?.[8], fields?.[9]];
    if (fullWidth !== this.#size.width || fullHeight !== this.#size.height) {
      this.#size = { width: fullWidth, height: fullHeight };
      this.#views = this.#viewsFor(this.#size);
    }
    const view = this.#views[slot]?.[forms] ?? null;
    if (view === null || (width === fullWidth && height === fullHeight)) return view;
    const rgba = view.rgba?.subarray(0, width * height * 4) ?? null;
    const { isTopDown = false } = view;
    return { rgba, i420: null, isTopDown, size: this.#size, drawnSize: { width, height } };
  }

  #viewsFor(size: PictureSize): readonly (readonly FramePixels[])[] {
    return this.slotsFor(size).map(({ rgba, i420 }) =>
      Array.from({ length: 2 * TOP_DOWN }, (_, forms) => ({
        rgba: (forms & RGBA) === 0 ? null : rgba,
        i420: (forms & I420) === 0 ? null : i420,
        isTopDown: (forms & TOP_DOWN) !== 0,
        size,
      })),
    );
  }

  /** Returns the forms that the frame has. */
  #describe(slot: number): number {
    const fields = this.descriptions[slot];
    const description = this.description;
    description.number = fields?.[0] ?? 0;
    description.renderedAt = (fields?.[1] ?? 0) as Milliseconds;
    description.renderMs = fields?.[2] ?? 0;
    description.readbackMs = fields?.[3] ?? 0;
    description.atRest = fields?.[4] === 1;
    return fields?.[5] ?? 0;
  }
}
