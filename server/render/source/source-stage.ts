/**
 * Owns what is known of the program that makes the pictures, in the render thread: its memory, its frames, what it is told, and which
 * inputs its frames show.
 */

import type { CanvasEvent } from "../../../shared/canvas-event.ts";
import { viewerNumber } from "../../../shared/trace.ts";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";
import type { FrameRingWriter } from "../../frames/frame-ring.ts";
import type { Clock } from "../../platform/clock.ts";
import { trace } from "../../platform/trace.ts";
import type { FrameWork } from "../frame-loop.ts";
import type { FromRenderThread, QueuedInput, ShownInput } from "../render-protocol.ts";
import type { ArrivedFrame, SourceOpened, WishedPicture } from "../source-protocol.ts";
import { CanvasInput } from "./canvas-input.ts";
import { SlotMemory } from "./slot-memory.ts";
import { SourcePainter } from "./source-painter.ts";

/** Of inputs that no frame shows, as of a program that has stopped, the oldest are forgotten. */
const MAX_UNSHOWN = 1024;

export type SourceStageOptions = {
  readonly ring: FrameRingWriter;
  readonly size: PictureSize;
  readonly clock: Clock;
  readonly post: (message: FromRenderThread) => void;
  /** A frame waits that can be shown. */
  readonly arrived: () => void;
};

type Opened = SourceOpened & { readonly slots: SlotMemory };
type Unshown = ShownInput & { readonly event: number };

export class SourceStage {
  readonly #options: SourceStageOptions;
  readonly #painter: SourcePainter;
  readonly #input: CanvasInput;
  /** The newest program, and those before it whose frame is still shown. */
  #sources: readonly Opened[] = [];
  #wished: WishedPicture;
  /** The size that the pipeline was told of. */
  #met: PictureSize;
  #events = 0;
  #unshown: Unshown[] = [];

  constructor(options: SourceStageOptions) {
    const { ring, size, clock, post } = options;
    this.#options = options;
    this.#met = size;
    this.#wished = { size, ratio: 1 };
    this.#painter = new SourcePainter({ ring, size, clock, freed: (slot) => post({ kind: "slot-freed", ...slot }) });
    this.#input = new CanvasInput(() => this.#logicalSize);
  }

  /** What is done in a frame. */
  readonly work: FrameWork = {
    handleInputs: () => this.#painter.waiting !== null,
    draw: async () => ({ wantsNext: false, isNew: this.#draw() }),
    refine: async () => {
      this.#options.post({ kind: "resting", frame: this.#painter.nextFrame });
      this.#painter.refine();
      return false;
    },
  };

  /** Puts the first picture, a blank one, into the ring. */
  begin(): void {
    this.#painter.paint(false);
  }

  /** A program came. */
  open(opened: SourceOpened): void {
    const { memory } = opened;
    this.#sources = [...this.#sources, { ...opened, slots: new SlotMemory(memory) }];
    this.#unshown = [];
    this.#forgetOld();
    this.#tellWish();
  }

  handleFrame(frame: ArrivedFrame): void {
    const source = this.#sources.find((opened) => opened.source === frame.source);
    if (source === undefined) return;
    this.#painter.take({ ...frame, answers: frame.answers ?? this.#events }, source.slots);
    const size = this.#painter.wantedSize;
    if (size === null) this.#options.arrived();
    else this.#meet(size);
  }

  /** Tells the program of an input. */
  handleInput({ viewerId, sequence, receivedAt, event }: QueuedInput): void {
    const events = this.#input.eventsOf(event, receivedAt);
    for (const told of events) this.#tell(told);
    if (events.length === 0 || sequence === 0) return;
    this.#unshown.push({ viewerId, sequence, receivedAt, event: this.#events });
    if (this.#unshown.length > MAX_UNSHOWN) this.#unshown.shift();
  }

  /** Viewers wish for a picture like this. */
  wish(wished: WishedPicture): void {
    this.#wished = wished;
    this.#tellWish();
  }

  /** The pictures have this size from now on. */
  resize(size: PictureSize): void {
    this.#met = size;
    this.#painter.resize(size);
    const wanted = this.#painter.wantedSize;
    if (wanted !== null) this.#meet(wanted);
  }

  /** The next frame is published whatever it looks like. */
  forget(): void {
    this.#painter.forget();
  }

  takeTimes(): ReturnType<SourcePainter["takeTimes"]> {
    return this.#painter.takeTimes();
  }

  close(): void {
    for (const { slots } of this.#sources) slots.close();
    this.#sources = [];
  }

  get #newest(): Opened | null {
    return this.#sources.at(-1) ?? null;
  }

  /** In the pixels of the window; of a program whose pictures have a size of their own, in theirs. */
  get #logicalSize(): PictureSize {
    if (this.#newest?.resizes === false) return this.#painter.size;
    const { size, ratio } = this.#wished;
    return { width: size.width / ratio, height: size.height / ratio };
  }

  #draw(): boolean {
    const frame = this.#painter.waiting;
    const shown = frame === null ? [] : this.#takeShown(frame);
    // Who steers is to learn that it arrived, whatever comes of it.
    if (shown.length > 0) this.#noteShown(shown);
    const isNew = this.#painter.paint(shown.length > 0);
    this.#forgetOld();
    return isNew;
  }

  #takeShown({ source, answers }: ArrivedFrame): Unshown[] {
    if (source !== this.#newest?.source) return [];
    const last = answers ?? this.#events;
    const shown = this.#unshown.filter(({ event }) => event <= last);
    this.#unshown = this.#unshown.filter(({ event }) => event > last);
    return shown;
  }

  #noteShown(unshown: readonly Unshown[]): void {
    const frame = this.#painter.nextFrame;
    const at = this.#options.clock.now();
    for (const { viewerId, sequence } of unshown) trace.span("shown", at, at, frame, viewerNumber(viewerId), sequence);
    const inputs = unshown.map(({ viewerId, sequence, receivedAt }) => ({ viewerId, sequence, receivedAt }));
    this.#options.post({ kind: "inputs-shown", frame, inputs });
  }

  /** The pipeline makes the encoders ready, and answers with `resize`. */
  #meet(size: PictureSize): void {
    if (isSameSize(size, this.#met)) return;
    this.#met = size;
    this.#options.post({ kind: "size-met", size });
  }

  #tellWish(): void {
    if (this.#newest?.resizes !== true) return;
    const { size, ratio } = this.#wished;
    const [width, height] = [size.width / ratio, size.height / ratio];
    const { width: pwidth, height: pheight } = size;
    const time_stamp = this.#options.clock.now() / 1000;
    this.#tell({ event_type: "resize", width, height, pixel_ratio: ratio, pwidth, pheight, time_stamp });
  }

  #tell(event: CanvasEvent): void {
    this.#events += 1;
    this.#options.post({ kind: "canvas-event", number: this.#events, event });
  }

  #forgetOld(): void {
    const needed = new Set([...this.#painter.sources, this.#newest?.source]);
    const old = this.#sources.filter(({ source }) => !needed.has(source));
    if (old.length === 0) return;
    this.#sources = this.#sources.filter(({ source }) => needed.has(source));
    for (const { slots } of old) slots.close();
  }
}
