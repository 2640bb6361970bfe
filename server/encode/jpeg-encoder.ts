/** Owns the session's handle of the JPEG thread. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import { FrameRingControl } from "../frames/frame-ring.ts";
import { siblingUrl, Thread } from "../threads.ts";
import type { FromJpegThread, JpegPicture, JpegStream, JpegThreadData, ToJpegThread } from "./jpeg-protocol.ts";

export type JpegEncoderEvents = {
  readonly pictureEncoded: JpegPicture;
  /** A stream is over that could not be encoded. */
  readonly refused: { readonly streamId: string; readonly reason: string };
  /** The thread is gone without having been asked. */
  readonly ended: StreamError;
};

/** Encodes any number of streams, each once, in one thread; it rests while there is none. */
export class JpegEncoder extends Emitter<JpegEncoderEvents> {
  readonly #thread: Thread<ToJpegThread, FromJpegThread>;
  readonly #ring: FrameRingControl;
  readonly #reader: number;

  /** Starts the thread. Streams may begin at once. */
  constructor(data: JpegThreadData) {
    super();
    this.#ring = new FrameRingControl(data.ring);
    this.#reader = data.reader;
    this.#thread = new Thread(siblingUrl(import.meta.url, "./jpeg.worker"), "JPEG thread", data, "encoder-failed");
    this.#thread.on("messageReceived", (message) => {
      if (message.kind === "picture") this.emit("pictureEncoded", message);
      if (message.kind === "refused") this.emit("refused", message);
    });
    this.#thread.on("ended", (error) => {
      this.#ring.forgetReader(this.#reader);
      this.emit("ended", error);
    });
  }

  /** Begins a stream, with a picture of the newest frame at once. */
  begin(stream: JpegStream): void {
    this.#tell({ kind: "begin", stream });
  }

  end(streamId: string): void {
    this.#tell({ kind: "end", streamId });
  }

  async close(): Promise<void> {
    const closing = this.#thread.close({ kind: "close" });
    this.#ring.wake();
    await closing;
    this.#ring.forgetReader(this.#reader);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tell(message: ToJpegThread): void {
    this.#thread.post(message);
    this.#ring.wake();
  }
}
