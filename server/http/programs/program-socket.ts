/**
 * Owns the server's end of the WebSocket of a program that makes pictures (protocol in shared/frame-source.ts).
 *
 * PK1 Nothing but a `hello` of a protocol version that we speak opens the conversation, within 5 s.
 * PK2 A message that is refused is answered by `refused` and changes nothing else. Of more than 1000 a second for long the socket is
 *     closed.
 * PK3 A program that does not answer pings (25 s) is dropped, and one that does not read: moves of pointers are left out from 64 KiB
 *     waiting on, and 4 MiB end it. The newest move is kept until there is room.
 */

import { type RawData, WebSocket } from "ws";
import type { CanvasEvent } from "../../../shared/canvas-event.ts";
import { Emitter } from "../../../shared/emitter.ts";
import type { StreamErrorCode } from "../../../shared/errors.ts";
import {
  FRAMES_PROTOCOL,
  type ProgramHello,
  parseCarriedFrame,
  parseProgramMessage,
  type ToProgram,
} from "../../../shared/frame-source.ts";
import { now } from "../../../shared/time.ts";
import type { ProgramConnection, ProgramSeat } from "../../access/program-connection.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import { closeCodes } from "../close-codes.ts";
import { closeSocket } from "../close-socket.ts";

const HELLO_DEADLINE_MS = 5_000;
const PING_MS = 5_000;
const PONG_DEADLINE_MS = 25_000;
const MESSAGES_PER_SECOND = 1_000;
const MAX_MOVES_WAITING_BYTES: number = 64 * 1024;
const MAX_WAITING_BYTES: number = 4 * 1024 * 1024;
/** How often a move is tried again that there was no room for. */
const RETRY_MS = 20;

export type ProgramSocketEvents = {
  /** The program said hello. Once. */
  readonly greeted: { readonly hello: ProgramHello };
  /** Something was refused; a sentence for the log. */
  readonly refused: { readonly reason: string };
  readonly closed: Record<never, never>;
};

type EventMessage = Extract<ToProgram, { readonly kind: "event" }>;

export class ProgramSocket implements ProgramConnection {
  readonly #socket: WebSocket;
  readonly #emitter = new Emitter<ProgramSocketEvents>();
  readonly #bucket = new TokenBucket({ clock: now, perSecond: MESSAGES_PER_SECOND, burst: 2 * MESSAGES_PER_SECOND });
  readonly #helloDeadline: NodeJS.Timeout;
  readonly #pings: NodeJS.Timeout;
  #state: "waiting" | "open" | "closed" = "waiting";
  #seat: ProgramSeat | null = null;
  #heardAt = performance.now();
  /** Called at the next sign of life. */
  readonly #listening = new Set<() => void>();
  /** The newest move, while the program does not read (PK3). */
  #move: EventMessage | null = null;
  #retry: NodeJS.Timeout | undefined;

