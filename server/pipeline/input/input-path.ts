/**
 * Owns the way of input from the viewers' gates into the scene, in the scene's process: first who has control, then who of
 * those has the pointer. Tells who used it, so that control that nobody uses can be passed on.
 */

import type { InputEvent } from "../../../shared/input.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import type { QueuedInput } from "../../render/render-protocol.ts";
import { ControlGate } from "./control-gate.ts";
import { GestureArbiter } from "./gesture-arbiter.ts";

const ACTIVE_MS = 1000;

export type InputPathOptions = {
  /** The input may reach the scene. */
  readonly pass: (input: QueuedInput) => void;
  /** Input of these viewers reached the scene. At most once a second. */
  readonly sendActive: (viewerIds: readonly string[]) => void;
  /** A viewer let go of what it pressed, turned a wheel or pressed a key. */
  readonly steered: (viewerId: string) => void;
};

export class InputPath {
  readonly #options: InputPathOptions;
  readonly #gate = new ControlGate();
  readonly #arbiter = new GestureArbiter();
  readonly #active = new Set<string>();
  #teller: NodeJS.Timeout | undefined;

  constructor(options: InputPathOptions) {
    this.#options = options;
  }

  /** Takes an event of a viewer that its gate accepted. */
  handle(viewerId: string, sequence: number, event: InputEvent, receivedAt: Milliseconds): void {
    for (const passed of this.#gate.filter(viewerId, event)) {
      if (!this.#pass(viewerId, sequence, passed, receivedAt)) continue;
      this.#noteActive(viewerId);
      if (isSteering(passed)) this.#options.steered(viewerId);
    }
  }

  /** Input of these viewers reaches the scene from now on, and that of no others. */
  setControllers(viewerIds: readonly string[]): void {
    for (const { viewerId, events } of this.#gate.setControllers(viewerIds)) this.#release(viewerId, events);
  }

  /** Lets go of all that a viewer holds and forgets it. */
  remove(viewerId: string): void {
    this.#release(viewerId, this.#gate.remove(viewerId));
    this.#active.delete(viewerId);
  }

  close(): void {
    clearTimeout(this.#teller);
  }

  /** Events that the server made have the sequence 0, which no viewer's event has (IN1). */
  #release(viewerId: string, events: readonly InputEvent[]): void {
    const receivedAt = now();
    for (const event of events) this.#pass(viewerId, 0, event, receivedAt);
    this.#arbiter.remove(viewerId);
  }

  #pass(viewerId: string, sequence: number, event: InputEvent, receivedAt: Milliseconds): boolean {
    const allowed = this.#arbiter.filter(viewerId, event);
    if (allowed !== null) this.#options.pass({ viewerId, sequence, receivedAt, event: allowed });
    return allowed !== null;
  }

  #noteActive(viewerId: string): void {
    this.#active.add(viewerId);
    if (this.#teller === undefined) this.#sendActive();
  }

  #sendActive(): void {
    this.#teller = undefined;
    if (this.#active.size === 0) return;
    this.#options.sendActive([...this.#active]);
    this.#active.clear();
    this.#teller = setTimeout(() => this.#sendActive(), ACTIVE_MS);
  }
}

/** To look around steers nothing, and what is pressed is not over yet. */
function isSteering(event: InputEvent): boolean {
  if (event.kind === "pointer") return event.phase === "up";
  return event.kind === "wheel" || (event.kind === "key" && event.phase === "down");
}
