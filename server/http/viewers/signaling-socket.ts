/**
 * Owns the server's end of one viewer's WebSocket (protocol in shared/signaling.ts).
 *
 * SK1 nothing but a `hello` of a protocol version that we speak opens the conversation, within 5 s.
 * SK2 a message that the parser refuses is answered with an `error` and changes nothing else.
 * SK3 a viewer that sends faster than 100 messages a second for long (bursts of 400 are fine) is closed.
 * SK4 a viewer that does not read (8 MiB waiting) or does not answer pings (25 s) is dropped. How much video may wait
 *     is bounded by its acknowledgements, long before.
 * SK5 binary messages are input and acknowledgements: at most 3000 a second for long (bursts of 6000), which is what one
 *     hand and 240 frames a second make. Their content is parsed in the scene's process.
 */

import { type RawData, WebSocket } from "ws";
import { Emitter } from "../../../shared/emitter.ts";
import type { StreamErrorCode } from "../../../shared/errors.ts";
import {
  type ClientMessage,
  parseClientMessage,
  protocolRefusal,
  type ServerMessage,
} from "../../../shared/signaling.ts";
import { MAX_CLIENT_SOCKET_BYTES, pingBehind, receiptOf } from "../../../shared/socket-message.ts";
import { now } from "../../../shared/time.ts";
import type { Seat, ViewerConnection } from "../../access/viewer-connection.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import { closeCodes } from "../close-codes.ts";
import { closeSocket } from "../close-socket.ts";

export type SignalingSocketOptions = {
  readonly helloDeadlineMs: number;
  readonly pingIntervalMs: number;
  readonly pongDeadlineMs: number;
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly maxWaitingBytes: number;
  /** Binary messages a second in the long run, and at once. */
  readonly bytesPerSecond: number;
  readonly bytesBurst: number;
};

export const signalingSocketDefaults: SignalingSocketOptions = {
  helloDeadlineMs: 5_000,
  pingIntervalMs: 10_000,
  pongDeadlineMs: 25_000,
  messagesPerSecond: 100,
  messageBurst: 400,
  maxWaitingBytes: 8 * 1024 * 1024,
  bytesPerSecond: 3000,
  bytesBurst: 6000,
};

export type SignalingSocketEvents = {
  /** The viewer said hello, with what it wants to be called, and whether it is a program; from now on it is one. Once. */
  greeted: { readonly name: string | null; readonly isProgram: boolean };
  /** Something was refused; a sentence for the log. */
  refused: { readonly reason: string };
  closed: { readonly code: number };
};

export class SignalingSocket implements ViewerConnection {
  readonly #socket: WebSocket;
  readonly #options: SignalingSocketOptions;
  readonly #emitter = new Emitter<SignalingSocketEvents>();
  readonly #helloDeadline: NodeJS.Timeout;
  readonly #pings: NodeJS.Timeout;
  #state: "waiting" | "open" | "closed" = "waiting";
  #heardAt = performance.now();
  #seat: Seat | null = null;
  readonly #textBucket: TokenBucket;
  readonly #bytesBucket: TokenBucket;

