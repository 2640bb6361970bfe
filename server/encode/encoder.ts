/** Owns the session's handle of an encode thread. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import { FrameRingControl } from "../frames/frame-ring.ts";
import { siblingUrl, Thread } from "../threads.ts";
import type { EncodeThreadData, FromEncodeThread, PacketMessage, ToEncodeThread } from "./encode-protocol.ts";

export type EncoderEvents = {
  readonly packetEncoded: PacketMessage;
  /** The thread is gone without having been asked. */
  readonly ended: StreamError;
};

type Ready = Extract<FromEncodeThread, { readonly kind: "ready" }>;

export class Encoder extends Emitter<EncoderEvents> {
  /** FFmpeg's name of the encoder. */
  readonly name: string;
  readonly isHardware: boolean;
  readonly #thread: Thread<ToEncodeThread, FromEncodeThread>;
  readonly #ring: FrameRingControl;
  readonly #reader: number;

  /** Starts the thread and opens its encoder. Rejects with `StreamError` "no-encoder" when none works here. */
  static async start(data: EncodeThreadData): Promise<Encoder> {
    const url = siblingUrl(import.meta.url, "./encode.worker");
    const thread = new Thread<ToEncodeThread, FromEncodeThread>(url, "encode thread", data, "encoder-failed");
    const ready = await new Promise<Ready>((resolve, reject) => {
      thread.on("messageReceived", (message) => message.kind === "ready" && resolve(message));
      thread.on("ended", reject);
    });
    return new Encoder(thread, data, ready);
  }

  private constructor(thread: Thread<ToEncodeThread, FromEncodeThread>, data: EncodeThreadData, ready: Ready) {
    super();
    this.name = ready.encoder;
    this.isHardware = ready.isHardware;
    this.#thread = thread;
    this.#ring = new FrameRingControl(data.ring);
    this.#reader = data.reader;
    thread.on("messageReceived", (message) => {
      if (message.kind === "packet") this.emit("packetEncoded", message);
    });
    thread.on("ended", (error) => {
      this.#ring.forgetReader(this.#reader);
      this.emit("ended", error);
    });
  }

  /** While it is not wanted nothing is encoded; it begins again with a key frame. */
  setWanted(wanted: boolean): void {
    this.#tell({ kind: "wanted", wanted });
  }

  /** Makes the next picture a key frame, of the newest frame if no new one comes. */
  requestKeyFrame(): void {
    this.#tell({ kind: "key-frame" });
  }

  /** Changes the ceiling of the bit rate; a key frame follows where the encoder has to be opened anew. */
  setBitrate(bitrateBps: number): void {
    this.#tell({ kind: "bitrate", bitrateBps });
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

  #tell(message: ToEncodeThread): void {
    this.#thread.post(message);
    this.#ring.wake();
  }
}
