/**
 * Owns one WebSocket by which a program fills data again and again: each binary message is a line of JSON (data-request.ts), a line feed
 * and the bytes of a value or a part. In the main process.
 *
 * WD1 messages are taken one after the other and answered in that order, each with what became of it or with why it was refused, which
 *     ends nothing.
 * WD2 until one is handed to the scene the socket is not read, so that a client can send no faster than the scene takes it, and nothing
 *     is lost. What lies here meanwhile is what was on its way already: a message, and those that came in one piece with it.
 * WD3 a message of more than 32 MiB ends the socket, and one link or address has four of them (data-places.ts), so that what lies in
 *     memory is bounded.
 */

import { setTimeout as wait } from "node:timers/promises";
import { type RawData, WebSocket } from "ws";
import { StreamError } from "../../../shared/errors.ts";
import { now } from "../../../shared/time.ts";
import type { DataAnswer } from "../../data/data-contract.ts";
import { receiveData, receivePart } from "../../data/formats/receive-data.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import { closeSocket } from "../close-socket.ts";
import { parseDataMessage } from "./data-request.ts";
import { answerOf, type DataHandler, statusOf } from "./data-routes.ts";

/** The largest message in bytes, which lies in memory whole; what is larger goes by PUT. */
export const MAX_MESSAGE_BYTES: number = 32 * 2 ** 20;

/** Handed over, and not known yet to be taken. */
const MAX_UNANSWERED = 32;
const MAX_ANSWER_BYTES = 2 ** 20;
const PING_MS = 10_000;
const PONG_DEADLINE_MS = 25_000;
const MESSAGES = { perSecond: 1_000, burst: 2_000 } as const;
const SLOW_DOWN_MS = 20;

export type DataSocketOptions = {
  /** The value that it fills; null where each message names one. */
  readonly name: string | null;
  /** The data of the room, opened where it is not. Throws `StreamError`. */
  data(): DataHandler;
  /** A message is there, and has been kept waiting for `heldMs`. Returns what is called when it is handed over, or refused. */
  waits(heldMs: () => number): () => void;
  /** Hears of an error of ours. */
  failed(error: unknown): void;
};

export class DataSocket {
  readonly #socket: WebSocket;
  readonly #options: DataSocketOptions;
  readonly #waiting: Uint8Array[] = [];
  readonly #gone = new AbortController();
  readonly #bucket = new TokenBucket({ clock: now, ...MESSAGES });
  readonly #pings: NodeJS.Timeout;
  #isBusy = false;
  #unanswered = 0;
  /** Settles when all messages until now are answered. */
  #answered: Promise<void> = Promise.resolve();
  #heardAt = performance.now();

  /** Takes over an open WebSocket, and ends it. */
  constructor(socket: WebSocket, options: DataSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => this.#noteLife());
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(this.#pings);
      this.#waiting.length = 0;
      this.#gone.abort(new Error("The client is gone."));
    });
  }

  close(code: number, reason: string): void {
    closeSocket(this.#socket, code, reason);
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#noteLife();
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // As the socket is set, a message is one piece.
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(0);
    this.#waiting.push(isBinary ? bytes : new Uint8Array(0));
    this.#socket.pause();
    if (!this.#isBusy) void this.#work();
  }

  /** WD1, WD2 */
  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      while (!this.#bucket.take()) await wait(SLOW_DOWN_MS);
      if (this.#unanswered >= MAX_UNANSWERED) await this.#answered;
      const { promise: handed, resolve } = Promise.withResolvers<void>();
      const begun = performance.now();
      const over = this.#options.waits(() => performance.now() - begun);
      const answer = this.#take(message, resolve);
      this.#unanswered += 1;
      this.#answered = Promise.all([answer, this.#answered]).then(([told]) => this.#send(told));
      await Promise.race([handed, answer]);
      over();
    }
    this.#isBusy = false;
    this.#heardAt = performance.now();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.resume();
  }

  /** What became of a message, or why it was refused. */
  async #take(message: Uint8Array, handed: () => void): Promise<Readonly<Record<string, unknown>>> {
    try {
      return answerOf(await this.#fill(message, handed));
    } catch (error) {
      const status = statusOf(error);
      if (status === null && !this.#gone.signal.aborted) this.#options.failed(error);
      const sentence = status === null ? "Something went wrong on the server." : (error as Error).message;
      const code = error instanceof StreamError ? error.code : null;
      return { error: { status: status ?? 500, code, message: sentence } };
    }
  }

  async #fill(message: Uint8Array, handed: () => void): Promise<DataAnswer> {
    const { head, payload } = parseDataMessage(message);
    const name = head.name ?? this.#options.name;
    if (name === null) throw new TypeError("message.name must be given, as the address of this socket names no value.");
    if (this.#options.name !== null && name !== this.#options.name) {
      throw new TypeError(`message.name must be ${this.#options.name}, or be left out: this socket is for that.`);
    }
    const { type, shape, columns, format, range } = head;
    const said = { type, shape, columns, format };
    const body = { ...said, chunks: once(payload), byteLength: payload.byteLength, signal: this.#gone.signal, handed };
    const data = this.#options.data();
    return await (range === null ? receiveData(data, name, body) : receivePart(data, name, range, body));
  }

  /** A client that reads none of its answers is dropped. */
  #send(answer: Readonly<Record<string, unknown>>): void {
    this.#unanswered -= 1;
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_ANSWER_BYTES) return this.#socket.terminate();
    this.#socket.send(JSON.stringify(answer));
  }

  #ping(): void {
    // Its pongs are not read meanwhile, and its messages are what it says.
    if (this.#isBusy) return;
    if (performance.now() - this.#heardAt > PONG_DEADLINE_MS) this.#socket.terminate();
    else this.#socket.ping();
  }

  #noteLife(): void {
    this.#heardAt = performance.now();
  }
}

async function* once(payload: Uint8Array): AsyncGenerator<Uint8Array> {
  yield payload;
}
