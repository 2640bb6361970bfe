/**
 * Owns Motion JPEG over HTTP, which takes no more than fetch and canvas: the last resort. Read by itself and not by an
 * image element, which tells neither of pictures nor of the end. It lives once. Of pictures that come faster than they are
 * decoded the newest is shown.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { ServerFetch } from "../link/access.ts";
import type { ImageScreen } from "../picture/image-screen.ts";
import { boundaryOf, MultipartReader } from "./multipart-reader.ts";
import { noDigest } from "./receiver-stats.ts";
import type { ReceiverDigest } from "./viewer-stats.ts";

export type MjpegReceiverEvents = {
  /** Once a second. */
  readonly statsMeasured: { readonly digest: ReceiverDigest };
  /** It ended by itself. */
  readonly died: { readonly sentence: string };
};

const STATS_INTERVAL_MS = 1000;

/** The server repeats its picture more often than this, so that a connection that fell asleep shows. */
const MAX_SILENCE_MS = 35_000;

export class MjpegReceiver extends Emitter<MjpegReceiverEvents> {
  readonly #screen: ImageScreen;
  readonly #ending = new AbortController();
  readonly #statsTimer: ReturnType<typeof setInterval>;
  #newest: Uint8Array<ArrayBuffer> | null = null;
  #isDecoding = false;
  #heardMs = performance.now();
  #counters = { bytes: 0, decoded: 0, decodeMs: 0 };
  #skipped = 0;

  /** `ask` is the fetch to use. */
  constructor(screen: ImageScreen, url: string, ask: ServerFetch) {
    super();
    this.#screen = screen;
    screen.start();
    this.#statsTimer = setInterval(() => this.#measure(), STATS_INTERVAL_MS);
    void this.#run(url, ask);
  }

  close(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    clearInterval(this.#statsTimer);
    this.#screen.stop();
  }

  async #run(url: string, ask: ServerFetch): Promise<void> {
    try {
      // Under its own name, multipart/x-mixed-replace, WebKit lets nobody read it.
      const headers = { Accept: "application/octet-stream" };
      await this.#read(await ask(url, { signal: this.#ending.signal, cache: "no-store", headers }));
      this.#die("The server ended the stream.");
    } catch (error) {
      this.#die(String(error));
    }
  }

  async #read(response: Response): Promise<void> {
    const boundary = boundaryOf(response.headers.get("Content-Type"));
    if (!response.ok || response.body === null || boundary === null) {
      throw new Error(`The server answered ${response.status}.`);
    }
    const chunks = response.body.getReader();
    const parts = new MultipartReader(boundary);
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      this.#heardMs = performance.now();
      this.#counters.bytes += value.byteLength;
      for (const part of parts.read(value)) this.#offer(part);
    }
  }

  #offer(jpeg: Uint8Array<ArrayBuffer>): void {
    if (this.#newest !== null) this.#skipped += 1;
    this.#newest = jpeg;
    if (!this.#isDecoding) void this.#decode();
  }

  async #decode(): Promise<void> {
    this.#isDecoding = true;
    for (let jpeg = this.#takeNewest(); jpeg !== null; jpeg = this.#takeNewest()) {
      try {
        const begunMs = performance.now();
        const bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
        this.#counters.decoded += 1;
        this.#counters.decodeMs += performance.now() - begunMs;
        if (!this.#ending.signal.aborted) this.#screen.show(bitmap);
        bitmap.close();
      } catch (error) {
        console.warn("The browser could not decode a picture, which is left out.", error);
      }
    }
    this.#isDecoding = false;
  }

  #takeNewest(): Uint8Array<ArrayBuffer> | null {
    const newest = this.#ending.signal.aborted ? null : this.#newest;
    this.#newest = null;
    return newest;
  }

  #measure(): void {
    if (performance.now() - this.#heardMs > MAX_SILENCE_MS) return this.#die("Nothing has come for long.");
    const { bytes, decoded, decodeMs } = this.#counters;
    this.#counters = { bytes: 0, decoded: 0, decodeMs: 0 };
    const digest: ReceiverDigest = {
      ...noDigest,
      ...this.#screen.size,
      transport: { kind: "mjpeg" },
      decodedFps: (decoded * 1000) / STATS_INTERVAL_MS,
      bitrateBps: (bytes * 8 * 1000) / STATS_INTERVAL_MS,
      decodeMs: decoded > 0 ? decodeMs / decoded : null,
      framesDropped: this.#skipped,
    };
    this.emit("statsMeasured", { digest });
  }

  #die(sentence: string): void {
    if (this.#ending.signal.aborted) return;
    this.close();
    this.emit("died", { sentence });
  }
}
