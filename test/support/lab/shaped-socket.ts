/**
 * Owns a TCP connection on a bad network: a stream like the socket itself, whose bytes pass a link in either direction in
 * pieces of a segment each. Who writes waits while the queue of the link is full, as TCP does; a lost segment comes late
 * (LS6). That TCP also sends less after a loss is not modelled.
 */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Link } from "./link.ts";

const SEGMENT_BYTES = 1400;

export class ShapedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #down: Link;
  readonly #up: Link;
  readonly #flows: { readonly down: object; readonly up: object } = { down: {}, up: {} };

  /** `down` leads to who is at the socket, `up` from there. */
  constructor(socket: Socket, { down, up }: { readonly down: Link; readonly up: Link }) {
    super();
    this.#socket = socket;
    this.#down = down;
    this.#up = up;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.#pass(up, this.#flows.up, 0, () => void this.push(null)));
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(chunk, done);
  }

  override _final(done: () => void): void {
    this.#pass(this.#down, this.#flows.down, 0, () => void this.#socket.end());
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // What is on its way still arrives, and the end after it.
    if (!this.writableFinished) this.#socket.destroy();
    done(error);
  }

  #send(chunk: Buffer, done: () => void): void {
    if (this.destroyed) return;
    const segment = chunk.subarray(0, SEGMENT_BYTES);
    const rest = chunk.subarray(SEGMENT_BYTES);
    this.#pass(
      this.#down,
      this.#flows.down,
      segment.length,
      () => {
        if (this.#socket.writable) this.#socket.write(segment);
      },
      () => (rest.length === 0 ? done() : this.#send(rest, done)),
    );
  }

  #receive(chunk: Buffer): void {
    const segment = chunk.subarray(0, SEGMENT_BYTES);
    const rest = chunk.subarray(SEGMENT_BYTES);
    this.#socket.pause();
    this.#pass(
      this.#up,
      this.#flows.up,
      segment.length,
      () => {
        if (!this.destroyed) this.push(segment);
      },
      () => (rest.length === 0 ? void this.#socket.resume() : this.#receive(rest)),
    );
  }

  #pass(link: Link, flow: object, bytes: number, arrive: () => void, taken: () => void = () => undefined): void {
    link.whenRoom(() => {
      link.send({ bytes, flow, isDatagram: false, arrive });
      taken();
    });
  }
}
