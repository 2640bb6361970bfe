/** Owns what a viewer holds down: pointers and keys. Pure. Knows how to let go of all of it. */

import type { InputEvent, KeyInput, PointerInput } from "../../../shared/input.ts";

/** More than any hands hold. What is pressed beyond that is not noted. */
const MAX_HELD = 64;

export class HeldInput {
  readonly #pointers = new Map<number, PointerInput>();
  readonly #keys = new Map<string, KeyInput>();

  /** Notes what an event presses, moves or releases. */
  note(event: InputEvent): void {
    if (event.kind === "pointer") this.#notePointer(event);
    if (event.kind === "key") this.#noteKey(event);
  }

  /** Whether the pointer or the key of `event` is held. */
  holds(event: PointerInput | KeyInput): boolean {
    return event.kind === "pointer" ? this.#pointers.has(event.pointerId) : this.#keys.has(idOf(event));
  }

  /** Whether `event` lets go of something that is held. */
  endsHold(event: InputEvent): boolean {
    switch (event.kind) {
      case "pointer":
        return (event.phase === "up" || event.phase === "cancel") && this.holds(event);
      case "key":
        return event.phase === "up" && this.holds(event);
      case "release":
        return this.#pointers.size + this.#keys.size > 0;
      case "wheel":
      case "double-click":
        return false;
    }
  }

  /** Returns the events that release everything that is held, as of now, and forgets it. */
  release(): InputEvent[] {
    const pointers = [...this.#pointers.values()].map(cancelOf);
    const keys = [...this.#keys.values()].map(keyUpOf);
    this.#pointers.clear();
    this.#keys.clear();
    return [...pointers, ...keys];
  }

  #notePointer(event: PointerInput): void {
    const { pointerId, phase } = event;
    if (phase === "up" || phase === "cancel") this.#pointers.delete(pointerId);
    else if (this.#pointers.has(pointerId) || (phase === "down" && this.#pointers.size < MAX_HELD)) {
      this.#pointers.set(pointerId, event);
    }
  }

  #noteKey(event: KeyInput): void {
    const id = idOf(event);
    if (event.phase === "up") this.#keys.delete(id);
    else if (this.#keys.has(id) || this.#keys.size < MAX_HELD) this.#keys.set(id, event);
  }
}

/** Keys of an on-screen keyboard have no code. A code is never taken for the name of such a key. */
function idOf({ code, key }: KeyInput): string {
  return code === "" ? `key ${key.toLowerCase()}` : `code ${code}`;
}

function cancelOf(event: PointerInput): PointerInput {
  return { ...event, phase: "cancel", button: -1, buttons: 0, pressure: 0, modifiers: 0 };
}

function keyUpOf(event: KeyInput): KeyInput {
  return { ...event, phase: "up", repeat: false, modifiers: 0 };
}
