/**
 * Owns a viewer that stays for the whole soak: takes every picture by WebSocket, moves the pointer, and notes how long it was
 * from there to the first picture that shows it, and how old pictures are when they come.
 */

import { WebSocket } from "ws";
import { type ClientMessage, PROTOCOL_VERSION, parseServerMessage } from "../../shared/signaling.ts";
import { encodeAck, encodeSocketInput, parseServerSocketMessage } from "../../shared/socket-message.ts";
import { now } from "../../shared/time.ts";
import { pointerInput } from "../support/input-samples.ts";

export type Felt = { readonly pressMs: readonly number[]; readonly ageMs: readonly number[] };

const MOVE_MS = 250;
const RETRY_MS = 500;

export class PressProbe {
  readonly #url: URL;
  readonly #timer: NodeJS.Timeout;
  #socket: WebSocket;
  #closed = false;
  #sequence = 0;
  #connection = 0;
  #sentAt = new Map<number, number>();
  #pressMs: number[] = [];
  #ageMs: number[] = [];

  /** Comes back by itself as often as it must. */
  constructor(serverUrl: string) {
    this.#url = new URL("signal", serverUrl);
    this.#socket = this.#open();
    this.#timer = setInterval(() => this.#move(), MOVE_MS);
  }

  /** What was felt since the last call. */
  take(): Felt {
    const felt = { pressMs: this.#pressMs, ageMs: this.#ageMs };
    this.#pressMs = [];
    this.#ageMs = [];
    return felt;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#socket.terminate();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): WebSocket {
    const socket = new WebSocket(this.#url);
    this.#sequence = 0;
    this.#sentAt = new Map();
    socket.on("open", () => this.#say({ kind: "hello", protocol: PROTOCOL_VERSION, name: "Probe" }));
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.#handleBytes(data);
      else this.#handleText(data.toString());
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!this.#closed) setTimeout(() => this.#reopen(), RETRY_MS);
    });
    return socket;
  }

  #reopen(): void {
    if (!this.#closed) this.#socket = this.#open();
  }

  #say(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #move(): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#connection === 0) return;
    this.#sequence += 1;
    this.#sentAt.set(this.#sequence, now());
    this.#socket.send(
      encodeSocketInput({ sequence: this.#sequence, ordered: 0, event: pointerInput("move", { x: Math.random() }) }),
    );
  }

  #handleText(text: string): void {
    const message = parseServerMessage(text);
    if (message?.kind !== "status") return;
    // What was on its way when the scene fell is never shown.
    this.#sentAt.clear();
    if (message.status !== "live") return;
    this.#connection += 1;
    this.#say({ kind: "stream", connection: this.#connection, codecs: ["h264"] });
  }

  #handleBytes(bytes: Buffer): void {
    const message = parseServerSocketMessage(bytes);
    if (message?.kind === "frame") {
      this.#ageMs.push(now() - message.time);
      this.#socket.send(encodeAck(message.frame));
    } else if (message?.kind === "feedback" && message.feedback.kind === "echo") {
      const { sequence } = message.feedback;
      const sentAt = this.#sentAt.get(sequence);
      if (sentAt !== undefined) this.#pressMs.push(now() - sentAt);
      for (const older of this.#sentAt.keys()) if (older <= sequence) this.#sentAt.delete(older);
    }
  }
}
