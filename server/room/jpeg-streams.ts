/**
 * Owns the Motion JPEG streams in the main process: watchers of the same form share one, which the scene's process encodes
 * once and only while there is a watcher.
 */

import { randomUUID } from "node:crypto";
import { StreamError } from "../../shared/errors.ts";
import type { PictureRequests } from "../session/picture-requests.ts";
import type { JpegForm } from "../session/session-protocol.ts";

/** Takes each picture; must not keep the server waiting. */
export type JpegWatcher = (jpeg: Uint8Array) => void;

/** How many forms are encoded at once: each costs the scene's process as much as the first. */
const MAX_JPEG_FORMS = 4;
const MAX_WATCHERS = 64;

type Stream = {
  readonly id: string;
  readonly form: JpegForm;
  readonly watchers: Set<JpegWatcher>;
  /** For a watcher that comes later: a scene at rest gives no new one. */
  newest: Uint8Array | null;
};

export class JpegStreams {
  readonly #pictures: Pick<PictureRequests, "on" | "wantJpeg" | "unwantJpeg">;
  readonly #streams = new Map<string, Stream>();

  constructor(pictures: Pick<PictureRequests, "on" | "wantJpeg" | "unwantJpeg">) {
    this.#pictures = pictures;
    pictures.on("jpegEncoded", ({ streamId, bytes }) => this.#show(streamId, bytes));
  }

  get watchers(): number {
    return [...this.#streams.values()].reduce((count, { watchers }) => count + watchers.size, 0);
  }

  /**
   * Shows each new picture to `watcher`, and the newest at once if there is one. Returns a function that ends it. When
   * there are four other forms it is the nearest of those that have this size. Throws `StreamError` "too-many-viewers"
   * when there is none, or there are too many watchers.
   */
  watch(form: JpegForm, watcher: JpegWatcher): () => void {
    if (this.watchers >= MAX_WATCHERS) {
      throw new StreamError(
        "too-many-viewers",
        `Motion JPEG already has ${MAX_WATCHERS} watchers, and no more are allowed.`,
      );
    }
    const stream = this.#streamFor(form);
    stream.watchers.add(watcher);
    if (stream.newest !== null) watcher(stream.newest);
    return () => {
      if (!stream.watchers.delete(watcher) || stream.watchers.size > 0) return;
      this.#streams.delete(stream.id);
      this.#pictures.unwantJpeg(stream.id);
    };
  }

  #streamFor(form: JpegForm): Stream {
    const ofThisSize = [...this.#streams.values()].filter((stream) => sizeKey(stream.form) === sizeKey(form));
    const byDistance = ofThisSize.toSorted((a, b) => distance(a.form, form) - distance(b.form, form));
    const nearest = byDistance[0];
    if (nearest !== undefined && distance(nearest.form, form) === 0) return nearest;
    if (this.#streams.size >= MAX_JPEG_FORMS) return nearest ?? this.#refuse();
    const stream: Stream = { id: randomUUID(), form, watchers: new Set(), newest: null };
    this.#streams.set(stream.id, stream);
    this.#pictures.wantJpeg(stream.id, form);
    return stream;
  }

  #refuse(): never {
    const sizes = new Set([...this.#streams.values()].map(({ form }) => sizeKey(form)));
    const sentence = `Motion JPEG is already being sent in ${MAX_JPEG_FORMS} forms, none of this size. These sizes are available: ${[...sizes].join(", ")}.`;
    throw new StreamError("too-many-viewers", sentence);
  }

  #show(streamId: string, jpeg: Uint8Array): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    stream.newest = jpeg;
    for (const watcher of stream.watchers) watcher(jpeg);
  }
}

function sizeKey({ size }: JpegForm): string {
  return size === null ? "the scene's own size" : `${size.width}x${size.height}`;
}

/** How unlike two forms of one size are; 0 for equal ones. */
function distance(a: JpegForm, b: JpegForm): number {
  return Math.abs(a.quality - b.quality) + Math.abs(a.maxFps - b.maxFps);
}
