/**
 * Owns telling the main process of all input that reached the scene, for the event log: together, a few times a second, so that it
 * costs next to nothing and a process that is killed loses as little. In the scene's process.
 */

import { now } from "../../../shared/time.ts";
import type { QueuedInput, ToldInput } from "../../render/render-protocol.ts";

const TELL_MS = 200;

export class InputTeller {
  readonly #send: (inputs: readonly ToldInput[]) => void;
  #inputs: ToldInput[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (inputs: readonly ToldInput[]) => void) {
    this.#send = send;
  }

  /** The input goes to the scene now. */
  note({ viewerId, event }: QueuedInput): void {
    this.#inputs.push({ viewerId, at: now(), event });
    this.#timer ??= setTimeout(() => this.close(), TELL_MS);
  }

  /** Tells what was noted. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#inputs.length > 0) this.#send(this.#inputs);
    this.#inputs = [];
  }
}
