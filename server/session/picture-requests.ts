/**
 * Owns what the main process wants of a scene's process besides video: Motion JPEG streams, which are wanted again after
 * each restart, and stills.
 */

import { Emitter } from "../../shared/emitter.ts";
import { fromPlainError, StreamError } from "../../shared/errors.ts";
import { PendingAnswers } from "./pending-answers.ts";
import type { FromSession, JpegForm, SnapshotForm, ToSession } from "./session-protocol.ts";

/**
 * A still: `tag` names the picture and its form; `bytes` is null where the asker has that picture; `encodeMs` is how long it
 * took to make.
 */
export type TakenStill = { readonly tag: string; readonly bytes: Uint8Array | null; readonly encodeMs: number };

export type PictureRequestsEvents = {
  /** A picture of a stream that was wanted. */
  readonly jpegEncoded: { readonly streamId: string; readonly bytes: Uint8Array };
};

type PictureMessage = Extract<
  FromSession,
  { readonly kind: "jpeg-encoded" } | { readonly kind: "still-taken" } | { readonly kind: "still-refused" }
>;

const MOST_STILLS_WAITING = 16;
const STILL_DEADLINE_MS = 10_000;

export class PictureRequests extends Emitter<PictureRequestsEvents> {
  readonly #send: (message: ToSession) => boolean;
  readonly #streams = new Map<string, JpegForm>();
  readonly #stills: PendingAnswers<TakenStill>;
  #stillsAsked = 0;

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(send: (message: ToSession) => boolean) {
    super();
    this.#send = send;
    this.#stills = new PendingAnswers({
      most: MOST_STILLS_WAITING,
      tooMany: "Too many stills are being made at once.",
      deadlineMs: STILL_DEADLINE_MS,
    });
  }

  /** Takes a still of the newest picture; `known` are the tags of those that the asker has. Rejects with `StreamError`. */
  async takeStill(form: SnapshotForm, known: readonly string[]): Promise<TakenStill> {
    this.#stillsAsked += 1;
    const requestId = this.#stillsAsked;
    return await this.#stills.wait(String(requestId), () => {
      if (this.#send({ kind: "still-wanted", requestId, form, known })) return;
      throw new StreamError("session-lost", "The scene is not being streamed right now.");
    });
  }

  /** Wants a stream, now or as soon as the scene is live. `streamId` must never have been used. */
  wantJpeg(streamId: string, form: JpegForm): void {
    this.#streams.set(streamId, form);
    this.#send({ kind: "jpeg-wanted", streamId, form });
  }

  unwantJpeg(streamId: string): void {
    if (this.#streams.delete(streamId)) this.#send({ kind: "jpeg-unwanted", streamId });
  }

  /** A process of the scene is live that knows of nothing yet. */
  handleLive(): void {
    for (const [streamId, form] of this.#streams) this.#send({ kind: "jpeg-wanted", streamId, form });
  }

  handle(message: PictureMessage): void {
    switch (message.kind) {
      case "jpeg-encoded":
        return this.emit("jpegEncoded", { streamId: message.streamId, bytes: message.bytes });
      case "still-taken":
        return this.#stills.resolve(String(message.requestId), takenOf(message));
      case "still-refused":
        return this.#stills.reject(String(message.requestId), fromPlainError(message.error, "encoder-failed"));
    }
  }

  /** The process fell, or it is over. */
  refuse(error: StreamError): void {
    this.#stills.rejectAll(error);
  }
}

function takenOf({ tag, bytes, encodeMs }: TakenStill): TakenStill {
  return { tag, bytes, encodeMs };
}
