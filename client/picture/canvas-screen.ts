/**
 * Owns the canvas that shows a stream of coded frames, and the decoder behind it: in a worker, which draws on the canvas
 * itself, or in the page's thread where no worker starts. What is given before the decoder is there waits for it.
 */

import type { PictureSize, StreamCodec } from "../../shared/video.ts";
import type { FromDecoder, ToDecoder } from "./decoder-protocol.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { fitInto, Screen, type ScreenEvents } from "./screen.ts";

export type CanvasScreenEvents = ScreenEvents & {
  readonly frameDecoded: { readonly decodeMs: number; readonly isDrawn: boolean };
  /** The stream cannot be decoded any further. */
  readonly decodingFailed: { readonly sentence: string };
};

/** A worker that has not said a word by then is taken for one that will not. */
const WORKER_TIMEOUT_MS = 3000;

type Post = (message: ToDecoder, transfer: Transferable[]) => void;

export class CanvasScreen extends Screen<CanvasScreenEvents> {
  #canvas = document.createElement("canvas");
  #worker: Worker | null = null;
  #workerTimer: ReturnType<typeof setTimeout> | null = null;
  #post: Post | null = null;
  #waiting: { readonly message: ToDecoder; readonly transfer: Transferable[] }[] = [];
  #snapshots: { resolve(png: Blob): void; reject(error: Error): void }[] = [];
  #stream = 0;
  #given = 0;
  #decoded = 0;
  #size: PictureSize | null = null;
  #presented = 0;
  #closed = false;

  constructor() {
    super();
    fitInto(this.element, this.#canvas);
  }

  /** Starts the decoder, so that it is there when the first frame comes. */
  prepare(): void {
    if (this.#post === null && this.#worker === null && !this.#closed) this.#startWorker();
  }

  override get size(): PictureSize | null {
    return this.#size;
  }

  override get source(): CanvasImageSource | null {
    return this.#size === null ? null : this.#canvas;
  }

  /** A canvas that a worker draws on is read there: Firefox now and then stops the page for seconds when it reads it. */
  override takePng(): Promise<Blob> {
    if (this.#worker === null || this.#post === null || this.#size === null) return super.takePng();
    this.#post({ kind: "snapshot" }, []);
    return new Promise((resolve, reject) => this.#snapshots.push({ resolve, reject }));
  }

  /** Frames of this stream that were given and are not decoded yet. */
  get backlog(): number {
    return this.#given - this.#decoded;
  }

  /** A stream begins, with a key frame. */
  start(codec: StreamCodec): void {
    this.prepare();
    this.forgetPicture();
    this.#stream += 1;
    this.#given = 0;
    this.#decoded = 0;
    this.#presented = 0;
    this.#send({ kind: "start", stream: this.#stream, codec });
  }

  /** Takes the next frame of the stream, and the memory of `data` with it. */
  decode(frame: number, isKeyFrame: boolean, data: Uint8Array<ArrayBuffer>): void {
    this.#given += 1;
    this.#send({ kind: "frame", frame, isKeyFrame, data }, [data.buffer]);
  }

  /** The stream is over; its last picture stays. */
  stop(): void {
    this.forgetPicture();
    this.#stream += 1;
    this.#waiting = [];
    this.#post?.({ kind: "stop" }, []);
  }

  close(): void {
    this.stop();
    this.#closed = true;
    this.#dropWorker();
    this.#post = null;
  }

  #startWorker(): void {
    if (!("transferControlToOffscreen" in this.#canvas)) return this.#decodeHere();
    try {
      // Bundlers look for this very expression; they and the compiled library have it with .js.
      this.#worker = new Worker(new URL("./decoder.worker.js", import.meta.url), { type: "module" });
    } catch {
      return this.#decodeHere();
    }
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromDecoder>) => this.#handle(data));
    this.#worker.addEventListener("error", (event) => this.#handleWorkerError(event.message ?? "It was not loaded."));
    this.#workerTimer = setTimeout(() => this.#handleWorkerError("It did not start."), WORKER_TIMEOUT_MS);
  }

  #handleWorkerError(sentence: string): void {
    if (this.#worker === null || this.#closed) return;
    this.#dropWorker();
    console.warn(`The decoder's worker failed; decoding goes on in the page's thread. ${sentence}`);
    const wasReady = this.#post !== null;
    this.#canvas = document.createElement("canvas");
    fitInto(this.element, this.#canvas);
    this.#decodeHere();
    if (wasReady) this.emit("decodingFailed", { sentence });
  }

  /** Without a worker. */
  #decodeHere(): void {
    const decoder = new FrameDecoder((message) => this.#handle(message));
    this.#open(this.#canvas, (message) => decoder.handle(message));
  }

  #open(canvas: OffscreenCanvas | HTMLCanvasElement, post: Post): void {
    this.#post = post;
    post({ kind: "canvas", canvas }, canvas instanceof HTMLCanvasElement ? [] : [canvas]);
    for (const { message, transfer } of this.#waiting) post(message, transfer);
    this.#waiting = [];
  }

  #send(message: ToDecoder, transfer: Transferable[] = []): void {
    if (this.#post !== null) this.#post(message, transfer);
    else if (!this.#closed) this.#waiting.push({ message, transfer });
  }

  #handle(message: FromDecoder): void {
    if (message.kind === "ready") return this.#handleReady();
    if (message.kind === "snapshot") return this.#handleSnapshot(message.png);
    if (message.stream !== this.#stream) return;
    if (message.kind === "failed") return this.emit("decodingFailed", { sentence: message.sentence });
    this.#decoded += 1;
    const { drawn, frame, decodeMs } = message;
    if (drawn !== null) {
      this.#presented += 1;
      this.#size = { width: drawn.width, height: drawn.height };
      this.notePicture();
      const timeMs = drawn.time - performance.timeOrigin;
      const times = { timeMs, decodedMs: timeMs, decodeMs, receivedMs: null };
      this.emit("frameShown", { name: frame, presentedFrames: this.#presented, ...times });
    }
    this.emit("frameDecoded", { decodeMs, isDrawn: drawn !== null });
  }

  #handleSnapshot(png: Blob | null): void {
    const waiting = this.#snapshots.shift();
    if (png === null) waiting?.reject(new Error("The browser made no PNG."));
    else waiting?.resolve(png);
  }

  #handleReady(): void {
    this.#stopTimer();
    const worker = this.#worker;
    if (worker === null) return;
    this.#open(this.#canvas.transferControlToOffscreen(), (message, transfer) => worker.postMessage(message, transfer));
  }

  #dropWorker(): void {
    this.#stopTimer();
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#snapshots.splice(0)) reject(new Error("The decoder ended."));
  }

  #stopTimer(): void {
    if (this.#workerTimer !== null) clearTimeout(this.#workerTimer);
    this.#workerTimer = null;
  }
}
