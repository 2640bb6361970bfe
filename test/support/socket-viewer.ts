/**
 * A viewer that takes video by WebSocket without a browser: acknowledges each frame as it comes and notes when that was, on
 * the clock of the server, which is on the same machine.
 */

import { once } from "node:events";
import { WebSocket } from "ws";
import { type ClientMessage, PROTOCOL_VERSION, parseServerMessage } from "../../shared/signaling.ts";
import { encodeAck, parseServerSocketMessage } from "../../shared/socket-message.ts";
import { now } from "../../shared/time.ts";

export type Arrival = {
  /** When it came. */
  readonly at: number;
  /** How long ago it was drawn. */
  readonly ageMs: number;
  readonly bytes: number;
};

export class SocketViewer {
  readonly arrivals: Arrival[] = [];
  /** All frames as they came, to be decoded, where they are kept. */
  readonly frames: { readonly at: number; readonly data: Uint8Array }[] = [];
  readonly #socket: WebSocket;
  readonly #keepsFrames: boolean;
  #closedAt: number | null = null;

  /** Resolves with the first frame. */
  static async open(
    serverUrl: string,
    headers: Readonly<Record<string, string>> = {},
    keepsFrames = false,
  ): Promise<SocketViewer> {
    const viewer = new SocketViewer(serverUrl, headers, keepsFrames);
    const deadline = AbortSignal.timeout(30_000);
    await once(viewer.#socket, "open", { signal: deadline });
    viewer.#say({ kind: "hello", protocol: PROTOCOL_VERSION });
    while (viewer.arrivals.length === 0) await once(viewer.#socket, "message", { signal: deadline });
    return viewer;
  }

  private constructor(serverUrl: string, headers: Readonly<Record<string, string>>, keepsFrames: boolean) {
    this.#keepsFrames = keepsFrames;
    this.#socket = new WebSocket(new URL("signal", serverUrl), { headers });
    this.#socket.binaryType = "nodebuffer";
    this.#socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.#handleBytes(data);
      else this.#handleText(data.toString());
    });
    this.#socket.on("close", () => {
      this.#closedAt = now();
    });
    this.#socket.on("error", () => undefined);
  }

  /** When the connection was closed; null while it is open. */
  get closedAt(): number | null {
    return this.#closedAt;
  }

  /** How old the newest picture is. */
  get ageMs(): number {
    const newest = this.arrivals.at(-1);
    return newest === undefined ? Number.POSITIVE_INFINITY : now() - newest.at + newest.ageMs;
  }

  /** Frames a second between two moments. */
  framesPerSecond(from: number, to: number): number {
    return (this.#between(from, to).length * 1000) / (to - from);
  }

  /** The longest time without a frame between two moments. */
  longestGapMs(from: number, to: number): number {
    const times = [from, ...this.#between(from, to).map(({ at }) => at), to];
    return Math.max(...times.map((time, index) => time - (times[index - 1] ?? time)));
  }

  bitsPerSecond(from: number, to: number): number {
    return (this.#between(from, to).reduce((sum, { bytes }) => sum + bytes, 0) * 8000) / (to - from);
  }

  close(): void {
    this.#socket.terminate();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #between(from: number, to: number): Arrival[] {
    return this.arrivals.filter(({ at }) => at >= from && at < to);
  }

  #say(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #handleText(text: string): void {
    const message = parseServerMessage(text);
    if (message?.kind === "status" && message.status === "live") {
      this.#say({ kind: "stream", connection: 1, codecs: ["h264"] });
    }
  }

  #handleBytes(bytes: Buffer): void {
    const message = parseServerSocketMessage(bytes);
    if (message?.kind !== "frame") return;
    const at = now();
    this.arrivals.push({ at, ageMs: at - message.time, bytes: bytes.byteLength });
    if (this.#keepsFrames) this.frames.push({ at, data: message.data });
    this.#socket.send(encodeAck(message.frame));
  }
}
