/**
 * Owns where the pointers of people are, in the scene's process: takes it from the input that every viewer sends anyway, with
 * control or without, and tells the others. Without work or timers while nothing moves.
 *
 * PP1 A person has one pointer: the one that moved last, but never another than one that is pressed.
 * PP2 A pointer is gone when it left the picture (`leave`), when its press was broken off, when its finger was lifted, when
 *     its viewer left or looks away, and when it rests unpressed for 10 s. With its next move it is there again.
 * PP3 Changes are told at most 20 times a second, only what changed, never to the one whose pointer it is.
 * PP4 What changed last is told once more half a second later, because a message may be lost.
 * PP5 A viewer whose stream began is told of all that are there.
 */

import { MAX_POINTERS, type PersonPointer } from "../../../shared/feedback.ts";
import type { InputEvent, PointerInput } from "../../../shared/input.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { OutgoingFeedback } from "../../transport/outgoing-feedback.ts";

const FLUSH_MS = 50;
const REPEAT_MS = 500;
const REST_MS = 10_000;

/** Sends to one viewer, or drops it where there is no way. */
export type PointerSink = (feedback: OutgoingFeedback) => void;

type Tracked = {
  readonly person: number;
  readonly send: PointerSink;
  pointerId: number | null;
  /** Null before it was ever seen. */
  place: Omit<PersonPointer, "person"> | null;
  movedAt: number;
  /** When it must be told: at once where it changed, later to repeat it, never. */
  dueAt: number;
  isRepeated: boolean;
};

export class PeoplePointers {
  readonly #clock: () => Milliseconds;
  readonly #people = new Map<string, Tracked>();
  /** Who left, and must be told as gone. */
  #left: number[] = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: () => Milliseconds = now) {
    this.#clock = clock;
  }

  add(viewerId: string, person: number, send: PointerSink): void {
    const never = { movedAt: 0, dueAt: Number.POSITIVE_INFINITY, isRepeated: true };
    this.#people.set(viewerId, { person, send, pointerId: null, place: null, ...never });
  }

  /** A viewer left. */
  remove(viewerId: string): void {
    const tracked = this.#people.get(viewerId);
    if (!this.#people.delete(viewerId) || tracked === undefined) return;
    if (this.#people.size === 0) return this.close();
    if (tracked.place === null || tracked.place.state === "gone") return;
    this.#left.push(tracked.person);
    this.#wakeAt(this.#clock());
  }

  /** Takes an event of a viewer that its gate accepted. */
  note(viewerId: string, event: InputEvent): void {
    const tracked = this.#people.get(viewerId);
    if (tracked === undefined || event.kind !== "pointer") return;
    // PP1
    if (event.pointerId !== tracked.pointerId && tracked.place?.state === "pressed") return;
    tracked.pointerId = event.pointerId;
    this.#move(tracked, event.x, event.y, stateAfter(event));
  }

  /** A viewer looks away: its pointer is gone. */
  hide(viewerId: string): void {
    const tracked = this.#people.get(viewerId);
    if (tracked?.place != null) this.#move(tracked, tracked.place.x, tracked.place.y, "gone");
  }

  /** Tells a viewer of all pointers that are there (PP5). */
  greet(viewerId: string): void {
    const tracked = this.#people.get(viewerId);
    if (tracked === undefined) return;
    const present = [...this.#people.values()].flatMap((other) => {
      return other !== tracked && other.place !== null && other.place.state !== "gone" ? pointerOf(other) : [];
    });
    for (const message of messagesOf(present)) tracked.send(message);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#left = [];
  }

  #move(tracked: Tracked, x: number, y: number, state: PersonPointer["state"]): void {
    const at = this.#clock();
    tracked.movedAt = at;
    const before = tracked.place;
    if (before === null ? state === "gone" : before.state === "gone" && state === "gone") return;
    if (before !== null && before.x === x && before.y === y && before.state === state) return;
    tracked.place = { x, y, state };
    tracked.dueAt = at;
    tracked.isRepeated = false;
    this.#wakeAt(at);
  }

  /** Wakes at this time, or later where the last message was just sent (PP3). */
  #wakeAt(wanted: number): void {
    const at = Math.max(wanted, this.#flushedAt + FLUSH_MS);
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, at - this.#clock()));
  }

  #wake(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const at = this.#clock();
    for (const tracked of this.#people.values()) {
      if (tracked.place?.state !== "over" || at - tracked.movedAt < REST_MS) continue;
      tracked.place = { ...tracked.place, state: "gone" };
      tracked.dueAt = at;
      tracked.isRepeated = false;
    }
    this.#flush(at);
    const next = Math.min(...[...this.#people.values()].map(nextWakeOf));
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }

  #flush(at: number): void {
    const due = new Map([...this.#people].filter(([, { dueAt }]) => dueAt <= at));
    const gone = this.#left.map((person): PersonPointer => ({ person, x: 0, y: 0, state: "gone" }));
    this.#left = [];
    if (due.size + gone.length === 0) return;
    this.#flushedAt = at;
    this.#send(due, gone);
    for (const tracked of due.values()) {
      tracked.dueAt = tracked.isRepeated ? Number.POSITIVE_INFINITY : at + REPEAT_MS;
      tracked.isRepeated = true;
    }
  }

  /** Who did not move gets the same bytes as the others, and all of them in a row; who did gets it without its own. */
  #send(due: ReadonlyMap<string, Tracked>, gone: readonly PersonPointer[]): void {
    const all = [...gone, ...[...due.values()].map(pointerOf)];
    const common = messagesOf(all);
    for (const [viewerId, { send }] of this.#people) {
      if (!due.has(viewerId)) for (const message of common) send(message);
    }
    for (const { person, send } of due.values()) {
      for (const message of messagesOf(all.filter((pointer) => pointer.person !== person))) send(message);
    }
  }
}

/** PP2 */
function stateAfter({ phase, pointerType, buttons }: PointerInput): PersonPointer["state"] {
  if (phase === "leave" || phase === "cancel" || (phase === "up" && pointerType === "touch")) return "gone";
  if (phase === "up") return "over";
  return phase === "down" || buttons !== 0 ? "pressed" : "over";
}

function pointerOf({ person, place }: Tracked): PersonPointer {
  return { person, ...(place ?? { x: 0, y: 0, state: "gone" }) };
}

function nextWakeOf({ place, movedAt, dueAt }: Tracked): number {
  return place?.state === "over" ? Math.min(dueAt, movedAt + REST_MS) : dueAt;
}

function messagesOf(pointers: readonly PersonPointer[]): OutgoingFeedback[] {
  const count = Math.ceil(pointers.length / MAX_POINTERS);
  return Array.from({ length: count }, (_, index) => {
    const part = pointers.slice(index * MAX_POINTERS, (index + 1) * MAX_POINTERS);
    return new OutgoingFeedback({ kind: "pointers", pointers: part });
  });
}
