/** Owns the keyboard while the picture has focus: what goes to the scene, what stays with the browser and the page. */

import type { InputSink } from "./input-sender.ts";
import { modifiersOf } from "./modifiers.ts";
import type { OwnKeys } from "./own-keys.ts";

/** `own`: the page's; `browser`: told to nobody; `shared`: the scene's and the browser's; `scene`: the scene's alone. */
export type KeyOwner = "own" | "browser" | "shared" | "scene";

type Key = {
  readonly key: string;
  readonly isComposing: boolean;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
};

/** Keys with a name that scroll or go back in a page, and so are kept from it. */
const pageMovingKeys: ReadonlySet<string> = new Set([
  ..."ArrowUp ArrowDown ArrowLeft ArrowRight PageUp PageDown Home End".split(" "),
  ..."Backspace Delete Enter Insert".split(" "),
]);

/** What `key` and `code` may take in a message (input.ts). */
const MAX_TEXT_BYTES = 32;

const textEncoder = new TextEncoder();

/** Who a key belongs to. `ownKeys` are what the page keeps: of those by name the ones without Ctrl, Alt or Meta. */
export function keyOwner(event: Key, ownKeys: OwnKeys): KeyOwner {
  // Tab must lead out of the picture, and an input method speaks to itself.
  if (event.key === "Tab" || event.isComposing || event.key === "Process") return "browser";
  if (ownKeys === "all") return "own";
  if (event.ctrlKey || event.altKey || event.metaKey) return "shared";
  if (ownKeys.has(event.key) || (!event.shiftKey && ownKeys.has(event.key.toLowerCase()))) return "own";
  const isText = [...event.key].length === 1;
  return isText || pageMovingKeys.has(event.key) ? "scene" : "shared";
}

export type KeyboardCaptureOptions = {
  readonly element: HTMLElement;
  readonly ownKeys: OwnKeys;
  readonly sink: InputSink;
};

/** Listens until it is closed. */
export class KeyboardCapture {
  readonly #ownKeys: OwnKeys;
  readonly #sink: InputSink;
  readonly #listeners = new AbortController();
  /** The last event of each key that the scene believes to be down. */
  readonly #down = new Map<string, KeyboardEvent>();

  constructor(options: KeyboardCaptureOptions) {
    this.#ownKeys = options.ownKeys;
    this.#sink = options.sink;
    const signal = this.#listeners.signal;
    options.element.addEventListener("keydown", (event) => this.#handleDown(event), { signal });
    options.element.addEventListener("keyup", (event) => this.#handleUp(event), { signal });
  }

  get isHolding(): boolean {
    return this.#down.size > 0;
  }

  /** Forgets every key. One that is still pressed counts again from its next press. */
  reset(): void {
    this.#down.clear();
  }

  close(): void {
    this.#listeners.abort();
    this.reset();
  }

  #handleDown(event: KeyboardEvent): void {
    const owner = keyOwner(event, this.#ownKeys);
    if (owner === "own" || owner === "browser" || !fits(event)) return;
    if (owner === "scene") event.preventDefault();
    this.#down.set(idOf(event), event);
    this.#send("down", event, event.timeStamp);
  }

  #handleUp(event: KeyboardEvent): void {
    if (!this.#down.delete(idOf(event))) return;
    this.#send("up", event, event.timeStamp);
    if (event.key !== "Meta") return;
    // macOS tells of no key that goes up while Meta is down.
    for (const down of this.#down.values()) this.#send("up", down, event.timeStamp);
    this.#down.clear();
  }

  #send(phase: "down" | "up", event: KeyboardEvent, timeMs: number): void {
    this.#sink.ordered(
      {
        kind: "key",
        phase,
        code: event.code,
        key: event.key,
        location: Math.min(3, event.location),
        repeat: phase === "down" && event.repeat,
        modifiers: modifiersOf(event),
      },
      timeMs,
    );
  }
}

/** Keys of an on-screen keyboard have no code. Shift may have gone up in between, so that they write another letter. */
function idOf({ code, key }: KeyboardEvent): string {
  return code === "" ? `key ${key.toLowerCase()}` : `code ${code}`;
}

function fits(event: KeyboardEvent): boolean {
  return [event.code, event.key].every((text) => textEncoder.encode(text).length <= MAX_TEXT_BYTES);
}
