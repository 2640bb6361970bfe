/**
 * Owns how much of an exact picture may be sent when, so that it takes what its way carries and yet leaves it nearly empty for what
 * else is sent. Pure: it is told the time, in milliseconds.
 *
 * XP1 Until the receiver says what came, it goes at the rate that the way is thought to have.
 * XP2 From then on there is on its way what the way was seen to carry in its shortest round trip and `QUEUE_MS` more. So it
 *     gets faster for as long as the way takes it, and no longer queue than that stands before what is sent next.
 * XP3 While no receipts come, it goes on as in XP1: what was lost holds up what came after it, which is in no queue any more.
 */

const QUEUE_MS = 50;
/** A rate is that of so long: receipts are some 20 ms apart, and what was lost comes late and then all at once. */
const RATE_WINDOW_MS = 100;
/** Of the rates of so long the highest counts: in between, something was lost. */
const RATE_MEMORY_MS = 500;
const SILENCE_MS = 80;
const MIN_BYTES = 2800;

type Mark = { readonly at: number; readonly bytes: number };

export class ExactPace {
  readonly #namedBytesPerMs: number;
  #paced: Mark;
  #sent: Mark[] = [];
  #receipts: Mark[] = [];
  #rates: { readonly at: number; readonly bytesPerMs: number }[] = [];
  #sentBytes = 0;
  #roundTripMs = Number.POSITIVE_INFINITY;

  /** For a way that is thought to carry so many bits a second. */
  constructor(bitrateBps: number, at: number) {
    this.#namedBytesPerMs = bitrateBps / 8000;
    this.#paced = { at, bytes: MIN_BYTES };
  }

  /** How many bytes may be sent now. */
  allowance(at: number): number {
    const last = this.#receipts.at(-1);
    if (last === undefined || at - last.at > SILENCE_MS) {
      const { at: from, bytes } = this.#paced;
      return Math.max(0, Math.floor(bytes + (at - from) * this.#namedBytesPerMs) - this.#sentBytes);
    }
    const window = Math.max(MIN_BYTES, this.#bytesPerMs() * (this.#roundTripMs + QUEUE_MS));
    return Math.max(0, Math.floor(window) - (this.#sentBytes - last.bytes));
  }

  /** Notes that so many bytes were sent. */
  noteSent(bytes: number, at: number): void {
    this.#sentBytes += bytes;
    this.#sent.push({ at, bytes: this.#sentBytes });
  }

  /** Notes that so many bytes have come all in all, as the receiver says. */
  noteReceived(bytes: number, at: number): void {
    const last = this.#receipts.at(-1);
    if (bytes > this.#sentBytes || bytes <= (last?.bytes ?? 0)) return;
    const gone = this.#sent.findIndex((mark) => mark.bytes >= bytes);
    const sentAt = this.#sent[gone]?.at ?? at;
    this.#sent = this.#sent.slice(gone);
    this.#roundTripMs = Math.min(this.#roundTripMs, at - sentAt);
    this.#receipts.push({ at, bytes });
    this.#noteRate({ at, bytes });
    // From when XP3 would begin.
    this.#paced = { at: at + SILENCE_MS, bytes: this.#sentBytes };
  }

  #noteRate({ at, bytes }: Mark): void {
    const first = this.#receipts.findLast((receipt) => at - receipt.at >= RATE_WINDOW_MS);
    if (first === undefined) return;
    this.#rates = this.#rates.filter((rate) => at - rate.at < RATE_MEMORY_MS);
    this.#rates.push({ at, bytesPerMs: (bytes - first.bytes) / (at - first.at) });
  }

  #bytesPerMs(): number {
    if (this.#rates.length === 0) return this.#namedBytesPerMs;
    return Math.max(...this.#rates.map(({ bytesPerMs }) => bytesPerMs));
  }
}
