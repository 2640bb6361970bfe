/**
 * Owns the way of a program's frames from the slots into the frame ring, in the render thread.
 *
 * FT1 The newest frame wins: one that waits is given back unread when a newer one comes.
 * FT2 The slot of the frame that is shown is kept until another is shown, so that it can be read again: at rest, and for who comes
 *     while the program is silent or gone.
 * FT3 A frame that looks like the one before, to the last bit, goes no further and counts as rest.
 * FT4 A frame of another size waits until the ring has that size; newer ones take its place.
 */

import { bytesOfFrame } from "../../../shared/frame-source.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";
import type { FrameRingWriter, FrameSlot } from "../../frames/frame-ring.ts";
import type { Clock } from "../../platform/clock.ts";
import { trace } from "../../platform/trace.ts";
import { FrameTimes, type Times } from "../frame-times.ts";
import type { ArrivedFrame, SlotFreed } from "../source-protocol.ts";
import { expand, isPlain, pictureOf } from "./frame-pixels.ts";
import type { SlotMemory } from "./slot-memory.ts";

/** A time that a program gives is believed when it is not longer ago than this. */
const MAX_AGE_MS = 1000;
/** What is shown before any program gave a picture: dark grey. */
const BLANK = 0x24;

/** What of the memory of a program is used here. */
export type FrameMemory = Pick<SlotMemory, "copy" | "view">;
type Held = { readonly frame: ArrivedFrame; readonly memory: FrameMemory };

export type SourcePainterOptions = {
  readonly ring: FrameRingWriter;
  readonly size: PictureSize;
  readonly clock: Clock;
  readonly freed: (slot: SlotFreed) => void;
};

export class SourcePainter {
  readonly #options: SourcePainterOptions;
  #size: PictureSize;
  #number = 0;
  #shown: Held | null = null;
  #waiting: Held | null = null;
  /** What the next frame is compared with: memory of the ring, which is not written before it has been. */
  #pixels: FrameSlot["rgba"] | null = null;
  #isTopDown = true;
  readonly #times = new FrameTimes();
  #replaced = 0;

  constructor(options: SourcePainterOptions) {
    this.#options = options;
    this.#size = options.size;
  }

  /** The number that the next frame of the ring will have. */
  get nextFrame(): number {
    return this.#number + 1;
  }

  /** The size of the pictures in the ring. */
  get size(): PictureSize {
    return this.#size;
  }

  /** The frame that waits, and can be shown at once. */
  get waiting(): ArrivedFrame | null {
    const frame = this.#waiting?.frame ?? null;
    return frame !== null && isSameSize(pictureOf(frame), this.#size) ? frame : null;
  }

  /** The size that the ring has to have for the frame that waits; null where it has that (FT4). */
  get wantedSize(): PictureSize | null {
    const size = this.#waiting === null ? null : pictureOf(this.#waiting.frame);
    return size === null || isSameSize(size, this.#size) ? null : size;
  }

  /** The sources whose memory is still needed. */
  get sources(): readonly number[] {
    return [this.#shown, this.#waiting].flatMap((held) => (held === null ? [] : [held.frame.source]));
  }

  /** A program has put a frame into a slot (FT1). */
  take(frame: ArrivedFrame, memory: FrameMemory): void {
    this.#free(this.#waiting, false);
    this.#waiting = { frame, memory };
  }

  /** The pictures have this size from now on. */
  resize(size: PictureSize): void {
    const { ring } = this.#options;
    ring.resize(size);
    ring.retire();
    this.#size = size;
    this.#pixels = null;
  }

  /** The next frame is published even if it looks like the one before. */
  forget(): void {
    this.#pixels = null;
  }

  /**
   * Shows the frame that waits; without one that was shown last again, if it is not known to be in the ring; before there is any a
   * blank one. Returns whether a frame was published. `isAnswer`: somebody waits for it, whatever it looks like.
   */
  paint(isAnswer: boolean): boolean {
    const next = this.waiting === null ? null : this.#waiting;
    if (next === null) return this.#pixels === null && this.#repaint(false);
    this.#waiting = null;
    const begun = this.#options.clock.now();
    const slot = this.#options.ring.begin();
    this.#read(next, slot.rgba);
    const readbackMs = this.#options.clock.now() - begun;
    const isTopDown = next.frame.rows === "down";
    const isNew = isAnswer || !this.#looksTheSame(slot.rgba, isTopDown);
    const before = this.#shown;
    this.#shown = next;
    this.#free(before, true);
    if (!isNew) return false;
    this.#times.note(next.frame.renderMs, readbackMs);
    this.#publish(slot.rgba, { ...next.frame, renderedAt: this.#timeOf(next.frame), readbackMs, isTopDown }, false);
    trace.span("read", begun, begun + readbackMs, this.#number);
    return true;
  }

  /** Publishes what is shown once more, as the picture at rest. */
  refine(): void {
    this.#repaint(true);
  }

  /** The counts and times since the last call. */
  takeTimes(): Times & { readonly replaced: number } {
    const replaced = this.#replaced;
    this.#replaced = 0;
    return { ...this.#times.take(), replaced };
  }

  #repaint(atRest: boolean): boolean {
    const { rgba } = this.#options.ring.begin();
    const shown = this.#shown;
    const isOfSize = shown !== null && isSameSize(pictureOf(shown.frame), this.#size);
    if (isOfSize) this.#read(shown, rgba);
    else rgba.fill(BLANK);
    const isTopDown = !isOfSize || shown.frame.rows === "down";
    const renderedAt = this.#options.clock.now();
    this.#publish(rgba, { renderedAt, renderMs: 0, readbackMs: 0, isTopDown }, atRest);
    return true;
  }

  #read({ frame, memory }: Held, rgba: Uint8Array): void {
    if (isPlain(frame)) return memory.copy(frame.slot, rgba);
    expand(memory.view(frame.slot, bytesOfFrame(frame)), frame, rgba);
  }

  #looksTheSame(rgba: Uint8Array, isTopDown: boolean): boolean {
    const before = this.#pixels;
    return before !== null && this.#isTopDown === isTopDown && Buffer.compare(rgba, before) === 0;
  }

  #publish(rgba: FrameSlot["rgba"], { renderedAt, renderMs, readbackMs, isTopDown }: Painted, atRest: boolean): void {
    this.#number += 1;
    this.#times.count();
    this.#pixels = rgba;
    this.#isTopDown = isTopDown;
    const description = { number: this.#number, renderedAt, renderMs, readbackMs, atRest };
    this.#options.ring.publish(description, { rgba: true, i420: false, isTopDown });
  }

  #free(held: Held | null, shown: boolean): void {
    if (held === null) return;
    if (!shown) this.#replaced += 1;
    const { source, slot, number } = held.frame;
    this.#options.freed({ source, slot, number, shown });
  }

  /** By the program's clock where that can be the server's too. */
  #timeOf({ renderedAt }: ArrivedFrame): Milliseconds {
    const at = this.#options.clock.now();
    return renderedAt > at || renderedAt < at - MAX_AGE_MS ? at : renderedAt;
  }
}

type Painted = Pick<ArrivedFrame, "renderedAt" | "renderMs"> & {
  readonly readbackMs: number;
  readonly isTopDown: boolean;
};
