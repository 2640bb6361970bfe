/** The mux thread: writes packets that are already encoded to all outputs of a scene. Started by URL only. */

import { fromPlainError, StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { profileThread } from "../../platform/cpu-profile.ts";
import { cpuMeter, threadPort } from "../../platform/threads.ts";
import type { MuxOutput } from "./mux-output.ts";
import {
  type ClipWish,
  type FromMuxThread,
  type MuxPacket,
  type MuxTarget,
  noFigures,
  type OutputFigures,
  type ToMuxThread,
} from "./mux-protocol.ts";
import { openOutput } from "./open-output.ts";
import { ReplayOutput } from "./replay-output.ts";

const REPORT_MS = 1000;

const port = threadPort();
profileThread("mux thread");

class MuxLoop {
  readonly #outputs = new Map<string, MuxOutput>();
  readonly #cpuMs = cpuMeter();
  #takenBytes = 0;
  /** What is being ended; the thread waits for it. */
  readonly #ending = new Set<Promise<void>>();

  constructor() {
    port.on("message", (message: ToMuxThread) => this.#handle(message));
    setInterval(() => this.#report(), REPORT_MS);
  }

  #handle(message: ToMuxThread): void {
    switch (message.kind) {
      case "open":
        return this.#open(message.outputId, message.target);
      case "packet":
        return this.#take(message.outputIds, message.packet);
      case "end":
        return this.#end(message.outputId, message.at, null);
      case "clip":
        return void this.#saveClip(message);
      case "close":
        return void this.#close(message.at);
    }
  }

  #open(outputId: string, target: MuxTarget): void {
    try {
      const output = openOutput(target, {
        ended: (error) => this.#end(outputId, now(), error),
        made: (piece) =>
          port.postMessage({ kind: "piece", outputId, piece } satisfies FromMuxThread, [piece.bytes.buffer]),
      });
      this.#outputs.set(outputId, output);
    } catch (error) {
      this.#tellEnd(outputId, noFigures, error);
    }
  }

  #take(outputIds: readonly string[], packet: MuxPacket): void {
    this.#takenBytes += packet.data.length;
    for (const outputId of outputIds) {
      try {
        this.#outputs.get(outputId)?.take(packet);
      } catch (error) {
        this.#end(outputId, now(), error);
      }
    }
  }

  /** Ends one in order, as far as it can; `error` is what went wrong before, null where nothing did (MX3). */
  #end(outputId: string, at: Milliseconds, error: unknown): void {
    const output = this.#outputs.get(outputId);
    if (output === undefined || !this.#outputs.delete(outputId)) return;
    const ending = output.end(at).then(
      () => this.#tellEnd(outputId, output.figures, error),
      (failed: unknown) => this.#tellEnd(outputId, output.figures, error ?? failed),
    );
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  async #saveClip(wish: ClipWish): Promise<void> {
    const { requestId } = wish;
    const output = this.#outputs.get(wish.outputId);
    try {
      if (!(output instanceof ReplayOutput)) throw new StreamError("output-failed", "There is no replay buffer.");
      send({ kind: "clip-saved", requestId, figures: await output.save(wish) });
    } catch (error) {
      send({ kind: "clip-refused", requestId, error: plainOf(error) });
    }
  }

  async #close(at: Milliseconds): Promise<void> {
    for (const outputId of [...this.#outputs.keys()]) this.#end(outputId, at, null);
    await Promise.allSettled([...this.#ending]);
    process.exit(0);
  }

  #report(): void {
    for (const [outputId, { figures }] of this.#outputs) {
      send({ kind: "told", outputId, news: { ...figures, isOver: false, error: null } });
    }
    if (this.#takenBytes > 0) send({ kind: "worked", takenBytes: this.#takenBytes, cpuMs: this.#cpuMs() });
    this.#takenBytes = 0;
  }

  #tellEnd(outputId: string, figures: OutputFigures, error: unknown): void {
    send({
      kind: "told",
      outputId,
      news: { ...figures, isOver: true, error: error === null ? null : plainOf(error) },
    });
  }
}

function send(message: FromMuxThread): void {
  port.postMessage(message);
}

/** As people read it. */
function plainOf(error: unknown): ReturnType<typeof toPlainError> {
  const plain = toPlainError(error);
  return plain.code === null ? toPlainError(fromPlainError(plain, "output-failed")) : plain;
}

new MuxLoop();
