/**
 * Owns who gives way of those who fill the data of a room: an upload takes as long as its sender likes, and meanwhile it holds its name
 * and its bytes. In the main process.
 *
 * UO1 a host waits for 3 s at most for what came before by links that were made for data: then that is broken off, and told why.
 * UO2 what came after the host, what is of another room, and what is of hosts gives way to nobody.
 */

/** How long a host waits. */
const PATIENCE_MS = 3_000;
const CHECK_MS = 250;

type Upload = { readonly room: string; giveWay(): void };

export class UploadOrder {
  readonly #patienceMs: number;
  readonly #ofLinks = new Set<Upload>();

  /** `patienceMs`: how long a host waits. */
  constructor(patienceMs: number = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /** A link fills something in this room. Returns what is called when that is over. */
  add(room: string, giveWay: () => void): () => void {
    const upload = { room, giveWay };
    this.#ofLinks.add(upload);
    return () => void this.#ofLinks.delete(upload);
  }

  /** A host fills something; `waitedMs` is for how long it has been kept waiting now. Returns what is called when that is over. */
  wait(room: string, waitedMs: () => number): () => void {
    const before = [...this.#ofLinks].filter((upload) => upload.room === room);
    if (before.length === 0) return () => undefined;
    const checks = setInterval(() => {
      if (waitedMs() < this.#patienceMs) return;
      clearInterval(checks);
      for (const upload of before) if (this.#ofLinks.has(upload)) upload.giveWay();
    }, CHECK_MS);
    return () => clearInterval(checks);
  }
}
