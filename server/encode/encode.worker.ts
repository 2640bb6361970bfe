/**
 * The encode thread: takes the newest frame from the ring, encodes it where it lies, and sends the packet on. Started by
 * URL only. It blocks on the ring between frames (`Atomics.wait`), which wakes it sooner than an event loop would, and
 * reads its messages when it is woken.
 */

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { toPlainError } from "../../shared/errors.ts";
import type { Milliseconds } from "../../shared/time.ts";
import { FrameRingReader } from "../frames/frame-ring.ts";
import { cpuMeter, threadPort } from "../threads.ts";
import { type AvEncoder, openEncoder } from "./av-encoder.ts";
import type { EncodeThreadData, FromEncodeThread, ToEncodeThread } from "./encode-protocol.ts";
import { VBV_SECONDS } from "./video-codec.ts";

/** Wakes now and then for no reason, so that a lost wake-up could cost this much and no more. */
const LONGEST_WAIT_MS = 1000;

/** A picture at rest is encoded once more after so long, when there are bits again for what it lacks. */
const REFINE_MS = VBV_SECONDS * 1000;
const NEVER = Number.POSITIVE_INFINITY;

const data = workerData as EncodeThreadData;
const port = threadPort();

class EncodeLoop {
  readonly #ring = new FrameRingReader(data.ring, data.reader);
  readonly #cpuMs = cpuMeter();
  #encoder: AvEncoder;
  #bitrateBps = data.bitrateBps;
  #wanted = false;
  #keyFrameWanted = true;
  #closed = false;
  #last = 0;
  /** When the picture at rest is to be refined. */
  #refineAt = NEVER;

  constructor() {
    this.#encoder = this.#open();
    const { name, isHardware } = this.#encoder;
    port.postMessage({ kind: "ready", encoder: name, isHardware } satisfies FromEncodeThread);
  }

  run(): void {
    while (!this.#closed) {
      this.#ring.wait(Math.min(LONGEST_WAIT_MS, Math.max(1, this.#refineAt - performance.now())));
      this.#readMessages();
      if (this.#wanted) this.#encodeNewest();
    }
    this.#encoder.close();
  }

  #readMessages(): void {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      this.#handle(next.message as ToEncodeThread);
    }
  }

  #handle(message: ToEncodeThread): void {
    switch (message.kind) {
      case "wanted":
        this.#keyFrameWanted ||= message.wanted && !this.#wanted;
        this.#wanted = message.wanted;
        if (!message.wanted) this.#refineAt = NEVER;
        break;
      case "key-frame":
        this.#keyFrameWanted = true;
        break;
      case "bitrate":
        this.#setBitrate(message.bitrateBps);
        break;
      case "close":
        this.#closed = true;
    }
  }

  #setBitrate(bitrateBps: number): void {
    this.#bitrateBps = bitrateBps;
    if (this.#encoder.takesBitrate) return this.#encoder.setBitrate(bitrateBps);
    this.#encoder.close();
    this.#encoder = this.#open();
    this.#keyFrameWanted = true;
  }

  #encodeNewest(): void {
    const pixels = this.#ring.acquire();
    const { number, renderedAt, settled } = this.#ring.description;
    const isRefining = number === this.#last && !this.#keyFrameWanted;
    if (pixels === null || (isRefining && performance.now() < this.#refineAt)) return this.#ring.release();
    this.#refineAt = settled && this.#encoder.refines && !isRefining ? performance.now() + REFINE_MS : NEVER;
    this.#encoder.setSettled(settled);
    const pictures = this.#encoder.encode(pixels, this.#keyFrameWanted);
    this.#ring.release();
    this.#keyFrameWanted = false;
    const skipped = this.#last === 0 ? 0 : Math.max(0, number - this.#last - 1);
    this.#last = number;
    for (const { data, isKeyFrame } of pictures) this.#send(data, isKeyFrame, number, renderedAt, skipped);
  }

  #send(
    bytes: Uint8Array<ArrayBuffer>,
    isKeyFrame: boolean,
    frame: number,
    renderedAt: Milliseconds,
    skipped: number,
  ): void {
    const message: FromEncodeThread = {
      kind: "packet",
      codec: data.codec,
      data: bytes,
      isKeyFrame,
      frame,
      renderedAt,
      ...this.#encoder.times,
      skipped,
      cpuMs: this.#cpuMs(),
    };
    port.postMessage(message, [bytes.buffer]);
  }

  #open(): AvEncoder {
    const { codec, maxFps, threads, ring } = data;
    return openEncoder({ codec, maxFps, threads, size: ring.size, bitrateBps: this.#bitrateBps });
  }
}

try {
  new EncodeLoop().run();
  process.exit(0);
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
