/** Owns the session's handle of the JPEG thread. */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import { siblingUrl } from "../../platform/threads.ts";
import { RingThread } from "../ring-thread.ts";
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
  readonly #thread: RingThread<ToJpegThread, FromJpegThread>;

  /** Starts the thread. Streams may begin at once. */
  constructor(data: JpegThreadData) {
    super();
    this.#thread = new RingThread(siblingUrl(import.meta.url, "./jpeg.worker"), "JPEG thread", data, "encoder-failed");
    this.#thread.on("messageReceived", (message) => {
      if (message.kind === "picture") this.emit("pictureEncoded", message);
      if (message.kind === "refused") this.emit("refused", message);
    });
    this.#thread.on("ended", (error) => this.emit("ended", error));
  }

  /** Begins a stream, with a picture of the newest frame at once. */
  begin(stream: JpegStream): void {
    this.#thread.post({ kind: "begin", stream });
  }

  end(streamId: string): void {
    this.#thread.post({ kind: "end", streamId });
  }

  close(): Promise<void> {
    return this.#thread.close({ kind: "close" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
