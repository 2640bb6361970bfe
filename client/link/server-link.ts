/**
 * Owns how we reach the server: by WebSocket, by HTTP where that does not get through, and with the token of a share link
 * where it is asked for. Whichever way is open, the same messages come out of it.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { Feedback } from "../../shared/feedback.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import { encodeAck } from "../../shared/socket-message.ts";
import type { InputWay } from "../input/input-sender.ts";
import { Access, type ServerFetch } from "./access.ts";
import type { AccessAnswer } from "./access-answer.ts";
import { HttpSignaling } from "./http-signaling.ts";
import { roomUrl } from "./room-address.ts";
import { type ReceivedBytes, SignalingClient, type SignalingState } from "./signaling-client.ts";

export type LinkKind = "websocket" | "http";

/** As of the WebSocket; `locked`: the server wants a token first; `halted`: it was told to try no more. */
export type LinkState = SignalingState | "locked" | "halted";

export type ReceivedFrame = Extract<ReceivedBytes, { readonly kind: "frame" }>;

export type LinkEvents = {
  readonly stateChanged: { readonly state: LinkState };
  readonly messageReceived: { readonly message: ServerMessage };
  readonly frameReceived: { readonly frame: ReceivedFrame };
  readonly feedbackReceived: { readonly feedback: Feedback };
  /** The server parted with us, and has said why. */
  readonly ended: Record<never, never>;
  /** The browser kept no cookie of our own server: who was let in is so for as long as the page is open. */
  readonly cookieRefused: Record<never, never>;
};

export type LinkOptions = {
  /** The address of the WebSocket. */
  readonly url: string;
  readonly token: string | null;
  /** What to say first on each WebSocket. */
  readonly hello: () => ClientMessage;
};

/** A WebSocket that is not open by then may never be: something on the way swallows it. */
const SOCKET_PATIENCE_MS = 2000;

/** How often the WebSocket is tried again while HTTP works. */
const SOCKET_RETRY_MS = 15_000;
const LOCK_CHECK_MS = 10_000;

type Timer = ReturnType<typeof setTimeout>;

export class ServerLink extends Emitter<LinkEvents> {
  readonly #options: LinkOptions;
  readonly #access: Access;
  /** Where the server wants us back; null for where the page lies. */
  #room: string | null = null;
  #socket: SignalingClient | null = null;
  #http: HttpSignaling | null = null;
  #refusals = 0;
  #patienceTimer: Timer | null = null;
  #lockTimer: Timer | null = null;
  #state: LinkState = "connecting";

