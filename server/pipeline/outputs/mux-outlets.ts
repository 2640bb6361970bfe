/**
 * Owns the outputs that write packets, in the scene's process: each is a sink (sink.ts) whose packets go to the mux thread, which
 * is started with the first of them. What happens there never touches viewers.
 */

import { Emitter } from "../../../shared/emitter.ts";
import { type StreamError, toPlainError } from "../../../shared/errors.ts";
import { milliseconds, now } from "../../../shared/time.ts";
import { Mux } from "../../encode/mux/mux.ts";
import { type ClipWish, noFigures, type OutputFigures, type OutputNews } from "../../encode/mux/mux-protocol.ts";
import type { MuxOpening } from "../../session/output-wish.ts";
import type { FromSession } from "../../session/session-protocol.ts";
import type { Sink, SinkHandle } from "./sink.ts";

export type MuxOutletsOptions = {
  readonly sinks: { add(sink: Sink): SinkHandle };
  /** To the main process. */
  readonly send: (message: FromSession) => void;
  /** Starts the thread. Default: a real one. */
  readonly startMux?: () => Mux;
};

export type MuxOutletsEvents = {
  /** The mux thread worked for so long, in milliseconds of processor time. */
  readonly worked: { readonly cpuMs: number };
};

type Running = { sink: SinkHandle | null; figures: OutputFigures; error: StreamError | null };

export class MuxOutlets extends Emitter<MuxOutletsEvents> {
  readonly #options: MuxOutletsOptions;
  readonly #running = new Map<string, Running>();
  readonly #clips = new Set<number>();
  #mux: Mux | null = null;
  #isPanorama = false;

  constructor(options: MuxOutletsOptions) {
    super();
    this.#options = options;
  }

  /** Whether files that are begun from now on show all around. */
  setPanorama(isPanorama: boolean): void {
    this.#isPanorama = isPanorama;
  }

  /** Answered by `clip-saved` or `clip-refused`. */
  saveClip(clip: ClipWish): void {
    this.#clips.add(clip.requestId);
    this.#start().saveClip({ ...clip, to: { ...clip.to, isPanorama: this.#isPanorama } });
  }

  /** `output-told` tells how it does. */
  open(outputId: string, { to, ...wishes }: MuxOpening): void {
    const mux = this.#start();
    const running: Running = { sink: null, figures: noFigures, error: null };
    this.#running.set(outputId, running);
    mux.open(outputId, to.kind === "file" ? { ...to, isPanorama: this.#isPanorama } : to);
    try {
      running.sink = this.#options.sinks.add({
        ...wishes,
        take: (packet) => mux.take(outputId, packet),
        handleEnd: (error) => {
          running.error = error;
          mux.end(outputId);
        },
      });
    } catch (error) {
      this.#handleTold(outputId, { ...noFigures, isOver: true, error: toPlainError(error) });
      mux.end(outputId);
    }
  }

  end(outputId: string): void {
    const running = this.#running.get(outputId);
    running?.sink?.close();
    if (running !== undefined) this.#mux?.end(outputId, milliseconds(now()));
  }

  /** Ends all outputs in order, as far as a second allows. */
  async close(): Promise<void> {
    await this.#mux?.close();
  }

  #start(): Mux {
    if (this.#mux !== null) return this.#mux;
    const { send, startMux = () => new Mux() } = this.#options;
    const mux = startMux();
    this.#mux = mux;
    mux.on("told", ({ outputId, news }) => this.#handleTold(outputId, news));
    mux.on("worked", (event) => this.emit("worked", event));
    mux.on("pieceMade", ({ outputId, piece }) => {
      if (this.#running.has(outputId)) send({ kind: "output-piece", outputId, piece });
    });
    mux.on("clipSaved", ({ requestId, figures }) => {
      this.#clips.delete(requestId);
      send({ kind: "clip-saved", requestId, figures });
    });
    mux.on("clipRefused", ({ requestId, error }) => {
      this.#clips.delete(requestId);
      send({ kind: "clip-refused", requestId, error });
    });
    mux.on("ended", (error) => this.#handleLost(error));
    return mux;
  }

  #handleTold(outputId: string, told: OutputNews): void {
    const running = this.#running.get(outputId);
    if (running === undefined) return;
    const error = told.error ?? (running.error === null ? null : toPlainError(running.error));
    const news: OutputNews = told.isOver ? { ...told, error } : told;
    running.figures = told;
    if (told.isOver) {
      this.#running.delete(outputId);
      running.sink?.close();
    }
    this.#options.send({ kind: "output-told", outputId, news });
  }

  /** The thread is gone; the next output starts another one. */
  #handleLost(lost: StreamError): void {
    this.#mux = null;
    const error = toPlainError(lost);
    for (const [outputId, { figures }] of [...this.#running]) {
      this.#handleTold(outputId, { ...figures, isOver: true, error });
    }
    for (const requestId of this.#clips) this.#options.send({ kind: "clip-refused", requestId, error });
    this.#clips.clear();
  }
}
