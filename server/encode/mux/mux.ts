/** Owns the handle of the mux thread, in the scene's process: one for all outputs that write packets. */

import { Emitter } from "../../../shared/emitter.ts";
import { StreamError } from "../../../shared/errors.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { siblingUrl, Thread } from "../../platform/threads.ts";
import type {
  ClipWish,
  FromMuxThread,
  MuxPacket,
  MuxTarget,
  OutputFigures,
  OutputNews,
  StreamPiece,
  ToMuxThread,
} from "./mux-protocol.ts";

/** A thread that is so far behind with taking packets does nothing any more (MX2). */
const MAX_BEHIND_BYTES: number = 128 * 1024 * 1024;

export type MuxEvents = {
  readonly told: { readonly outputId: string; readonly news: OutputNews };
  /** A piece of an output that is cut into segments. */
  readonly pieceMade: { readonly outputId: string; readonly piece: StreamPiece };
  readonly clipSaved: { readonly requestId: number; readonly figures: OutputFigures };
  readonly clipRefused: Extract<FromMuxThread, { readonly kind: "clip-refused" }>;
  /** The thread worked for so long, in milliseconds of processor time. */
  readonly worked: { readonly cpuMs: number };
  /** The thread is gone without having been asked, and all its outputs with it. */
  readonly ended: StreamError;
};

export class Mux extends Emitter<MuxEvents> {
  readonly #thread: Thread<ToMuxThread, FromMuxThread>;
  /** The packet that is being handed to one output after another. */
  #packet: { readonly source: MuxPacket; readonly outputIds: string[] } | null = null;
  #behindBytes = 0;

  /** Starts the thread. Outputs may be opened at once. */
  constructor() {
    super();
    this.#thread = new Thread(siblingUrl(import.meta.url, "./mux.worker"), "mux thread", null, "output-failed");
    this.#thread.on("messageReceived", (message) => this.#handle(message));
    this.#thread.on("ended", (error) => this.emit("ended", error));
  }

  open(outputId: string, target: MuxTarget): void {
    this.#thread.post({ kind: "open", outputId, target });
  }

  /** Gives a packet to an output; it is copied once for all that get it in the same turn. */
  take(outputId: string, packet: MuxPacket): void {
    if (this.#packet?.source.data !== packet.data) {
      this.#post();
      queueMicrotask(() => this.#post());
    }
    this.#packet ??= { source: packet, outputIds: [] };
    this.#packet.outputIds.push(outputId);
  }

  /** Ends an output in order; `told` follows. Its last picture is shown until `at`. */
  end(outputId: string, at: Milliseconds = now()): void {
    this.#post();
    this.#thread.post({ kind: "end", outputId, at });
  }

  /** Has a replay buffer write a clip; `clipSaved` or `clipRefused` follows. */
  saveClip(wish: ClipWish): void {
    this.#post();
    this.#thread.post({ kind: "clip", ...wish });
  }

  /** Ends all outputs in order, and the thread, by force after a second. */
  close(): Promise<void> {
    this.#post();
    return this.#thread.close({ kind: "close", at: now() });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #post(): void {
    if (this.#packet === null) return;
    const { source, outputIds } = this.#packet;
    this.#packet = null;
    // Others get the same memory.
    const data = source.data.slice();
    this.#behindBytes += data.length;
    if (this.#behindBytes > MAX_BEHIND_BYTES) return this.#giveUp();
    const { codec, isKeyFrame, frame, tier, atRest, time } = source;
    const packet: MuxPacket = { codec, data, isKeyFrame, frame, tier, atRest, time };
    this.#thread.post({ kind: "packet", outputIds, packet }, [data.buffer as ArrayBuffer]);
  }

  #giveUp(): void {
    void this.close();
    this.emit("ended", new StreamError("output-failed", "The thread that writes what is recorded hangs."));
  }

  #handle(message: FromMuxThread): void {
    switch (message.kind) {
      case "told":
        return this.emit("told", { outputId: message.outputId, news: message.news });
      case "piece":
        return this.emit("pieceMade", { outputId: message.outputId, piece: message.piece });
      case "clip-saved":
        return this.emit("clipSaved", { requestId: message.requestId, figures: message.figures });
      case "clip-refused":
        return this.emit("clipRefused", message);
      case "worked":
        this.#behindBytes -= message.takenBytes;
        return this.emit("worked", { cpuMs: message.cpuMs });
    }
  }
}
