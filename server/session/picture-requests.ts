/**
 * Owns what the main process wants of a scene's process besides video: Motion JPEG streams, which are wanted again after
 * each restart, and snapshots.
 */

import { Emitter } from "../../shared/emitter.ts";
import { fromPlainError, StreamError } from "../../shared/errors.ts";
import { PendingAnswers } from "./pending-answers.ts";
import type { FromSession, JpegForm, SnapshotForm, ToSession } from "./session-protocol.ts";

/**
 * A snapshot: `tag` names the picture and its form; `bytes` is null where the asker has that picture; `encodeMs` is how long it
 * took to make.
 */
export type TakenSnapshot = { readonly tag: string; readonly bytes: Uint8Array | null; readonly encodeMs: number };

export type PictureRequestsEvents = {
  /** A picture of a stream that was wanted. */
  readonly jpegEncoded: { readonly streamId: string; readonly bytes: Uint8Array };
};

type PictureMessage = Extract<
  FromSession,
  { readonly kind: "jpeg-encoded" } | { readonly kind: "snapshot-taken" } | { readonly kind: "snapshot-refused" }
>;

const MAX_SNAPSHOTS_WAITING = 16;
const SNAPSHOT_DEADLINE_MS = 10_000;

export class PictureRequests extends Emitter<PictureRequestsEvents> {
  readonly #send: (message: ToSession) => boolean;
  readonly #streams = new Map<string, JpegForm>();
  readonly #snapshots: PendingAnswers<TakenSnapshot>;
  #snapshotsAsked = 0;

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(send: (message: ToSession) => boolean) {
    super();
    this.#send = send;
    this.#snapshots = new PendingAnswers({
      max: MAX_SNAPSHOTS_WAITING,
      tooMany: "Too many snapshots are being taken at once. Try again in a second.",
      deadlineMs: SNAPSHOT_DEADLINE_MS,
    });
  }

  /** Takes a snapshot of the newest picture; `known` are the tags of those that the asker has. Rejects with `StreamError`. */
  async takeSnapshot(form: SnapshotForm, known: readonly string[]): Promise<TakenSnapshot> {
    this.#snapshotsAsked += 1;
    const requestId = this.#snapshotsAsked;
    return await this.#snapshots.wait(String(requestId), () => {
      if (this.#send({ kind: "snapshot-wanted", requestId, form, known })) return;
      throw new StreamError("room-lost", "The scene is not running right now.");
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
      case "snapshot-taken":
        return this.#snapshots.resolve(String(message.requestId), takenOf(message));
      case "snapshot-refused":
        return this.#snapshots.reject(String(message.requestId), fromPlainError(message.error, "encoder-failed"));
    }
  }

  /** The process fell, or it is over. */
  refuse(error: StreamError): void {
    this.#snapshots.rejectAll(error);
  }
}

function takenOf({ tag, bytes, encodeMs }: TakenSnapshot): TakenSnapshot {
  return { tag, bytes, encodeMs };
}
