/** Owns the sinks of a scene in its process (sink.ts): they come, get their packets, fail alone and go. */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import type { OutgoingPacket, PacketOutput } from "./output.ts";
import type { Sink, SinkHandle } from "./sink.ts";
import { SinkStream } from "./sink-stream.ts";

const MIN_KEY_FRAME_GAP_MS = 500;
const MIN_GAP_MS = 100;

export type SinksEvents = {
  /** One came or went. */
  readonly watchingChanged: Record<never, never>;
  /** The last key frame of this one is as old as it may be. */
  readonly keyFrameDue: { readonly stream: SinkStream };
  /** This one has had no packet for as long as it may. */
  readonly pictureDue: { readonly stream: SinkStream };
  /** This one lost a picture. */
  readonly keyFrameRequested: { readonly stream: SinkStream };
  /** What is known of the way of this one changed. */
  readonly wayChanged: { readonly stream: SinkStream };
  /** One is no more, whoever ended it. */
  readonly removed: { readonly stream: SinkStream };
  /** This one ended by itself. */
  readonly ended: { readonly error: StreamError };
};

export class Sinks extends Emitter<SinksEvents> implements PacketOutput {
  readonly #streams = new Set<SinkStream>();
  #count = 0;
  #closed = false;

  /** SI1 */
  get isWatching(): boolean {
    return this.#streams.size > 0;
  }

  get streams(): readonly SinkStream[] {
    return [...this.#streams];
  }

  /** Throws `TypeError` where what it wishes for cannot be, and where the pipeline was closed. */
  add(sink: Sink): SinkHandle {
    const gapMs = sink.maxKeyFrameGapMs;
    if (gapMs !== null && !(gapMs >= MIN_KEY_FRAME_GAP_MS)) {
      throw new TypeError(`sink.maxKeyFrameGapMs must be null or at least ${MIN_KEY_FRAME_GAP_MS}.`);
    }
    if (sink.maxGapMs !== undefined && !(gapMs !== null && sink.maxGapMs >= MIN_GAP_MS)) {
      throw new TypeError(`sink.maxGapMs must be at least ${MIN_GAP_MS}, with sink.maxKeyFrameGapMs.`);
    }
    if (sink.way !== undefined && gapMs === null)
      throw new TypeError("sink.way must stand with sink.maxKeyFrameGapMs.");
    if (this.#closed) throw new TypeError("A sink must be added before the pipeline is closed.");
    this.#count += 1;
    const stream: SinkStream = new SinkStream(`sink ${this.#count}`, sink, (due) => this.emit(due, { stream }));
    this.#streams.add(stream);
    this.emit("watchingChanged", {});
    const tell = (what: "keyFrameRequested" | "wayChanged") => {
      if (this.#streams.has(stream)) this.emit(what, { stream });
    };
    return {
      requestKeyFrame: () => tell("keyFrameRequested"),
      noteWay: () => tell("wayChanged"),
      close: () => void this.#remove(stream),
    };
  }

  handlePacket(outgoing: OutgoingPacket): void {
    for (const stream of [...this.#streams]) {
      // One may have been closed by another that took the same packet.
      const error = this.#streams.has(stream) ? stream.handlePacket(outgoing) : null;
      if (error !== null) this.end(stream, error);
    }
  }

  /** Ends one that can go on no more. */
  end(stream: SinkStream, error: StreamError): void {
    if (!this.#remove(stream)) return;
    this.#tellEnd(stream, error);
    this.emit("ended", { error });
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const stream of this.streams) {
      if (this.#remove(stream)) this.#tellEnd(stream, null);
    }
    return Promise.resolve();
  }

  #remove(stream: SinkStream): boolean {
    stream.close();
    const wasThere = this.#streams.delete(stream);
    if (wasThere) {
      this.emit("removed", { stream });
      this.emit("watchingChanged", {});
    }
    return wasThere;
  }

  /** What it throws must cost the others nothing. */
  #tellEnd({ sink }: SinkStream, error: StreamError | null): void {
    try {
      sink.handleEnd(error);
    } catch (thrown) {
      console.error("A sink threw when it was told of its end:", thrown);
    }
  }
}
