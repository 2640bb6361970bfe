/**
 * Owns the video that comes over the WebSocket: asks for it, acknowledges each frame as soon as it is whole, has it
 * decoded, and asks anew when that fails. It lives once; who wants video again makes another receiver.
 *
 * Acknowledgements wait while the decoder is behind, so that the server takes a slow browser for what it is: a network
 * that does not keep up.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { ClientMessage } from "../../shared/signaling.ts";
import { chromaOf, codecOf, type StreamCodec } from "../../shared/video.ts";
import type { ReceivedFrame } from "../link/server-link.ts";
import type { CanvasScreen } from "../picture/canvas-screen.ts";
import { noDigest } from "./receiver-stats.ts";
import type { ReceiverDigest } from "./viewer-stats.ts";

export type WebSocketReceiverEvents = {
  /** Once a second. */
  readonly statsMeasured: { readonly digest: ReceiverDigest };
  /** The server did not answer: the socket is dead, perhaps. */
  readonly unanswered: Record<never, never>;
  /** None of the codecs can be decoded after all. */
  readonly died: Record<never, never>;
};

export type WebSocketReceiverOptions = {
  readonly screen: CanvasScreen;
  readonly codecs: readonly StreamCodec[];
  /** A number for a connection, another one each time. */
  readonly nextConnection: () => number;
  readonly send: (message: ClientMessage) => void;
  readonly acknowledge: (frame: number) => void;
};

const STATS_INTERVAL_MS = 1000;
const ANSWER_TIMEOUT_MS = 5000;
const RETRY_MS = 300;
/**
 * A decoder that has had frames for so long and gave neither a picture nor an error gives none. Before the server takes the
 * viewer for one that is gone (SF4 in socket-flow.ts). One that gave pictures before is begun anew, each time after twice
 * as long: it may be one that keeps its last picture back until the next.
 */
const MUTE_MS = 4000;

/** The server gathers receipts for so long before it sends one. */
const RECEIPT_DELAY_MS = 10;

/** A codec that fails this often without a picture in between is one that this browser cannot decode. */
const MAX_FAILURES = 3;
const MAX_BACKLOG = 4;

type Counters = { bytes: number; decoded: number; decodeMs: number };

export class WebSocketReceiver extends Emitter<WebSocketReceiverEvents> {
  readonly #options: WebSocketReceiverOptions;
  readonly #offs: (() => void)[];
  readonly #statsTimer: ReturnType<typeof setInterval>;
  #codecs: readonly StreamCodec[];
  #connection = 0;
  /** Null between asking and the server's answer: frames of the stream before still come then. */
  #codec: StreamCodec | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #hasDecoded = false;
  #heldAck: number | null = null;
  #counters: Counters = { bytes: 0, decoded: 0, decodeMs: 0 };
  #skipped = 0;
  #patienceMs = MUTE_MS;
  #roundTripMs: number | null = null;
  #closed = false;

  constructor(options: WebSocketReceiverOptions) {
    super();
    this.#options = options;
    this.#codecs = options.codecs;
    const { screen } = options;
    this.#offs = [
      screen.on("frameDecoded", ({ decodeMs, isDrawn }) => this.#handleDecoded(decodeMs, isDrawn)),
      screen.on("decodingFailed", ({ sentence }) => this.#handleFailure(sentence)),
    ];
    this.#statsTimer = setInterval(() => this.#measure(), STATS_INTERVAL_MS);
    this.#ask();
  }

  /** The number of the connection by which frames come, or were asked for. */
  get connection(): number {
    return this.#connection;
  }

  /** Whether the server said that frames follow. */
  get isAnswered(): boolean {
    return this.#codec !== null;
  }

  handleStreaming(connection: number, codec: StreamCodec): void {
    if (this.#closed || connection !== this.#connection) return;
    this.#stopTimer();
    this.#codec = codec;
    this.#options.screen.start(codec);
  }

  handleFrame({ codec, frame, isKeyFrame, data }: ReceivedFrame): void {
    if (this.#closed || codec !== this.#codec) return;
    this.#counters.bytes += data.byteLength;
    const { screen, acknowledge } = this.#options;
    if (screen.backlog < MAX_BACKLOG) acknowledge(frame);
    else this.#heldAck = frame;
    screen.decode(frame, isKeyFrame, data);
    this.#timer ??= this.#watchDecoder();
  }

  /** The receipt of an input came this long after the input left, in milliseconds. */
  noteReceipt(ms: number): void {
    this.#roundTripMs = Math.max(0, ms - RECEIPT_DELAY_MS);
  }

  /** Tells the server to send no more, and forgets the stream. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#stopTimer();
    for (const off of this.#offs) off();
    this.#options.screen.stop();
    this.#options.send({ kind: "disconnect", connection: this.#connection });
  }

  #ask(): void {
    this.#codec = null;
    this.#heldAck = null;
    this.#connection = this.#options.nextConnection();
    this.#options.send({ kind: "stream", connection: this.#connection, codecs: this.#codecs });
    this.#stopTimer();
    this.#timer = setTimeout(() => this.emit("unanswered", {}), ANSWER_TIMEOUT_MS);
  }

  #watchDecoder(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#handleMute(), this.#patienceMs);
  }

  #handleMute(): void {
    this.#patienceMs *= 2;
    if (this.#hasDecoded) return this.#handleFailure("It says nothing.");
    console.warn("The browser's decoder says nothing.");
    this.emit("died", {});
  }

  #handleDecoded(decodeMs: number, isDrawn: boolean): void {
    const { screen, acknowledge } = this.#options;
    this.#stopTimer();
    if (screen.backlog > 0) this.#timer = this.#watchDecoder();
    this.#hasDecoded = true;
    this.#failures = 0;
    this.#counters.decoded += 1;
    this.#counters.decodeMs += decodeMs;
    if (!isDrawn) this.#skipped += 1;
    if (this.#heldAck === null || screen.backlog >= MAX_BACKLOG) return;
    acknowledge(this.#heldAck);
    this.#heldAck = null;
  }

  #handleFailure(sentence: string): void {
    if (this.#closed || this.#codec === null) return;
    console.warn(`The browser could not decode ${this.#codec}: ${sentence}`);
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES) {
      const failed = this.#codec;
      this.#codecs = this.#codecs.filter((codec) => codec !== failed);
      this.#failures = 0;
    }
    this.#codec = null;
    this.#stopTimer();
    if (this.#codecs.length === 0) this.emit("died", {});
    else this.#timer = setTimeout(() => this.#ask(), RETRY_MS);
  }

  #measure(): void {
    const { bytes, decoded, decodeMs } = this.#counters;
    this.#counters = { bytes: 0, decoded: 0, decodeMs: 0 };
    const { width, height } = this.#options.screen.size ?? { width: 0, height: 0 };
    const digest: ReceiverDigest = {
      ...noDigest,
      width,
      height,
      codec: this.#codec === null ? null : codecOf(this.#codec),
      chroma: this.#codec === null ? null : chromaOf(this.#codec),
      transport: { kind: "websocket" },
      decodedFps: (decoded * 1000) / STATS_INTERVAL_MS,
      bitrateBps: (bytes * 8 * 1000) / STATS_INTERVAL_MS,
      decodeMs: decoded > 0 ? decodeMs / decoded : null,
      framesDropped: this.#skipped,
      roundTripMs: this.#roundTripMs,
    };
    this.emit("statsMeasured", { digest });
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
