/** Owns the session's handle of an encode thread. */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import type { SceneContent } from "../../../shared/video.ts";
import { siblingUrl } from "../../platform/threads.ts";
import { RingThread } from "../ring-thread.ts";
import type {
  EncodeTarget,
  EncodeThreadData,
  FromEncodeThread,
  PacketMessage,
  ToEncodeThread,
} from "./encode-protocol.ts";

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
  readonly #thread: RingThread<ToEncodeThread, FromEncodeThread>;

  /** Starts the thread and opens its encoder. Rejects with `StreamError` "no-encoder" when none works here. */
  static async start(data: EncodeThreadData): Promise<Encoder> {
    const url = siblingUrl(import.meta.url, "./encode.worker");
    const thread = new RingThread<ToEncodeThread, FromEncodeThread>(url, "encode thread", data, "encoder-failed");
    const ready = await new Promise<Ready>((resolve, reject) => {
      thread.on("messageReceived", (message) => message.kind === "ready" && resolve(message));
      thread.on("ended", reject);
    });
    return new Encoder(thread, ready);
  }

  private constructor(thread: RingThread<ToEncodeThread, FromEncodeThread>, ready: Ready) {
    super();
    this.name = ready.encoder;
    this.isHardware = ready.isHardware;
    this.#thread = thread;
    thread.on("messageReceived", (message) => {
      if (message.kind === "packet") this.emit("packetEncoded", message);
    });
    thread.on("ended", (error) => this.emit("ended", error));
  }

  /** While it is not wanted nothing is encoded; it begins again with a key frame. */
  setWanted(wanted: boolean): void {
    this.#thread.post({ kind: "wanted", wanted });
  }

  /** Makes the next picture a key frame, of the newest frame if no new one comes. */
  requestKeyFrame(): void {
    this.#thread.post({ kind: "key-frame" });
  }

  /** Encodes the newest frame once more if no new one comes. */
  requestPicture(): void {
    this.#thread.post({ kind: "picture" });
  }

  /** Changes what it gives; a key frame follows where the encoder has to be opened anew, as always for another size. */
  setTarget(target: EncodeTarget): void {
    this.#thread.post({ kind: "target", target });
  }

  /** What the pictures are mostly made of; a key frame follows where the encoder makes use of it. */
  setContent(content: SceneContent): void {
    this.#thread.post({ kind: "content", content });
  }

  close(): Promise<void> {
    return this.#thread.close({ kind: "close" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