  /** Takes over an open WebSocket, and ends it. */
  constructor(socket: WebSocket, options: SignalingSocketOptions = signalingSocketDefaults) {
    this.#socket = socket;
    this.#options = options;
    const { messagesPerSecond, messageBurst, bytesPerSecond, bytesBurst } = options;
    this.#textBucket = new TokenBucket({ clock: now, perSecond: messagesPerSecond, burst: messageBurst });
    this.#bytesBucket = new TokenBucket({ clock: now, perSecond: bytesPerSecond, burst: bytesBurst });
    this.#helloDeadline = setTimeout(() => {
      this.#refuse(closeCodes.helloTimeout, "bad-message", "The first message, hello, did not arrive in time.");
    }, options.helloDeadlineMs);
    this.#pings = setInterval(() => this.#ping(), options.pingIntervalMs);
    socket.on("message", (data, isBinary) => this.#handleFrame(data, isBinary));
    socket.on("pong", (data) => this.#handlePong(data));
    socket.on("ping", () => this.#takeToken(this.#textBucket));
    socket.on("error", (error) => this.#emitter.emit("refused", { reason: error.message }));
    socket.on("close", (code) => this.#handleClose(code));
  }

  on<Name extends keyof SignalingSocketEvents>(
    name: Name,
    listener: (event: SignalingSocketEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  setSeat(seat: Seat): void {
    this.#seat = seat;
  }

  /** Sends a message. A viewer that does not read is dropped (SK4). */
  sendMessage(message: ServerMessage): void {
    if (this.#isWritable()) this.#socket.send(textOf(message));
  }

  /** Sends a binary message. A viewer that does not read is dropped (SK4). */
  sendBytes(bytes: Uint8Array): void {
    if (!this.#isWritable()) return;
    this.#socket.send(bytes);
    const ping = pingBehind(bytes);
    if (ping !== null) this.#socket.ping(ping);
  }

  /** Cuts the connection without a word, because the viewer takes none. */
  cut(): void {
    this.#emitter.emit("refused", { reason: "The viewer takes no more video." });
    this.#socket.terminate();
  }

  /** Says why it is over, and ends the conversation. */
  end(code: StreamErrorCode, message: string): void {
    this.sendMessage({ kind: "error", code, message });
    this.close(closeCodes.ended, message.slice(0, 120));
  }

  /** Ends the conversation; the connection is cut when the other side does not follow. */
  close(code: number, reason: string): void {
    this.#stopListening();
    closeSocket(this.#socket, code, reason);
  }

  #isWritable(): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount <= this.#options.maxWaitingBytes) return true;
    this.#emitter.emit("refused", { reason: "The viewer does not read its messages." });
    this.#socket.terminate();
    return false;
  }

  #handleFrame(data: RawData, isBinary: boolean): void {
    if (this.#state === "closed" || !this.#takeToken(isBinary ? this.#bytesBucket : this.#textBucket)) return;
    try {
      if (isBinary) this.#handleBytes(data);
      else this.#handleMessage(parseClientMessage(data.toString()));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#handleBadMessage(error.message);
    }
  }

  #handleBytes(data: RawData): void {
    if (this.#state === "waiting") throw new TypeError("message.kind must be hello in the first message.");
    if (!(data instanceof Uint8Array) || data.byteLength > MAX_CLIENT_SOCKET_BYTES) {
      throw new TypeError(`message must have at most ${MAX_CLIENT_SOCKET_BYTES} bytes where it is binary.`);
    }
    this.#seat?.handleBytes(data);
  }

  #handleMessage(message: ClientMessage): void {
    if (this.#state === "waiting") {
      if (message.kind !== "hello") throw new TypeError("message.kind must be hello in the first message.");
      const refusal = protocolRefusal(message.protocol);
      if (refusal !== null) return this.#refuse(closeCodes.protocolVersion, "protocol-version", refusal);
      this.#state = "open";
      clearTimeout(this.#helloDeadline);
      return this.#emitter.emit("greeted", { name: message.name ?? null, isProgram: message.program === true });
    }
    if (message.kind === "hello") throw new TypeError("message.kind must not be hello after the first message.");
    this.#seat?.handleMessage(message);
  }

  #handleBadMessage(rule: string): void {
    if (this.#state === "waiting") return this.#refuse(closeCodes.badHello, "bad-message", rule);
    this.#emitter.emit("refused", { reason: rule });
    this.sendMessage({ kind: "error", code: "bad-message", message: rule });
  }

  #refuse(code: number, errorCode: StreamErrorCode, sentence: string): void {
    this.#emitter.emit("refused", { reason: sentence });
    this.sendMessage({ kind: "error", code: errorCode, message: sentence });
    this.close(code, sentence.slice(0, 120));
  }

  /** Counts a message of the viewer; false when that was one too many (SK3). */
  #takeToken(bucket: TokenBucket): boolean {
    if (bucket.take()) return true;
    if (this.#state !== "closed") {
      this.#emitter.emit("refused", { reason: "The viewer sends too many messages." });
      this.close(closeCodes.policyViolation, "Too many messages.");
    }
    return false;
  }

  /** The viewer's machine answers, and what it answers to a frame's ping is a receipt of that. */
  #handlePong(data: Uint8Array): void {
    this.#heardAt = performance.now();
    const receipt = receiptOf(data);
    if (receipt === null || this.#state === "closed" || !this.#takeToken(this.#bytesBucket)) return;
    this.#seat?.handleBytes(receipt);
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > this.#options.pongDeadlineMs) {
      this.#emitter.emit("refused", { reason: "The viewer no longer answers." });
      this.#socket.terminate();
    } else {
      this.#socket.ping();
    }
  }

  #handleClose(code: number): void {
    this.#stopListening();
    const seat = this.#seat;
    this.#seat = null;
    seat?.leave();
    this.#emitter.emit("closed", { code });
  }

  #stopListening(): void {
    this.#state = "closed";
    clearTimeout(this.#helloDeadline);
    clearInterval(this.#pings);
  }
}

let lastMessage: ServerMessage | null = null;
let lastText = "";

/** What goes to many in a row, as a list of people does, is written once. */
function textOf(message: ServerMessage): string {
  if (message !== lastMessage) {
    lastMessage = message;
    lastText = JSON.stringify(message);
  }
  return lastText;
}
