/**
 * The JPEG thread: encodes the newest frame of the ring where it lies, once for each stream that is due. Started by URL
 * only. It blocks on the ring between frames (`Atomics.wait`) and reads its messages when it is woken.
 */

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { toPlainError } from "../../../shared/errors.ts";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";
import { FrameRingReader } from "../../frames/frame-ring.ts";
import { cpuMeter, threadPort } from "../../platform/threads.ts";
import { LoopTurns } from "../loop-turns.ts";
import { Pace } from "../video/pace.ts";
import { AvJpegEncoder } from "./av-jpeg-encoder.ts";
import type { FromJpegThread, JpegStream, JpegThreadData, ToJpegThread } from "./jpeg-protocol.ts";
import { sizeIn } from "./picture-protocol.ts";

/** Wakes now and then for no reason, so that a lost wake-up could cost this much and no more. */
const MAX_WAIT_MS = 1000;

type Running = {
  readonly stream: JpegStream;
  readonly pace: Pace;
  /** For pictures of the size of `source`. */
  encoder: AvJpegEncoder;
  source: PictureSize;
  lastFrame: number;
};

const data = workerData as JpegThreadData;
const port = threadPort();

class JpegLoop {
  readonly #ring = new FrameRingReader(data.ring, data.reader);
  readonly #cpuMs = cpuMeter();
  readonly #streams = new Map<string, Running>();
  readonly #turns = new LoopTurns();
  #newest = 0;
  #closed = false;

  async run(): Promise<void> {
    while (!this.#closed) {
      this.#ring.wait(this.#waitMs());
      this.#readMessages();
      if (this.#streams.size > 0) this.#encodeNewest();
      if (this.#turns.isDue) await this.#turns.take();
    }
    for (const streamId of [...this.#streams.keys()]) this.#end(streamId);
  }

  /** Until a stream that has not shown the newest frame is due: the last frame of a movement is never left out. */
  #waitMs(): number {
    const behind = [...this.#streams.values()].filter(({ lastFrame }) => lastFrame !== this.#newest);
    return Math.min(MAX_WAIT_MS, ...behind.map(({ pace }) => pace.waitMs(performance.now())));
  }

  #readMessages(): void {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const message = next.message as ToJpegThread;
      if (message.kind === "begin") this.#begin(message.stream);
      else if (message.kind === "end") this.#end(message.streamId);
      else this.#closed = true;
    }
  }

  #begin(stream: JpegStream): void {
    const source = this.#ring.size;
    this.#attempt(stream.streamId, () => {
      const running = { stream, pace: new Pace(stream.maxFps), encoder: encoderFor(stream, source), source };
      this.#streams.set(stream.streamId, { ...running, lastFrame: 0 });
    });
  }

  /** The scene's picture may have another size than before. */
  #encoderOf(running: Running): AvJpegEncoder {
    const { size } = this.#ring;
    if (isSameSize(size, running.source)) return running.encoder;
    const next = encoderFor(running.stream, size);
    running.encoder.close();
    running.encoder = next;
    running.source = size;
    return next;
  }

  #end(streamId: string): void {
    this.#streams.get(streamId)?.encoder.close();
    this.#streams.delete(streamId);
  }

  #encodeNewest(): void {
    // One without RGBA was drawn before a stream began; one with it comes at once.
    const { rgba: pixels, drawnSize, isTopDown } = this.#ring.acquire() ?? { rgba: null };
    const frame = this.#ring.description.number;
    if (pixels !== null) {
      this.#newest = frame;
      for (const [streamId, stream] of this.#streams) {
        const at = performance.now();
        if (stream.lastFrame === frame || stream.pace.waitMs(at) > 0) continue;
        stream.pace.take(at);
        stream.lastFrame = frame;
        this.#attempt(streamId, () => {
          this.#send(streamId, this.#encoderOf(stream).encode(pixels, drawnSize, isTopDown), frame);
        });
      }
    }
    this.#ring.release();
  }

  #send(streamId: string, bytes: Uint8Array<ArrayBuffer>, frame: number): void {
    const message: FromJpegThread = { kind: "picture", streamId, bytes, frame, cpuMs: this.#cpuMs() };
    port.postMessage(message, [bytes.buffer]);
  }

  /** What fails in a stream ends that stream alone: its form was a stranger's wish. */
  #attempt(streamId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#end(streamId);
      const message: FromJpegThread = { kind: "refused", streamId, reason: toPlainError(error).message };
      port.postMessage(message);
    }
  }
}

function encoderFor({ size, quality }: JpegStream, source: PictureSize): AvJpegEncoder {
  return new AvJpegEncoder(source, sizeIn(size, source), quality);
}

try {
  const loop = new JpegLoop();
  port.postMessage({ kind: "ready" } satisfies FromJpegThread);
  await loop.run();
  process.exit(0);
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
