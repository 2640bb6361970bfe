/**
 * Owns the frames of a program on their way to the process of a room, over all lives of that: the memory that the program writes
 * into, the newest frame, and which slots it holds. What it is told comes back this way. In the main process.
 *
 * FH1 A process that is started again is given the newest frame again, so that the last picture is there although its program is
 *     silent or gone.
 * FH2 The memory of a program that is gone is kept until the first frame of the next one.
 * FH3 Events count on over the lives of the process; each life counts from 1 by itself.
 * FH4 A program writes only into slots that it holds; what says otherwise is refused. What a process had that fell is the program's
 *     again, but the newest frame.
 * FH5 A program that made its file shorter has to come again: nobody reads what is not there.
 */

import type { CanvasEvent } from "../../shared/canvas-event.ts";
import type { Cursor } from "../../shared/cursor.ts";
import { Emitter } from "../../shared/emitter.ts";
import { bytesOfFrame, type ProgramFrame, type SharedFrames } from "../../shared/frame-source.ts";
import { milliseconds, now } from "../../shared/time.ts";
import type { ArrivedFrame, SourceOpened } from "../render/source-protocol.ts";
import { FrameMemory } from "./frame-memory.ts";
import type { SessionEvents } from "./session-events.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

export type FrameFeedEvents = {
  readonly slotFreed: { readonly slot: number; readonly number: number; readonly shown: boolean };
  readonly eventTold: { readonly number: number; readonly event: CanvasEvent };
  readonly watchedChanged: { readonly watched: boolean };
  readonly capacityChanged: { readonly bytes: number };
  /** The memory was taken away, so that the program has to come again. */
  readonly lost: Record<never, never>;
};

/** What a program says of the room, in the words of the session. */
type Told = Pick<Emitter<Pick<SessionEvents, "titleChanged" | "cursorChanged">>, "emit">;

/** What a program says of itself when it comes. */
export type SourceWishes = {
  /** The size of its first frames. */
  readonly width: number;
  readonly height: number;
  readonly maxPixels: number;
  readonly resizes: boolean;
};

type FromFeed = Extract<FromSession, { readonly kind: "slot-freed" | "canvas-event" | "source-watched" }>;
type Source = {
  readonly opened: SourceOpened;
  readonly memory: FrameMemory;
  newest: ArrivedFrame | null;
  /** The slots that the program does not hold, with the number of the frame in each. */
  readonly taken: Map<number, number>;
  lastNumber: number;
};

export class FrameFeed extends Emitter<FrameFeedEvents> {
  /** The most pixels of a frame. */
  readonly maxPixels: number;
  readonly #send: (message: ToSession) => boolean;
  readonly #told: Told;
  readonly #openMemory: typeof FrameMemory.open;
  /** The program that came last, and the one before until the first frame of this (FH2). */
  #sources: readonly Source[] = [];
  #count = 0;
  #watched = false;
  /** Frames that come in the socket are written one after another. */
  #writing: Promise<unknown> = Promise.resolve();
  /** The number of the last event, and of the last one before this life of the process (FH3). */
  #events = 0;
  #eventsBefore = 0;
  #title: string | null = null;
  #cursor: Cursor = "default";

  /** `send` returns false, and sends nothing, while the process is not live. */
  constructor(
    maxPixels: number,
    send: (message: ToSession) => boolean,
    told: Told,
    openMemory: typeof FrameMemory.open = FrameMemory.open,
  ) {
    super();
    this.maxPixels = maxPixels;
    this.#send = send;
    this.#told = told;
    this.#openMemory = openMemory;
  }

  /** Whether anybody watches. */
  get watched(): boolean {
    return this.#watched;
  }

  /** How many bytes of a slot there is memory for. */
  get capacity(): number {
    return this.#newest?.memory.capacity ?? 0;
  }

