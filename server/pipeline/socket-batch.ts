/** Owns the bytes on their way to WebSockets, in the scene's process: the same for several in a row cross to the main one once. */

import type { FromSession } from "../session/session-protocol.ts";

export class SocketBatch {
  readonly #toMain: (message: FromSession) => void;
  #batch: { readonly bytes: Uint8Array; readonly viewerIds: string[] } | null = null;

  constructor(send: (message: FromSession) => void) {
    this.#toMain = send;
  }

  /** Sends to one more viewer; at the latest when the code that runs now is done. */
  send(viewerId: string, bytes: Uint8Array): void {
    if (this.#batch?.bytes === bytes) return void this.#batch.viewerIds.push(viewerId);
    this.flush();
    this.#batch = { bytes, viewerIds: [viewerId] };
    queueMicrotask(() => this.flush());
  }

  /** Sends what waits now. */
  flush(): void {
    if (this.#batch !== null) this.#toMain({ kind: "send-viewer-bytes", ...this.#batch });
    this.#batch = null;
  }
}
