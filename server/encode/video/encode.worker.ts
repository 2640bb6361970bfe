/**
 * The encode thread: takes the newest frame from the ring, encodes it where it lies, and sends the packet on. Started by
 * URL only. It blocks on the ring between frames (`Atomics.wait`), which wakes it sooner than an event loop would, and
 * reads its messages when it is woken.
 */

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { StreamError, toPlainError } from "../../../shared/errors.ts";
import { now } from "../../../shared/time.ts";
import { type FrameDescription, FrameRingReader } from "../../frames/frame-ring.ts";
import { profileThread } from "../../platform/cpu-profile.ts";
import { cpuMeter, threadPort } from "../../platform/threads.ts";
import { trace } from "../../platform/trace.ts";
import { LoopTurns } from "../loop-turns.ts";
import type { EncodedPicture, EncodeTimes } from "./av-encoder.ts";
import type { EncodeThreadData, FromEncodeThread, ToEncodeThread } from "./encode-protocol.ts";
import { Pace } from "./pace.ts";
import { TargetEncoder } from "./target-encoder.ts";
import { VBV_SECONDS } from "./video-codec.ts";

/** Wakes now and then for no reason, so that a lost wake-up could cost this much and no more. */
const MAX_WAIT_MS = 1000;

/**
 * A picture at rest is encoded once more after so long, when there are bits again for what it lacks. Not as soon as there
 * are: pages fetch the exact picture meanwhile, and where that is there by then it did not have to share its way.
 */
const REFINE_MS = Math.max(500, VBV_SECONDS * 1000);
const NEVER = Number.POSITIVE_INFINITY;

const data = workerData as EncodeThreadData;
const port = threadPort();
trace.name = `encode thread ${data.codec} ${data.tier}`;
profileThread(trace.name);

class EncodeLoop {
  readonly #ring = new FrameRingReader(data.ring, data.reader);
  readonly #cpuMs = cpuMeter();
  readonly #encoder = new TargetEncoder(data);
  readonly #turns = new LoopTurns();
  /** Null where all frames are taken: one that an input brings comes earlier than its time and is not to wait. */
  #pace: Pace | null = paceOf(data.target.maxFps);
  #wanted = false;
  #keyFrameWanted = true;
  #closed = false;
  #last = 0;
  /** When there is something to do although no frame comes: to refine the picture at rest, or to take one that waits. */
  #dueAt = NEVER;

  constructor() {
    const { name, isHardware } = this.#encoder;
    port.postMessage({ kind: "ready", encoder: name, isHardware } satisfies FromEncodeThread);
  }

  async run(): Promise<void> {
    while (!this.#closed) {
      this.#ring.wait(Math.min(MAX_WAIT_MS, Math.max(1, this.#dueAt - performance.now())));
      this.#readMessages();
      if (this.#wanted) this.#encodeNewest();
      if (this.#turns.isDue) await this.#turns.take();
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
        if (!message.wanted) this.#dueAt = NEVER;
        break;
      case "key-frame":
        this.#keyFrameWanted = true;
        break;
      case "picture":
        this.#dueAt = Math.min(this.#dueAt, performance.now());
        break;
      case "target":
        this.#encoder.setTarget(message.target);
        this.#pace = paceOf(message.target.maxFps);
        break;
      case "content":
        this.#encoder.setContent(message.content);
        break;
      case "close":
        this.#closed = true;
    }
  }

  #encodeNewest(): void {
    const pixels = this.#ring.acquire();
    if (pixels === null) {
      this.#dueAt = NEVER;
      return;
    }
    const { description } = this.#ring;
    const isRefining = description.number === this.#last && !this.#keyFrameWanted;
    // On a GPU a frame may lack the form that this encoder takes; the next one has it (frame-painter.ts).
    if (!this.#encoder.takes(pixels) || !this.#isDue(isRefining)) return this.#ring.release();
    this.#pace?.take(performance.now());
    const { atRest } = description;
    this.#dueAt = atRest && this.#encoder.refines && !isRefining ? performance.now() + REFINE_MS : NEVER;
    const pictures = this.#encoder.encode(pixels, atRest, this.#keyFrameWanted);
    this.#ring.release();
    if (trace.isOn) traceTimes(this.#encoder.times, description.number);
    this.#keyFrameWanted = false;
    const skipped = this.#last === 0 ? 0 : Math.max(0, description.number - this.#last - 1);
    this.#last = description.number;
    for (const picture of pictures) this.#send(picture, description, skipped);
  }

  /** Whether the newest frame is to be encoded now. One that comes too soon after another waits, unless a newer one comes. */
  #isDue(isRefining: boolean): boolean {
    const at = performance.now();
    if (isRefining) return at >= this.#dueAt;
    const waitMs = this.#keyFrameWanted ? 0 : (this.#pace?.waitMs(at) ?? 0);
    if (waitMs > 0) this.#dueAt = at + waitMs;
    return waitMs === 0;
  }

  #send({ data: bytes, isKeyFrame }: EncodedPicture, description: FrameDescription, skipped: number): void {
    const message: FromEncodeThread = {
      kind: "packet",
      codec: data.codec,
      tier: data.tier,
      data: bytes,
      isKeyFrame,
      frame: description.number,
      renderedAt: description.renderedAt,
      atRest: description.atRest,
      ...this.#encoder.times,
      skipped,
      cpuMs: this.#cpuMs(),
    };
    port.postMessage(message, [bytes.buffer]);
  }
}

/** What has just ended. */
function traceTimes({ convertMs, encodeMs }: EncodeTimes, frame: number): void {
  const at = now();
  trace.span("convert", at - encodeMs - convertMs, at - encodeMs, frame);
  trace.span("encode", at - encodeMs, at, frame);
}

function paceOf(maxFps: number): Pace | null {
  return maxFps < data.maxFps ? new Pace(maxFps) : null;
}

/** Viewers read it, so it says what failed. */
function failureOf(error: unknown): unknown {
  if (error instanceof StreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StreamError("encoder-failed", `The ${data.codec} encoder failed: ${reason}.`, { cause: error });
}

try {
  await new EncodeLoop().run();
  process.exit(0);
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(failureOf(error)) });
  process.exit(1);
}
