/**
 * Owns the WebSocket to the server: says hello, reads what comes, and comes back by itself when the socket is lost.
 * Whatever the server sends that does not follow shared/signaling.ts changes nothing.
 */

import { Emitter } from "../shared/emitter.ts";
import { type ClientMessage, PROTOCOL_VERSION, parseServerMessage, type ServerMessage } from "../shared/signaling.ts";
import { BackOff } from "./back-off.ts";

/** `connecting`: no welcome yet; `open`: the server welcomed us; `waiting`: the next attempt comes; `closed`: for good. */
export type SignalingState = "connecting" | "open" | "waiting" | "closed";

export type SignalingEvents = {
  readonly stateChanged: { readonly state: SignalingState };
  readonly messageReceived: { readonly message: ServerMessage };
};

/** How long a server may take to welcome us before the attempt counts as failed. */
const WELCOME_TIMEOUT_MS = 5000;

type Timer = ReturnType<typeof setTimeout>;

/** Connects at once and for as long as it is not closed. */
export class SignalingClient extends Emitter<SignalingEvents> {
  readonly #url: string;
  readonly #backOff = new BackOff({ startMs: 250, maxMs: 2000 });
  readonly #pageListeners = new AbortController();
  #state: SignalingState = "connecting";
  #socket: WebSocket | null = null;
  #socketListeners = new AbortController();
  #timer: Timer | null = null;
  #closed = false;

  /** `url` is the address of the signalling WebSocket, `ws:` or `wss:`. */
  constructor(url: string) {
    super();
    this.#url = url;
    const signal = this.#pageListeners.signal;
    window.addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => void (document.hidden || this.#hurry()), { signal });
    this.#connect();
  }

  get state(): SignalingState {
    return this.#state;
  }

  /** Sends a message, or drops it when the socket is not open: the next `welcome` starts everything anew. */
  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
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
    const socket = new WebSocket(this.#url);
    const signal = this.#socketListeners.signal;
    this.#socket = socket;
    socket.addEventListener("open", () => this.send({ kind: "hello", protocol: PROTOCOL_VERSION }), { signal });
    socket.addEventListener("message", (event) => this.#handleMessage(event.data), { signal });
    socket.addEventListener("close", () => this.restart(), { signal });
    this.#timer = setTimeout(() => this.restart(), WELCOME_TIMEOUT_MS);
  }

  #handleMessage(data: unknown): void {
    let message: ServerMessage;
    try {
      message = parseServerMessage(data);
    } catch (error) {
      console.warn("The server sent a message that is not understood and is ignored.", error);
      return;
    }
    if (message.kind === "welcome") {
      this.#stopTimer();
      this.#backOff.reset();
      this.#setState("open");
    }
    this.emit("messageReceived", { message });
  }

  #waitAndConnect(): void {
    this.#setState("waiting");
    this.#timer = setTimeout(() => this.#connect(), this.#backOff.next());
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
