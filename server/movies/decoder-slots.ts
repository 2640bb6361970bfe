/**
 * Owns the processes of the pool: when one is started, what each does next, and when one ends. In the main process.
 */

import { StreamError } from "../../shared/errors.ts";
import type { PlainIndex } from "./frame-index.ts";
import type { DecoderPlace, QueuedFrame } from "./frame-queue.ts";
import { MovieDecoder } from "./movie-decoder.ts";
import type { OpenedMovie } from "./movie-decoder-protocol.ts";
import type { FrameForm } from "./movie-form.ts";

/** One is decoded while the one before is encoded and sent. */
const MAX_JOBS = 2;
/** Opening a movie may take long, so that not all processes do it at once where there are several. */
const openers = (decoders: number): number => Math.max(1, decoders - 1);

export type MoviePoolConfig = {
  readonly maxDecoders: number;
  /** How long opening a movie, or a frame, may take. */
  readonly maxJobMs: number;
  /** A process that takes more is ended when it has nothing to do. */
  readonly maxDecoderBytes: number;
  /** A process without work ends after so long. */
  readonly idleMs: number;
  /** A process ended that was to go on, or printed something. */
  readonly warned: (sentence: string) => void;
};

export type SlotTask = QueuedFrame & {
  readonly movie: { readonly key: string; readonly path: string };
  readonly form: FrameForm;
};

/** Who has the work. */
export type SlotWork<Task> = {
  /** What a decoder at this place does next; `others` are the groups of the other decoders. */
  next(place: DecoderPlace | null, others: ReadonlySet<string>): Task | null;
  /** Whether there is something that no decoder has begun with. */
  hasNew(others: ReadonlySet<string>): boolean;
  indexOf(task: Task): Promise<PlainIndex | null>;
  done(task: Task, bytes: Uint8Array): void;
  /** `DecoderLost` where the process ended. */
  failed(task: Task, error: unknown): void;
};

type Slot = {
  readonly decoder: MovieDecoder;
  place: DecoderPlace | null;
  jobs: number;
  opening: number;
  idle: NodeJS.Timeout | undefined;
};

type Opening = { readonly begin: (slot: Slot) => void; readonly reject: (error: Error) => void };

export class DecoderSlots<Task extends SlotTask> {
  readonly #config: MoviePoolConfig;
  readonly #work: SlotWork<Task>;
  readonly #slots = new Set<Slot>();
  readonly #openings: Opening[] = [];
  #closed = false;

  constructor(config: MoviePoolConfig, work: SlotWork<Task>) {
    this.#config = config;
    this.#work = work;
  }

  get count(): number {
    return this.#slots.size;
  }

  /** Opens a movie in one of the processes; where it `isReadWhole`, whatever its container says. Rejects as `MovieDecoder.open`. */
  async open(movie: string, path: string, isReadWhole: boolean): Promise<OpenedMovie> {
    if (this.#closed) throw new StreamError("closed", "The server is closing.");
    const { promise, resolve, reject } = Promise.withResolvers<OpenedMovie>();
    const begin = (slot: Slot): void => {
      slot.jobs += 1;
      slot.opening += 1;
      const over = (): void => {
        slot.opening -= 1;
        this.#jobEnded(slot);
      };
      slot.decoder.open({ movie, path, index: null, isReadWhole }).then(resolve, reject).finally(over);
    };
    this.#openings.push({ begin, reject });
    this.wake();
    return await promise;
  }

  /** There is more to do. */
  wake(): void {
    if (this.#closed) return;
    for (const slot of this.#slots) this.#fill(slot);
    // A process more for each thing that none has begun with, as long as there may be more.
    while (this.#slots.size < this.#config.maxDecoders && this.#hasMore()) this.#fill(this.#start());
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#openings.splice(0)) reject(new StreamError("closed", "The server is closing."));
    const ended = [...this.#slots].map(({ decoder }) => decoder.ended);
    for (const { decoder } of this.#slots) decoder.kill();
    await Promise.all(ended);
  }

  /** Whether one more process would have something to do. */
  #hasMore(): boolean {
    return (this.#openings.length > 0 && this.#mayOpen()) || this.#work.hasNew(this.#groupsBeside(null));
  }

  #mayOpen(): boolean {
    return [...this.#slots].reduce((sum, { opening }) => sum + opening, 0) < openers(this.#config.maxDecoders);
  }

  /** The groups that the decoders are at, beside one. */
  #groupsBeside(slot: Slot | null): Set<string> {
    return new Set([...this.#slots].flatMap((one) => (one === slot || one.place === null ? [] : one.place.group)));
  }

  #start(): Slot {
    const decoder = new MovieDecoder({
      maxJobMs: this.#config.maxJobMs,
      maxBytes: this.#config.maxDecoderBytes,
      printed: (line) => this.#config.warned(`A process that decodes movies printed: ${line}`),
    });
    const slot: Slot = { decoder, place: null, jobs: 0, opening: 0, idle: undefined };
    this.#slots.add(slot);
    void decoder.ended.then((how) => this.#ended(slot, how));
    return slot;
  }

  #ended(slot: Slot, how: string): void {
    clearTimeout(slot.idle);
    const wasOurs = !this.#slots.delete(slot);
    if (this.#closed || wasOurs) return;
    this.#config.warned(`A process that decodes movies ended ${how}.`);
    this.wake();
  }

  /** Gives it work until it has enough. */
  #fill(slot: Slot): void {
    clearTimeout(slot.idle);
    while (slot.jobs < MAX_JOBS && !slot.decoder.hasEnded) {
      if (!this.#beginOpening(slot) && !this.#beginFrame(slot)) break;
    }
    if (slot.jobs === 0 && this.#slots.has(slot)) this.#rest(slot);
  }

  #beginOpening(slot: Slot): boolean {
    if (slot.jobs > 0 || !this.#mayOpen()) return false;
    const next = this.#openings.shift();
    next?.begin(slot);
    return next !== undefined;
  }

  #beginFrame(slot: Slot): boolean {
    const task = this.#work.next(slot.place, this.#groupsBeside(slot));
    if (task === null) {
      // Whoever comes for this group again may have it.
      if (slot.jobs === 0) slot.place = null;
      return false;
    }
    const inRow = slot.place?.group === task.group ? slot.place.inRow + 1 : 1;
    slot.place = { group: task.group, frame: task.frame, inRow };
    slot.jobs += 1;
    this.#do(slot, task)
      .then(
        (bytes) => this.#work.done(task, bytes),
        (error: unknown) => this.#work.failed(task, error),
      )
      .finally(() => this.#jobEnded(slot));
    return true;
  }

  async #do({ decoder }: Slot, task: Task): Promise<Uint8Array> {
    const { key, path } = task.movie;
    const index = await this.#work.indexOf(task);
    // Both are in the process's own order; what is wrong with opening is known by the frame.
    const opened = decoder.open({ movie: key, path, index, isReadWhole: false });
    const [bytes] = await Promise.all([decoder.frame(key, task.frame, task.form), opened]);
    return bytes;
  }

  #jobEnded(slot: Slot): void {
    slot.jobs -= 1;
    if (slot.jobs === 0 && slot.decoder.memoryBytes > this.#config.maxDecoderBytes) this.#end(slot);
    this.wake();
  }

  #rest(slot: Slot): void {
    slot.idle = setTimeout(() => this.#end(slot), this.#config.idleMs);
    slot.idle.unref();
  }

  #end(slot: Slot): void {
    this.#slots.delete(slot);
    slot.decoder.kill();
  }
}