  constructor(options: LinkOptions) {
    super();
    this.#options = options;
    this.#access = new Access(() => this.addressOf("access"), options.token);
    this.#access.on("cookieRefused", (event) => this.emit("cookieRefused", event));
    void this.#begin();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** By what the server is reached now; null while it is not. */
  get kind(): LinkKind | null {
    if (this.#socket?.state === "open") return "websocket";
    return this.#http?.viewerId == null ? null : "http";
  }

  /** The way of input; null while the server is not reached. The same object for as long as it is the same way. */
  get input(): InputWay | null {
    if (this.#socket?.state === "open") return this.#socket.input;
    return this.#http?.input ?? null;
  }

  /** Asks for what stands beside the WebSocket, with what lets us in. */
  get fetch(): ServerFetch {
    return this.#access.fetch;
  }

  /** The address of Motion JPEG for the viewer that the server knows as `viewerId`. */
  mjpegUrl(viewerId: string): string {
    return this.addressOf(`stream.mjpg?viewer=${encodeURIComponent(viewerId)}`).href;
  }

  /**
   * The address of an exact picture for the viewer that the server knows as `viewerId`, on a way that carries `bps`;
   * `request` is what its receipts are to name it by, where they get through.
   */
  exactUrl(picture: string, viewerId: string, bps: number | null, request: number): URL {
    const url = this.addressOf(`exact/${encodeURIComponent(picture)}`);
    url.searchParams.set("viewer", viewerId);
    if (bps !== null) url.searchParams.set("bps", String(Math.min(Math.round(bps), 999_999_999)));
    if (this.kind === "websocket") url.searchParams.set("receipts", String(request));
    return url;
  }

  /** The address of what stands beside the WebSocket, in the room that the server gave us. */
  addressOf(path: string): URL {
    return new URL(path, this.#socketUrl().replace(/^ws/, "http"));
  }

  /** Whoever comes back comes back to this room; null for where the page lies. */
  enterRoom(room: string | null): void {
    this.#room = room;
  }

  /** Sends a message by the way that is open, or drops it. What concerns connections goes by WebSocket alone. */
  send(message: ClientMessage): void {
    if (this.kind === "http") this.#http?.send(message);
    else this.#socket?.send(message);
  }

  acknowledge(frame: number): void {
    this.#socket?.sendBytes(encodeAck(frame));
  }

  /** Gives the WebSocket up and makes a new one: it looks open, but nobody answers. */
  restart(): void {
    this.#socket?.restart();
  }

  /** The server parted with us: does not come back by itself; `unlock()` does. */
  halt(): void {
    this.#http?.abandon();
    this.#stop();
    this.#setState("halted");
  }

  /** Shows the server a token. Resolves with whether it lets us in. */
  async unlock(token: string): Promise<boolean> {
    const answer = await this.#access.show(token);
    if (answer.kind === "refused") this.#handleAnswer(answer);
    if (answer.kind !== "open" || this.#state === "closed") return false;
    this.#start();
    return true;
  }

  close(): void {
    this.#access.close();
    this.#stop();
    this.#setState("closed");
  }

  async #begin(): Promise<void> {
    const answer: AccessAnswer = this.#access.hasToken ? await this.#access.enter() : { kind: "open" };
    if (this.#state !== "closed" && !this.#handleAnswer(answer)) this.#start();
  }

  /** Whether it was one that keeps us out. */
  #handleAnswer(answer: AccessAnswer): boolean {
    if (answer.kind === "locked") this.#lock();
    if (answer.kind === "refused") {
      this.emit("messageReceived", { message: { kind: "error", code: "origin-refused", message: answer.sentence } });
    }
    return answer.kind === "locked" || answer.kind === "refused";
  }

  #start(): void {
    this.#stop();
    const socket = new SignalingClient({
      url: () => this.#socketUrl(),
      protocols: () => this.#access.protocols,
      hello: this.#options.hello,
    });
    this.#socket = socket;
    socket.on("stateChanged", () => void (this.#socket === socket && this.#handleSocketState(socket)));
    socket.on("messageReceived", ({ message }) => this.emit("messageReceived", { message }));
    socket.on("bytesReceived", ({ message }) => this.#handleBytes(message));
    socket.on("refused", () => void this.#handleRefusal());
    socket.on("ended", (event) => this.emit("ended", event));
    this.#waitForSocket();
    this.#updateState();
  }

  #handleBytes(message: ReceivedBytes): void {
    if (message.kind === "frame") this.emit("frameReceived", { frame: message });
    else this.emit("feedbackReceived", { feedback: message.feedback });
  }

  #handleSocketState({ state }: SignalingClient): void {
    if (state === "open") {
      this.#refusals = 0;
      this.#patienceTimer = clear(this.#patienceTimer);
      this.#closeHttp();
    } else this.#waitForSocket();
    this.#updateState();
  }

  #waitForSocket(): void {
    if (this.#http === null) this.#patienceTimer ??= setTimeout(() => this.#openHttp(), SOCKET_PATIENCE_MS);
  }

  /** A browser does not say why a WebSocket was refused; the server does, when it is asked by HTTP. */
  async #handleRefusal(): Promise<void> {
    this.#refusals += 1;
    const socket = this.#socket;
    const answer = await this.#access.enter();
    if (this.#socket !== socket || socket?.state === "open" || this.#handleAnswer(answer)) return;
    // Once may be a server that starts. Twice, while it answers: the room is no more, or no WebSocket gets through.
    if (answer.kind === "open" && this.#refusals > 1) this.#tryOtherwise();
  }

  #tryOtherwise(): void {
    if (this.#room === null || this.kind !== null) return this.#openHttp();
    this.#room = null;
    this.#refusals = 0;
  }

  #socketUrl(): string {
    return roomUrl(this.#options.url, this.#room);
  }

  /** With the query of the WebSocket, which may say something of the scene's parameters. */
  #viewersUrl(): URL {
    const url = this.addressOf("viewer");
    url.search = new URL(this.#socketUrl()).search;
    return url;
  }

  #openHttp(): void {
    this.#patienceTimer = clear(this.#patienceTimer);
    if (this.#http !== null || this.#socket === null || this.#socket.state === "open") return;
    const http = new HttpSignaling(() => this.#viewersUrl(), this.fetch);
    this.#http = http;
    http.on("openChanged", ({ isOpen }) => {
      this.#socket?.slowDown(isOpen ? SOCKET_RETRY_MS : 0);
      this.#updateState();
    });
    http.on("messageReceived", ({ message }) => this.emit("messageReceived", { message }));
    http.on("refused", () => void this.#handleRefusal());
    http.on("inputReceived", ({ ordered }) => {
      this.emit("feedbackReceived", { feedback: { kind: "received", ordered } });
    });
  }

  #closeHttp(): void {
    const http = this.#http;
    this.#http = null;
    http?.close();
  }

  #lock(): void {
    this.#stop();
    this.#setState("locked");
    this.#lockTimer = setTimeout(() => void this.#checkLock(), LOCK_CHECK_MS);
  }

  /** Another tab may have shown the token meanwhile. */
  async #checkLock(): Promise<void> {
    this.#lockTimer = null;
    const answer = await this.#access.enter();
    if (this.#state !== "locked" || this.#lockTimer !== null) return;
    if (answer.kind === "open") this.#start();
    else this.#lockTimer = setTimeout(() => void this.#checkLock(), LOCK_CHECK_MS);
  }

  #stop(): void {
    this.#lockTimer = clear(this.#lockTimer);
    this.#patienceTimer = clear(this.#patienceTimer);
    this.#refusals = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closeHttp();
  }

  #updateState(): void {
    if (this.#socket === null) return;
    this.#setState(this.kind === null ? this.#socket.state : "open");
  }

  #setState(state: LinkState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}

function clear(timer: Timer | null): null {
  if (timer !== null) clearTimeout(timer);
  return null;
}
