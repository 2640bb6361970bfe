/**
 * Owns decoding and drawing: coded frames in, pictures on a canvas. Runs in decoder.worker.ts, or in the page's thread
 * where a worker cannot be had. Every VideoFrame is closed in the function that it comes to.
 */

import { now } from "../../shared/time.ts";
import type { StreamCodec } from "../../shared/video.ts";
import { decoderConfig } from "./codec-support.ts";
import type { FromDecoder, ToDecoder } from "./decoder-protocol.ts";

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;
type Stream = { readonly number: number; readonly codec: StreamCodec; codecString: string | null };

/** While more frames than these wait to be decoded, pictures are left out; the eye still gets some, and always the last. */
const MAX_WAITING_FRAMES = 1;
const MAX_MS_WITHOUT_PICTURE = 50;

export class FrameDecoder {
  readonly #tell: (message: FromDecoder) => void;
  #context: Context | null = null;
  #decoder: VideoDecoder | null = null;
  #stream: Stream | null = null;
  /** When each frame that is being decoded came. */
  readonly #begun = new Map<number, number>();
  #drawnAtMs = Number.NEGATIVE_INFINITY;

  constructor(tell: (message: FromDecoder) => void) {
    this.#tell = tell;
  }

  handle(message: ToDecoder): void {
    switch (message.kind) {
      case "canvas":
        // With transparency, although there is none: an opaque layer may keep the browser from drawing what is under it,
        // which is where another stream waits for its first picture.
        this.#context = message.canvas.getContext("2d", { desynchronized: true }) as Context | null;
        return;
      case "start":
        this.#closeDecoder();
        this.#stream = { number: message.stream, codec: message.codec, codecString: null };
        return;
      case "frame":
        this.#decode(message.frame, message.isKeyFrame, message.data);
        return;
      case "stop":
        this.#closeDecoder();
        this.#stream = null;
        return;
      case "snapshot":
        void this.#tellSnapshot();
        return;
    }
  }

  async #tellSnapshot(): Promise<void> {
    const canvas = this.#context?.canvas;
    const isOurs = typeof OffscreenCanvas !== "undefined" && canvas instanceof OffscreenCanvas;
    const png = isOurs ? await canvas.convertToBlob({ type: "image/png" }).catch(() => null) : null;
    this.#tell({ kind: "snapshot", png });
  }

  #decode(frame: number, isKeyFrame: boolean, data: Uint8Array): void {
    const stream = this.#stream;
    if (stream === null) return;
    try {
      if (isKeyFrame) this.#configure(stream, data);
      if (this.#decoder === null) throw new TypeError("The stream does not begin with a key frame.");
      this.#begun.set(frame, performance.now());
      // The time stamp is nobody's clock here: it carries the number of the frame through the decoder.
      const type = isKeyFrame ? "key" : "delta";
      this.#decoder.decode(new EncodedVideoChunk({ type, timestamp: frame, data }));
    } catch (error) {
      this.#fail(stream, error);
    }
  }

  #configure(stream: Stream, keyFrame: Uint8Array): void {
    const config = decoderConfig(stream.codec, keyFrame);
    if (this.#decoder !== null && stream.codecString === config.codec) return;
    stream.codecString = config.codec;
    this.#decoder ??= new VideoDecoder({
      output: (frame) => this.#handlePicture(stream, frame),
      error: (error) => this.#fail(stream, error),
    });
    this.#decoder.configure(config);
  }

  #handlePicture(stream: Stream, picture: VideoFrame): void {
    try {
      if (this.#stream !== stream) return;
      const frame = picture.timestamp;
      const decodeMs = performance.now() - (this.#begun.get(frame) ?? performance.now());
      this.#begun.delete(frame);
      const isDrawn = this.#draw(picture);
      const { displayWidth: width, displayHeight: height } = picture;
      const drawn = isDrawn ? { width, height, time: now() } : null;
      this.#tell({ kind: "decoded", stream: stream.number, frame, decodeMs, drawn });
    } finally {
      picture.close();
    }
  }

  #draw(picture: VideoFrame): boolean {
    const context = this.#context;
    const nowMs = performance.now();
    // A browser may count frames as waiting that came out already; where none is on its way this is the last picture.
    const isLate = this.#begun.size > 0 && (this.#decoder?.decodeQueueSize ?? 0) > MAX_WAITING_FRAMES;
    if (context === null || (isLate && nowMs - this.#drawnAtMs < MAX_MS_WITHOUT_PICTURE)) return false;
    this.#drawnAtMs = nowMs;
    const { displayWidth: width, displayHeight: height } = picture;
    const { canvas } = context;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.drawImage(picture, 0, 0, width, height);
    return true;
  }

  #fail(stream: Stream, error: unknown): void {
    if (this.#stream !== stream) return;
    this.#closeDecoder();
    this.#stream = null;
    this.#tell({ kind: "failed", stream: stream.number, sentence: String(error) });
  }

  #closeDecoder(): void {
    // An error has closed it already.
    if (this.#decoder !== null && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#begun.clear();
  }
}
