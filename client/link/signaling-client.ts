/**
 * Owns the WebSocket to the server: says hello, reads what comes, and comes back by itself when the socket is lost.
 * Whatever the server sends that follows neither shared/signaling.ts nor shared/socket-message.ts changes nothing.
 */

import { BackOff } from "../../shared/back-off.ts";
import { Emitter } from "../../shared/emitter.ts";
import {
  type ClientMessage,
  ENDED_CLOSE_CODE,
  parseServerMessage,
  type ServerMessage,
} from "../../shared/signaling.ts";
import {
  encodeSocketInput,
  parseServerSocketMessage,
  type ServerSocketMessage,
  type SocketFrame,
} from "../../shared/socket-message.ts";
import type { InputWay } from "../input/input-sender.ts";

/** `connecting`: no answer yet; `open`: the server welcomed us, or lets us wait; `waiting`: the next attempt comes; `closed`: for good. */
export type SignalingState = "connecting" | "open" | "waiting" | "closed";

export type SignalingEvents = {
  readonly stateChanged: { readonly state: SignalingState };
  readonly messageReceived: { readonly message: ServerMessage };
  readonly bytesReceived: { readonly message: ReceivedBytes };
  /** The server parted with us, and has said why. */
  readonly ended: Record<never, never>;
  /** The socket was refused or broke before it was open: the server is down, or something will have no WebSockets. */
  readonly refused: Record<never, never>;
};

/** A binary message; the memory of a frame belongs to who takes it. */
export type ReceivedBytes =
  | Exclude<ServerSocketMessage, SocketFrame>
  | (SocketFrame & { readonly data: Uint8Array<ArrayBuffer> });

/** All are asked at each attempt. */
export type SignalingOptions = {
  /** The address of the WebSocket, `ws:` or `wss:`. */
  readonly url: () => string;
  /** Its subprotocols. */
  readonly protocols: () => string[];
  readonly hello: () => ClientMessage;
};

/** How long a server may take to welcome us before the attempt counts as failed. */
const WELCOME_TIMEOUT_MS = 5000;

/** While more than this is unsent the network does not keep up, and an older move is worth nothing. */
const MAX_BUFFERED_MOVE_BYTES = 4096;

type Timer = ReturnType<typeof setTimeout>;

/** Connects at once and for as long as it is not closed. */
export class SignalingClient extends Emitter<SignalingEvents> {
  readonly #options: SignalingOptions;
  readonly #backOff = new BackOff({ startMs: 250, maxMs: 2000 });
  #minWaitMs = 0;
  readonly #pageListeners = new AbortController();
  #state: SignalingState = "connecting";
  #socket: WebSocket | null = null;
  #socketListeners = new AbortController();
  #timer: Timer | null = null;
  #closed = false;

  constructor(options: SignalingOptions) {
    super();
    this.#options = options;
    const signal = this.#pageListeners.signal;
    window.addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => void (document.hidden || this.#hurry()), { signal });
    this.#connect();
  }

  get state(): SignalingState {
    return this.#state;
  }

  /** Input by this socket: everything in order, as TCP does it. */
  readonly input: InputWay = {
    isReadyForMoves: () => (this.#socket?.bufferedAmount ?? 0) < MAX_BUFFERED_MOVE_BYTES,
    sendUnordered: null,
    sendOrdered: (message) => this.sendBytes(encodeSocketInput(message)),
  };

  /** Waits at least this long between attempts from now on, in milliseconds: another way to the server works. */
  slowDown(minWaitMs: number): void {
    this.#minWaitMs = minWaitMs;
  }

  /** Sends a message, or drops it when the socket is not open: the next `welcome` starts everything anew. */
  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Sends a binary message, or drops it when the socket is not open. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  /** Gives the socket up and makes a new one: it looks open, but nobody answers. */
  restart(): void {
    if (this.#closed) return;
    this.#dropSocket();
    this.#waitAndConnect();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pageListeners.abort();
    this.#dropSocket();
    this.#setState("closed");
  }

  #connect(): void {
    this.#dropSocket();
    this.#setState("connecting");
    const socket = openSocket(this.#options.url(), this.#options.protocols());
    if (socket === null) {
      // As one that is refused, once those who made us listen.
      this.#timer = setTimeout(() => this.#handleClose(0), 0);
      return;
    }
    const signal = this.#socketListeners.signal;
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.send(this.#options.hello()), { signal });
    socket.addEventListener("message", (event) => this.#handleData(event.data), { signal });
    socket.addEventListener("close", ({ code }) => this.#handleClose(code), { signal });
    this.#timer = setTimeout(() => this.restart(), WELCOME_TIMEOUT_MS);
  }

  #handleData(data: unknown): void {
    try {
      if (data instanceof ArrayBuffer) this.#handleBytes(new Uint8Array(data));
      else this.#handleMessage(parseServerMessage(data));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      console.warn("A message from the server was ignored because it could not be understood.", error);
    }
  }

  #handleBytes(bytes: Uint8Array<ArrayBuffer>): void {
    // What is parsed refers to the bytes that it was parsed from, and those are ours.
    const message = parseServerSocketMessage(bytes) as ReceivedBytes | null;
    if (message !== null) this.emit("bytesReceived", { message });
  }

  /** Null is a message of a newer server. */
  #handleMessage(message: ServerMessage | null): void {
    if (message === null) return;
    if (message.kind === "welcome" || message.kind === "queued") {
      this.#stopTimer();
      this.#backOff.reset();
      this.#minWaitMs = 0;
      this.#setState("open");
    }
    this.emit("messageReceived", { message });
  }

  #handleClose(code: number): void {
    const wasOpen = this.#state === "open";
    this.restart();
    if (code === ENDED_CLOSE_CODE) this.emit("ended", {});
    if (!wasOpen && !this.#closed) this.emit("refused", {});
  }

  #waitAndConnect(): void {
    this.#setState("waiting");
    this.#timer = setTimeout(() => this.#connect(), Math.max(this.#minWaitMs, this.#backOff.next()));
  }

  /** The network or the eye is back: no reason to wait any longer. */
  #hurry(): void {
    if (this.#state === "waiting") this.#connect();
  }

  #dropSocket(): void {
    this.#stopTimer();
    this.#socketListeners.abort();
    this.#socketListeners = new AbortController();
    this.#socket?.close();
    this.#socket = null;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #setState(state: SignalingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}

/** Null where the browser has WebSockets and will not have them used here. */
function openSocket(url: string, protocols: string[]): WebSocket | null {
  try {
    return new WebSocket(url, protocols);
  } catch (error) {
    console.warn("The browser refused a WebSocket.", error);
    return null;
  }
}
