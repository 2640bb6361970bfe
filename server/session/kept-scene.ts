/** Owns what the main process keeps of a scene over the lives of its processes: its state, and whose messages it takes. */

import { withPanelsOf } from "../platform/panels-in-state.ts";
import type { FromSession, MessagesFrom, ToSession } from "./session-protocol.ts";

type StateChanged = Extract<FromSession, { readonly kind: "scene-state-changed" }>;

export class KeptScene {
  /** Whose messages the scene takes; as long as it said nothing, only those of who has control. */
  messagesFrom: MessagesFrom = "control";
  readonly #send: (message: ToSession) => boolean;
  #state: string | null;
  #start: string | null;
  /** A state that was wanted since the process that comes up was started. */
  #missed: string | null = null;

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(state: string | null, send: (message: ToSession) => boolean) {
    this.#state = state;
    this.#start = state;
    this.#send = send;
  }

  /** The newest state that the scene gave, JSON text; before that the one to begin in; null where it gives none. */
  get state(): string | null {
    return this.#state;
  }

  /** A process is started: returns the state that its scene is to begin in. */
  begin(): string | null {
    this.#missed = null;
    return this.#start;
  }

  /** A state is wanted of the scene, now or as soon as it is live. */
  want(state: string): void {
    // A process that starts before the scene gave its state has the panels of before as well.
    this.#start = withPanelsOf(this.#start, state);
    if (!this.#send({ kind: "scene-state-wanted", state })) this.#missed = state;
  }

  /** Takes the state that the scene gave. Returns whether it is another one: each process tells its first. */
  handle({ state }: StateChanged): boolean {
    // A scene may take states and give none: then it begins again in the last one that it was given.
    if (state !== null) this.#start = state;
    if (state === this.#state) return false;
    this.#state = state;
    return true;
  }

  /** The process that was started last is live. */
  handleLive(): void {
    if (this.#missed !== null) this.#send({ kind: "scene-state-wanted", state: this.#missed });
    this.#missed = null;
  }
}
