/**
 * Owns input by HTTP: one request at a time, everything in order, of moves only the newest. What a request that failed
 * carried is sent again; the server knows events by their numbers and takes none twice.
 */

import { BackOff } from "../../shared/back-off.ts";
import { type InputMessage, MAX_INPUT_BYTES } from "../../shared/input.ts";
import { encodeSocketInput } from "../../shared/socket-message.ts";
import type { InputWay } from "../input/input-sender.ts";
import { isMove } from "../input/input-sequencer.ts";

export type HttpInputOptions = {
  /** Sends a body. Resolves with whether the server took it; rejects when it was not reached. */
  readonly post: (body: Uint8Array<ArrayBuffer>) => Promise<boolean>;
  /** The server has this many ordered events. */
  readonly received: (ordered: number) => void;
  /** The server does not know us any more. */
  readonly refused: () => void;
};

/** More than a request should carry, and more than waits while a network is lost for a moment. */
const MAX_IN_A_REQUEST = 200;
const MAX_WAITING = 512;

/** A hand makes more events than requests are worth. */
const MIN_INTERVAL_MS = 8;

export class HttpInput implements InputWay {
  readonly sendUnordered = null;
  readonly #options: HttpInputOptions;
  readonly #backOff = new BackOff({ startMs: 200, maxMs: 2000 });
  #waiting: InputMessage[] = [];
  #isPosting = false;
  #closed = false;

  constructor(options: HttpInputOptions) {
    this.#options = options;
  }

  isReadyForMoves(): boolean {
    return true;
  }

  sendOrdered(message: InputMessage): void {
    if (this.#closed) return;
    if (isMove(message)) this.#dropOutdone(message);
    this.#waiting.push(message);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    void this.#flush();
  }

  close(): void {
    this.#closed = true;
  }

  /** Of the moves of a pointer in a gap only the newest is worth a place. */
  #dropOutdone({ ordered, event }: InputMessage): void {
    this.#waiting = this.#waiting.filter((waiting) => {
      const isSameGap = isMove(waiting) && waiting.ordered === ordered;
      const isSamePointer =
        waiting.event.kind === "pointer" && event.kind === "pointer" && waiting.event.pointerId === event.pointerId;
      return !(isSameGap && isSamePointer);
    });
  }

  async #flush(): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting.splice(0, MAX_IN_A_REQUEST);
      await pause((await this.#post(batch)) ? MIN_INTERVAL_MS : this.#backOff.next());
    }
    this.#isPosting = false;
  }

  /** False when the batch must be sent again. */
  async #post(batch: readonly InputMessage[]): Promise<boolean> {
    try {
      if (!(await this.#options.post(encodeInputs(batch)))) {
        this.close();
        this.#options.refused();
        return true;
      }
    } catch {
      this.#waiting.unshift(...batch);
      return false;
    }
    this.#backOff.reset();
    const last = batch.findLast((message) => !isMove(message));
    if (last !== undefined) this.#options.received(last.ordered + 1);
    return true;
  }
}

/** The body of a request (input-post.ts): at most 512 messages. */
export function encodeInputs(messages: readonly InputMessage[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(messages.length * (MAX_INPUT_BYTES + 2));
  let at = 0;
  for (const message of messages) {
    const form = encodeSocketInput(message);
    bytes[at] = form.byteLength;
    bytes.set(form, at + 1);
    at += 1 + form.byteLength;
  }
  return bytes.slice(0, at);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
