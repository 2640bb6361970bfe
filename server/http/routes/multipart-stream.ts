/**
 * Owns one watcher's response of Motion JPEG: `multipart/x-mixed-replace`, a part for each picture. The same bytes go out as
 * `application/octet-stream` to who accepts that alone.
 *
 * MJ1 Nothing is buffered for a watcher that is slow: while bytes of a picture are unsent the next ones are left out, and
 *     then it gets the newest. So the last picture of a movement always comes.
 * MJ2 Right behind each part come the boundary and the head of the next one: Chromium shows a part only when it has read
 *     those. So a head is sent before anybody knows the length of what will follow, and does not tell it.
 * MJ3 A watcher that takes nothing for 5 s while something waits for it is cut off.
 * MJ4 A scene at rest sends nothing, but for its picture again every 20 s: proxies cut connections that are silent.
 * MJ5 Where a watcher may take so many bits a second and no more, each picture waits until those before it have had their time.
 */

import type { ServerResponse } from "node:http";
import type { Metrics } from "../../monitoring/metrics.ts";

export type MultipartOptions = {
  /** MJ3. In milliseconds. */
  readonly stallMs: number;
  /** MJ4. In milliseconds. */
  readonly repeatMs: number;
  /** How long the first picture may take, in milliseconds. */
  readonly firstMs: number;
  /** MJ5. In bits a second; null for as much as there is. Default null. */
  readonly maxBps?: number | null;
};

export const multipartDefaults: MultipartOptions = { stallMs: 5_000, repeatMs: 20_000, firstMs: 10_000 };

const boundary = "picture";
const head = `--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`;

/** The type for an asker with this `Accept`: WebKit lets no script read what is called multipart. */
export function multipartType(accept: string | undefined): string {
  const isOctets = accept === "application/octet-stream";
  return `${isOctets ? accept : "multipart/x-mixed-replace"}; boundary=${boundary}`;
}

export class MultipartStream {
  readonly #response: ServerResponse;
  readonly #type: string;
  readonly #metrics: Metrics;
  readonly #options: MultipartOptions;
  readonly #firstDeadline: NodeJS.Timeout;
  #repeatTimer: NodeJS.Timeout | undefined;
  #isSending = false;
  /** Runs while the last picture has its time (MJ5). */
  #pause: NodeJS.Timeout | null = null;
  /** The newest picture that came while the one before was unsent. */
  #next: Uint8Array | null = null;
  #closed = false;

  /** The caller closes it when the response does. */
  constructor(
    response: ServerResponse,
    metrics: Metrics,
    options: MultipartOptions = multipartDefaults,
    type: string = multipartType(undefined),
  ) {
    this.#response = response;
    this.#type = type;
    this.#metrics = metrics;
    this.#options = options;
    // A write to one that went a moment ago; "close" says all there is to say.
    response.on("error", () => undefined);
    this.#firstDeadline = setTimeout(() => this.#refuse(), options.firstMs);
  }

  /** Sends a picture, now or when the one before is out, unless a newer one comes by then (MJ1). */
  show(jpeg: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#isSending && this.#pause === null) return this.#send(jpeg);
    if (this.#next !== null) this.#metrics.countJpegSkipped();
    this.#next = jpeg;
  }

  close(): void {
    this.#closed = true;
    this.#next = null;
    clearTimeout(this.#firstDeadline);
    clearTimeout(this.#repeatTimer);
    if (this.#pause !== null) clearTimeout(this.#pause);
  }

  #send(jpeg: Uint8Array): void {
    const response = this.#response;
    if (!response.headersSent) this.#begin();
    clearTimeout(this.#repeatTimer);
    this.#isSending = true;
    this.#pauseFor(jpeg);
    response.cork();
    response.write(jpeg);
    response.write(`\r\n${head}`, () => this.#handleSent(jpeg));
    response.uncork();
  }

  #begin(): void {
    clearTimeout(this.#firstDeadline);
    this.#response.writeHead(200, {
      "Content-Type": this.#type,
      Vary: "Accept",
      "Cache-Control": "no-store",
      // nginx would hold parts back to fill its buffers.
      "X-Accel-Buffering": "no",
    });
    this.#response.write(head);
    // Node takes it as activity when a part of a write gets through, so a slow watcher is not taken for a dead one.
    this.#response.setTimeout(this.#options.stallMs, () => {
      if (this.#isSending) this.#response.destroy();
    });
  }

  #handleSent(jpeg: Uint8Array): void {
    this.#isSending = false;
    if (this.#closed) return;
    this.#metrics.countJpegSent(jpeg.byteLength);
    this.#repeatTimer = setTimeout(() => this.#next === null && this.#send(jpeg), this.#options.repeatMs);
    this.#sendNext();
  }

  #sendNext(): void {
    const next = this.#next;
    if (this.#isSending || this.#pause !== null || next === null) return;
    this.#next = null;
    this.#send(next);
  }

  /** MJ5 */
  #pauseFor(jpeg: Uint8Array): void {
    const { maxBps = null } = this.#options;
    if (maxBps === null) return;
    const pauseMs = (jpeg.byteLength * 8000) / maxBps;
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#sendNext();
    }, pauseMs);
  }

  #refuse(): void {
    this.#response.writeHead(503, { "Content-Type": "text/plain; charset=utf-8", "Retry-After": "1" });
    this.#response.end("The scene has not sent a picture yet.\n");
  }
}