  /** Takes over an open WebSocket, and ends it. */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#helloDeadline = setTimeout(() => {
      this.#refuse(closeCodes.helloTimeout, "bad-message", "The first message, hello, did not arrive in time.");
    }, HELLO_DEADLINE_MS);
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    socket.on("message", (data, isBinary) => void this.#handleFrame(data, isBinary));
    socket.on("pong", () => this.#hear());
    socket.on("error", (error) => this.#emitter.emit("refused", { reason: error.message }));
    socket.on("close", () => this.#handleClose());
  }

  on<Name extends keyof ProgramSocketEvents>(
    name: Name,
    listener: (event: ProgramSocketEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  setSeat(seat: ProgramSeat): void {
    // It may have gone while it waited.
    if (this.#socket.readyState !== WebSocket.OPEN) return seat.leave();
    this.#seat = seat;
  }

  send(message: ToProgram): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (message.kind === "event") return this.#sendEvent(message);
    this.#write(message);
  }

  answersWithin(deadlineMs: number): Promise<boolean> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (answers: boolean): void => {
        clearTimeout(deadline);
        this.#listening.delete(heard);
        resolve(answers);
      };
      const heard = (): void => settle(true);
      const deadline = setTimeout(() => settle(false), deadlineMs);
      this.#listening.add(heard);
      this.#socket.ping();
    });
  }

  end(code: StreamErrorCode, sentence: string): void {
    this.send({ kind: "error", code, message: sentence });
    this.close(closeCodes.ended, sentence);
  }

  cut(): void {
    this.#emitter.emit("refused", { reason: "The program gives no sign of life." });
    this.#socket.terminate();
  }

  /** Ends the conversation; the connection is cut when the other side does not follow. */
  close(code: number, reason: string): void {
    if (this.#state === "open")
      this.send({ kind: "event", number: 0, event: { event_type: "close", time_stamp: now() / 1000 } });
    this.#stopListening();
    closeSocket(this.#socket, code, reason.slice(0, 120));
  }

  /** PK3 */
  #sendEvent(message: EventMessage): void {
    const isFull = this.#socket.bufferedAmount > MAX_MOVES_WAITING_BYTES;
    if (isFull && isMove(message.event)) {
      this.#move = message;
      this.#retry ??= setTimeout(() => this.#sendMove(), RETRY_MS);
      return;
    }
    // Moves and presses stay in their order.
    const move = this.#takeMove();
    if (move !== null && !isMove(message.event)) this.#write(move);
    this.#write(message);
  }

  #sendMove(): void {
    const move = this.#takeMove();
    if (move !== null) this.send(move);
  }

  #takeMove(): EventMessage | null {
    const move = this.#move;
    this.#move = null;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    return move;
  }

  #write(message: ToProgram): void {
    if (this.#socket.bufferedAmount > MAX_WAITING_BYTES) {
      this.#emitter.emit("refused", { reason: "The program does not read its messages." });
      return this.#socket.terminate();
    }
    this.#socket.send(JSON.stringify(message));
  }

  async #handleFrame(data: RawData, isBinary: boolean): Promise<void> {
    this.#hear();
    if (this.#state === "closed") return;
    if (!this.#bucket.take()) return this.#refuse(closeCodes.policyViolation, "flooded", "Too many messages.");
    try {
      if (isBinary) await this.#handleBytes(data);
      else this.#handleText(String(data));
    } catch (error) {
      if (!(error instanceof TypeError)) this.#emitter.emit("refused", { reason: String(error) });
      this.#handleBadMessage(error instanceof TypeError ? error.message : "The frame could not be stored.");
    }
  }

  #handleText(text: string): void {
    const message = parseProgramMessage(text);
    if (this.#state === "open") {
      if (message.kind === "hello") throw new TypeError("message.kind must not be hello after the first message.");
      return this.#seat?.handleMessage(message);
    }
    if (message.kind !== "hello") throw new TypeError("message.kind must be hello in the first message.");
    if (message.protocol !== FRAMES_PROTOCOL) {
      const sentence = `This server speaks version ${FRAMES_PROTOCOL} of the protocol of frames, and the program version ${message.protocol}.`;
      return this.#refuse(closeCodes.protocolVersion, "protocol-version", sentence);
    }
    this.#state = "open";
    clearTimeout(this.#helloDeadline);
    this.#emitter.emit("greeted", { hello: message });
  }

  async #handleBytes(data: RawData): Promise<void> {
    if (this.#state === "waiting") throw new TypeError("message.kind must be hello in the first message.");
    if (!(data instanceof Uint8Array)) return;
    const { frame, pixels } = parseCarriedFrame(data);
    await this.#seat?.handleFrame(frame, pixels);
  }

  #handleBadMessage(rule: string): void {
    if (this.#state === "waiting") return this.#refuse(closeCodes.badHello, "bad-message", rule);
    this.#emitter.emit("refused", { reason: rule });
    this.send({ kind: "refused", message: rule });
  }

  #refuse(code: number, errorCode: StreamErrorCode, sentence: string): void {
    this.#emitter.emit("refused", { reason: sentence });
    this.send({ kind: "error", code: errorCode, message: sentence });
    this.close(code, sentence);
  }

  #hear(): void {
    this.#heardAt = performance.now();
    for (const heard of [...this.#listening]) heard();
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > PONG_DEADLINE_MS) this.cut();
    else this.#socket.ping();
  }

  #handleClose(): void {
    this.#stopListening();
    const seat = this.#seat;
    this.#seat = null;
    seat?.leave();
    this.#emitter.emit("closed", {});
  }

  #stopListening(): void {
    this.#state = "closed";
    this.#takeMove();
    clearTimeout(this.#helloDeadline);
    clearInterval(this.#pings);
  }
}

function isMove({ event_type }: CanvasEvent): boolean {
  return event_type === "pointer_move";
}
