/**
 * Owns where a thread puts what it did while a trace runs: a ring of its own in memory that all threads of the process share.
 * While none runs a call costs a look at one number, and the memory was never touched, so that it is none.
 *
 * Every thread may call `trace`; `openTrace`, `startTrace` and `takeTrace` are for the process's main thread, and `openTrace`
 * comes before its other threads start, which inherit the memory. A thread takes one of the lanes at its first span of a
 * trace; of what is more than a lane holds the newest is kept.
 */

import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { now } from "../../shared/time.ts";

/**
 * What a thread does with a frame or an input, and two relations: `shown` (this frame is the first to show this input) and
 * `sent` (from a frame's handing over to its last packet leaving for a viewer, under this name).
 */
export const spanKinds = [
  "input",
  "update",
  "render",
  "read",
  "refine",
  "convert",
  "encode",
  "packetize",
  "send",
  "relay",
  "shown",
  "sent",
] as const;
export type SpanKind = (typeof spanKinds)[number];

/** Times in milliseconds since the epoch. `viewer` as `viewerNumber` gives it; what does not apply is 0. */
export type Span = {
  readonly kind: SpanKind;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly frame: number;
  readonly viewer: number;
  /** The sequence of an input, or the name of a frame on its way to a viewer. */
  readonly number: number;
};

/** What one thread did. */
export type ThreadSpans = {
  readonly name: string;
  readonly spans: readonly Span[];
  /** How many older ones there is no place for. */
  readonly lost: number;
};

const KEY = "scenecast.trace";
const LANES = 16;
/** A drag of a minute at 60 frames a second. */
const SPANS = 16_384;
const FIELDS = 6;
const NAME_BYTES = 64;
/** Counts up by one when a trace starts and when it ends: odd while one runs. */
const GENERATION = 0;
const TAKEN = 1;
const COUNTS = 2;
const NAMES_AT = 128;
const SPANS_AT: number = NAMES_AT + LANES * NAME_BYTES;

type Memory = SharedArrayBuffer;
type Lane = { readonly index: number; readonly fields: Float64Array<SharedArrayBuffer> };

class ThreadTrace {
  /** What this thread is called in traces. */
  name = "main thread";
  #memory: Memory | null | undefined;
  #control: Int32Array<SharedArrayBuffer> | null = null;
  #generation = 0;
  /** Null where there was none left. */
  #lane: Lane | null = null;

  get isOn(): boolean {
    const control = this.#control ?? this.#open();
    return control !== null && (Atomics.load(control, GENERATION) & 1) === 1;
  }

  /** The time; 0 while no trace runs, which `end` takes for a sign to do nothing. */
  begin(): number {
    return this.isOn ? now() : 0;
  }

  /** Notes what began when `begin` was called and ends now. */
  end(kind: SpanKind, begunMs: number, frame: number = 0): void {
    if (begunMs !== 0) this.span(kind, begunMs, now(), frame);
  }

  /** Does nothing while no trace runs. */
  span(
    kind: SpanKind,
    begunMs: number,
    endedMs: number,
    frame: number = 0,
    viewer: number = 0,
    number: number = 0,
  ): void {
    if (!this.isOn || this.#control === null) return;
    const lane = this.#laneOf(this.#control);
    if (lane === null) return;
    const count = Atomics.load(this.#control, COUNTS + lane.index);
    const at = (count % SPANS) * FIELDS;
    const { fields } = lane;
    fields[at] = spanKinds.indexOf(kind);
    fields[at + 1] = begunMs;
    fields[at + 2] = endedMs;
    fields[at + 3] = frame;
    fields[at + 4] = viewer;
    fields[at + 5] = number;
    Atomics.store(this.#control, COUNTS + lane.index, count + 1);
  }

  /** For `openTrace`: this thread may have looked before there was memory. */
  use(memory: Memory): void {
    this.#memory = memory;
    this.#control = controlOf(memory);
  }

  /** Looks once whether this process has memory for traces. */
  #open(): Int32Array<SharedArrayBuffer> | null {
    if (this.#memory === undefined) {
      const memory = getEnvironmentData(KEY);
      this.#memory = memory instanceof SharedArrayBuffer ? memory : null;
      if (this.#memory !== null) this.#control = controlOf(this.#memory);
    }
    return this.#control;
  }

  #laneOf(control: Int32Array<SharedArrayBuffer>): Lane | null {
    const generation = Atomics.load(control, GENERATION);
    if (generation === this.#generation || !this.#memory) return this.#lane;
    this.#generation = generation;
    const index = Atomics.add(control, TAKEN, 1);
    this.#lane = index < LANES ? { index, fields: fieldsOf(this.#memory, index) } : null;
    if (this.#lane !== null) writeName(this.#memory, index, this.name);
    return this.#lane;
  }
}

/** This thread's. */
export const trace: ThreadTrace = new ThreadTrace();

/** Makes the memory, once. Threads that start after it trace. */
export function openTrace(): Memory {
  const there = getEnvironmentData(KEY);
  if (there instanceof SharedArrayBuffer) return there;
  const memory = new SharedArrayBuffer(SPANS_AT + LANES * SPANS * FIELDS * 8);
  setEnvironmentData(KEY, memory);
  trace.use(memory);
  return memory;
}

/** Begins a trace of all threads; what is left of the one before is forgotten. Does nothing while one runs. */
export function startTrace(): void {
  const control = controlOf(openTrace());
  if ((Atomics.load(control, GENERATION) & 1) === 1) return;
  for (let at = TAKEN; at < COUNTS + LANES; at += 1) Atomics.store(control, at, 0);
  Atomics.add(control, GENERATION, 1);
}

/** Ends it, and gives what each thread did; nothing where none runs. */
export function takeTrace(): readonly ThreadSpans[] {
  const memory = openTrace();
  const control = controlOf(memory);
  if ((Atomics.load(control, GENERATION) & 1) === 0) return [];
  Atomics.add(control, GENERATION, 1);
  const lanes = Math.min(LANES, Atomics.load(control, TAKEN));
  return Array.from({ length: lanes }, (_, lane) => {
    const count = Atomics.load(control, COUNTS + lane);
    const kept = Math.min(count, SPANS);
    const fields = fieldsOf(memory, lane);
    const spans = Array.from({ length: kept }, (_none, at) => spanAt(fields, (count - kept + at) % SPANS));
    return { name: readName(memory, lane), spans, lost: count - kept };
  });
}

function spanAt(fields: Float64Array, index: number): Span {
  const at = index * FIELDS;
  const [kind = 0, begunMs = 0, endedMs = 0, frame = 0, viewer = 0, number = 0] = fields.subarray(at, at + FIELDS);
  return { kind: spanKinds[kind] ?? "relay", begunMs, endedMs, frame, viewer, number };
}

function controlOf(memory: Memory): Int32Array<SharedArrayBuffer> {
  return new Int32Array(memory, 0, COUNTS + LANES);
}

function fieldsOf(memory: Memory, lane: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(memory, SPANS_AT + lane * SPANS * FIELDS * 8, SPANS * FIELDS);
}

function writeName(memory: Memory, lane: number, name: string): void {
  const bytes = new Uint8Array(memory, NAMES_AT + lane * NAME_BYTES, NAME_BYTES).fill(0);
  bytes.set(Buffer.from(name).subarray(0, NAME_BYTES));
}

function readName(memory: Memory, lane: number): string {
  const bytes = Buffer.from(new Uint8Array(memory, NAMES_AT + lane * NAME_BYTES, NAME_BYTES));
  return bytes.toString("utf8").replace(/\0.*$/s, "");
}
