/**
 * The mirror thread: puts the newest frame of the ring into memory that somebody else on this machine reads, cut and scaled for the box in
 * which it is shown there, in one pass. Started by URL only. It blocks on the ring between frames (`Atomics.wait`).
 */

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { AV_PIX_FMT_RGBA } from "node-av/constants";
import { toPlainError } from "../../../shared/errors.ts";
import { cutOf } from "../../../shared/picture-cut.ts";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";
import { type FramePixels, FrameRingReader } from "../../frames/frame-ring.ts";
import { PictureWriter } from "../../frames/picture-memory.ts";
import type { PictureWish } from "../../frames/picture-wish.ts";
import { cpuMeter, threadPort } from "../../platform/threads.ts";
import { AvScalers } from "../av-scalers.ts";
import { LoopTurns } from "../loop-turns.ts";
import { Pace } from "../video/pace.ts";
import type { FromMirrorThread, MirrorThreadData, ToMirrorThread } from "./mirror-protocol.ts";

const MAX_WAIT_MS = 1000;

const data = workerData as MirrorThreadData;
const port = threadPort();
const post = (message: FromMirrorThread): void => port.postMessage(message);

/** One way out of the ring. */
class Mirror {
  pace: Pace;
  lastFrame = 0;
  #wish: PictureWish;
  #writer: PictureWriter;
  #scalers: { readonly to: PictureSize; readonly of: AvScalers } | null = null;

  constructor(wish: PictureWish) {
    this.#wish = wish;
    this.#writer = PictureWriter.open(wish.memory);
    this.pace = new Pace(wish.maxFps);
  }

  show(wish: PictureWish): void {
    const before = this.#wish;
    this.#wish = wish;
    this.pace = new Pace(wish.maxFps);
    this.lastFrame = 0;
    if (before.memory.path === wish.memory.path) return;
    this.#writer.close();
    this.#writer = PictureWriter.open(wish.memory);
  }

  put({ rgba, isTopDown = false, drawnSize }: FramePixels, full: PictureSize): void {
    if (rgba === null) return;
    const size = drawnSize ?? full;
    // As it will be when it is drawn whole, so that a smaller drawing is no smaller picture.
    const { to } = cutOf(full, this.#wish.showing);
    const { from } = cutOf(size, this.#wish.showing);
    const target = this.#writer.begin(to);
    if (target === null) return;
    const stride = size.width * 4;
    const top = isTopDown ? from.y : size.height - 1 - from.y;
    const at = rgba.byteOffset + top * stride + from.x * 4;
    const end = isTopDown ? rgba.byteOffset + size.height * stride : at + from.width * 4;
    const rows = Buffer.from(rgba.buffer, at, end - at);
    const step = isTopDown ? stride : -stride;
    const scaler = this.#scalersTo(to).from(AV_PIX_FMT_RGBA, { width: from.width, height: from.height });
    const out = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
    scaler.scaleSync([rows], [step], 0, from.height, [out], [to.width * 4]);
    this.#writer.publish(to);
  }

  close(): void {
    this.#writer.close();
    this.#scalers?.of.close();
  }

  #scalersTo(to: PictureSize): AvScalers {
    if (this.#scalers !== null && isSameSize(this.#scalers.to, to)) return this.#scalers.of;
    this.#scalers?.of.close();
    this.#scalers = { to, of: new AvScalers(to, AV_PIX_FMT_RGBA) };
    return this.#scalers.of;
  }
}

class MirrorLoop {
  readonly #ring = new FrameRingReader(data.ring, data.reader);
  readonly #cpuMs = cpuMeter();
  readonly #mirrors = new Map<string, Mirror>();
  readonly #turns = new LoopTurns();
  #newest = 0;
  #toldAt = 0;
  #closed = false;

  async run(): Promise<void> {
    while (!this.#closed) {
      this.#ring.wait(this.#waitMs());
      this.#readMessages();
      if (this.#mirrors.size > 0) this.#putNewest();
      this.#tell();
      if (this.#turns.isDue) await this.#turns.take();
    }
    for (const mirrorId of [...this.#mirrors.keys()]) this.#end(mirrorId);
  }

  /** Until a mirror that has not shown the newest frame is due. */
  #waitMs(): number {
    const behind = [...this.#mirrors.values()].filter(({ lastFrame }) => lastFrame !== this.#newest);
    return Math.min(MAX_WAIT_MS, ...behind.map(({ pace }) => pace.waitMs(performance.now())));
  }

  #readMessages(): void {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const message = next.message as ToMirrorThread;
      if (message.kind === "show") this.#attempt(message.mirrorId, () => this.#show(message.mirrorId, message.wish));
      else if (message.kind === "end") this.#end(message.mirrorId);
      else this.#closed = true;
    }
  }

  #show(mirrorId: string, wish: PictureWish): void {
    const mirror = this.#mirrors.get(mirrorId);
    if (mirror === undefined) this.#mirrors.set(mirrorId, new Mirror(wish));
    else mirror.show(wish);
  }

  #end(mirrorId: string): void {
    this.#mirrors.get(mirrorId)?.close();
    this.#mirrors.delete(mirrorId);
  }

  #putNewest(): void {
    const picture = this.#ring.acquire();
    // One without RGBA was drawn before a mirror began; one with it comes at once.
    if (picture !== null && picture.rgba !== null) {
      const frame = this.#ring.description.number;
      this.#newest = frame;
      for (const [mirrorId, mirror] of this.#mirrors) {
        const at = performance.now();
        if (mirror.lastFrame === frame || mirror.pace.waitMs(at) > 0) continue;
        mirror.pace.take(at);
        mirror.lastFrame = frame;
        this.#attempt(mirrorId, () => mirror.put(picture, this.#ring.size));
      }
    }
    this.#ring.release();
  }

  #tell(): void {
    if (performance.now() - this.#toldAt < MAX_WAIT_MS) return;
    this.#toldAt = performance.now();
    if (this.#mirrors.size > 0) post({ kind: "worked", cpuMs: this.#cpuMs() });
  }

  /** What fails in a mirror ends that mirror alone. */
  #attempt(mirrorId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#end(mirrorId);
      post({ kind: "refused", mirrorId, reason: toPlainError(error).message });
    }
  }
}

try {
  const loop = new MirrorLoop();
  post({ kind: "ready" });
  await loop.run();
  process.exit(0);
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
