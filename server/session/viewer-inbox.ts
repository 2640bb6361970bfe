/**
 * Owns what one viewer sends in binary, input, acknowledgements and receipts, on its way to the scene's process. In the main process.
 *
 * VI1 one message of a viewer is on its way to the process at most; what comes meanwhile waits here and goes together. So
 *     who sends without end fills its own place, and not that of others. Before the viewer's control changes all of it
 *     goes: what was pressed without control is not to arrive with it (CG3 in control-gate.ts).
 * VI2 of the acknowledgements that wait the newest is kept, which stands for those before it, and the same of receipts.
 *     None of them is left out for being too many.
 * VI3 of input at most 1024 messages wait; the next are left out.
 */

import { isAck, isReceipt } from "../../shared/socket-message.ts";

const MAX_WAITING = 1_024;

/** Sends messages together, and calls `taken` once they no longer wait on this side. Returns false where they are lost. */
type Send = (messages: readonly Uint8Array[], taken: () => void) => boolean;

export class ViewerInbox {
  readonly #send: Send;
  #input: Uint8Array[] = [];
  #receipt: Uint8Array | null = null;
  #acknowledgement: Uint8Array | null = null;
  #onTheWay = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  handle(bytes: Uint8Array): void {
    if (isAck(bytes)) this.#acknowledgement = bytes;
    else if (isReceipt(bytes)) this.#receipt = bytes;
    else if (this.#input.length < MAX_WAITING) this.#input.push(bytes);
    this.#flush();
  }

  /** Sends what waits, whatever is on its way. */
  sendAll(): void {
    const messages = [this.#receipt, this.#acknowledgement, ...this.#input].filter((message) => message !== null);
    if (messages.length === 0) return;
    this.#input = [];
    this.#receipt = null;
    this.#acknowledgement = null;
    this.#onTheWay += 1;
    const isSent = this.#send(messages, () => {
      this.#onTheWay -= 1;
      this.#flush();
    });
    if (!isSent) this.#onTheWay -= 1;
  }

  #flush(): void {
    if (this.#onTheWay === 0) this.sendAll();
  }
}