  /** Takes the frames of a program from now on, and of no other. Null where there is no memory for them. It holds all slots. */
  open({ width, height, maxPixels, resizes }: SourceWishes): SharedFrames | null {
    const memory = this.#openMemory(this.maxPixels * 4, width * height * 4);
    if (memory === null) return null;
    this.#count += 1;
    const opened: SourceOpened = { source: this.#count, memory: memory.shared, maxPixels, resizes };
    const kept = this.#sources.findLast(({ newest }) => newest !== null);
    for (const old of this.#sources) if (old !== kept) old.memory.close();
    this.#sources = [
      ...(kept === undefined ? [] : [kept]),
      { opened, memory, newest: null, taken: new Map(), lastNumber: 0 },
    ];
    this.#send({ kind: "source-opened", ...opened });
    this.setCursor(this.#cursor);
    return memory.shared;
  }

  /** The program has put a frame into a slot. Throws `TypeError` where it does not fit, or may not be there (FH4). */
  put(frame: ProgramFrame): void {
    const source = this.#newest;
    if (source === null) return;
    // FH5
    if (!source.memory.isWhole) return this.emit("lost", {});
    this.#take(source, frame);
    this.#pass(source, frame);
  }

  /** Puts a frame into its slot that came in the socket. Throws as `put`; rejects where the memory is gone. */
  write(frame: ProgramFrame, pixels: Uint8Array): Promise<void> {
    const source = this.#newest;
    if (source === null) return Promise.resolve();
    if (frame.width * frame.height <= this.maxPixels) source.memory.reserve(pixels.byteLength);
    this.#take(source, frame);
    const writing = this.#writing.then(async () => {
      await source.memory.write(frame.slot, pixels);
      if (source === this.#newest) this.#pass(source, frame);
    });
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  /** Gets memory for frames of so many bytes, as far as there is some. Returns for how many there is. */
  reserve(bytes: number): number {
    return this.#newest?.memory.reserve(Math.min(bytes, this.maxPixels * 4)) ?? 0;
  }

  /** The room is called so from now on. */
  setTitle(title: string): void {
    this.#title = title;
    this.#told.emit("titleChanged", { title });
  }

  /** Those who steer have this cursor over the picture. */
  setCursor(cursor: Cursor): void {
    this.#cursor = cursor;
    // Every input goes to the program.
    this.#told.emit("cursorChanged", { cursor, takesDrags: true });
  }

  /** A process streams that knows nothing yet (FH1). */
  handleLive(): void {
    this.#eventsBefore = this.#events;
    this.#setWatched(false);
    const lost = this.#sources.filter(({ memory }) => !memory.isThere);
    const isLost = lost.some((source) => source === this.#newest);
    for (const { memory } of lost) memory.close();
    this.#sources = this.#sources.filter((source) => !lost.includes(source));
    for (const { opened, newest } of this.#sources) {
      this.#send({ kind: "source-opened", ...opened });
      if (newest !== null) this.#send({ kind: "frame-arrived", ...newest, answers: 0 });
    }
    if (this.#title !== null) this.setTitle(this.#title);
    if (this.#sources.length > 0) this.setCursor(this.#cursor);
    if (isLost) this.emit("lost", {});
  }

  /** The process is gone (FH4). */
  handleFall(): void {
    const source = this.#newest;
    for (const [slot, number] of [...(source?.taken ?? [])]) {
      if (number !== source?.newest?.number) this.#free({ slot, number, shown: false });
    }
  }

  handle(message: FromFeed): void {
    switch (message.kind) {
      case "slot-freed": {
        const { source, slot, number, shown } = message;
        if (source === this.#newest?.opened.source) this.#free({ slot, number, shown });
        return;
      }
      case "canvas-event":
        this.#events = this.#eventsBefore + message.number;
        return this.#tell(message.event);
      case "source-watched":
        return this.#setWatched(message.watched);
    }
  }

  /** Takes all memory away. */
  close(): void {
    for (const { memory } of this.#sources) memory.close();
    this.#sources = [];
  }

  get #newest(): Source | null {
    return this.#sources.at(-1) ?? null;
  }

  /** Throws `TypeError` where a frame may not be in its slot (FH4), or is larger than that, or than frames may be. */
  #take(source: Source, frame: ProgramFrame): void {
    const { slot, number, width, height } = frame;
    const { capacity } = source.memory;
    if (source.taken.has(slot)) throw new TypeError("message.slot must be one that the program holds.");
    if (number <= source.lastNumber) throw new TypeError(`message.number must be more than ${source.lastNumber}.`);
    if (width * height > this.maxPixels) {
      throw new TypeError(`message.width times message.height must be at most ${this.maxPixels}.`);
    }
    if (bytesOfFrame(frame) > capacity) {
      throw new TypeError(`message must be a frame of at most ${capacity} bytes, for which there is memory.`);
    }
    source.taken.set(slot, number);
    source.lastNumber = number;
  }

  #pass(source: Source, frame: ProgramFrame): void {
    const { slot, number, width, height, format = "rgba", rows = "down", renderMs = 0 } = frame;
    const renderedAt = milliseconds(frame.renderedAt ?? now());
    const answers = frame.answers === undefined ? null : Math.max(0, frame.answers - this.#eventsBefore);
    const shape = { slot, number, width, height, format, rows };
    const arrived = { ...shape, source: source.opened.source, renderedAt, renderMs, answers };
    const before = source.newest;
    source.newest = arrived;
    this.#forgetOld();
    if (this.#send({ kind: "frame-arrived", ...arrived }) || before === null) return;
    // No process will give it back.
    this.#free({ slot: before.slot, number: before.number, shown: false });
  }

  #free(freed: FrameFeedEvents["slotFreed"]): void {
    const taken = this.#newest?.taken;
    if (taken?.get(freed.slot) !== freed.number) return;
    taken.delete(freed.slot);
    this.emit("slotFreed", freed);
  }

  #tell(event: CanvasEvent): void {
    if (event.event_type === "resize") {
      const before = this.capacity;
      const bytes = this.reserve(event.pwidth * event.pheight * 4);
      if (bytes > before) this.emit("capacityChanged", { bytes });
    }
    this.emit("eventTold", { number: this.#events, event });
  }

  #setWatched(watched: boolean): void {
    if (this.#watched === watched) return;
    this.#watched = watched;
    this.emit("watchedChanged", { watched });
  }

  /** FH2 */
  #forgetOld(): void {
    const newest = this.#newest;
    for (const source of this.#sources) if (source !== newest) source.memory.close();
    this.#sources = newest === null ? [] : [newest];
  }
}
