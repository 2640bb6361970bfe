/** Owns the streams by HLS of all rooms of a server. In the main process. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { Session } from "../session/session.ts";
import { HlsStream } from "./hls-stream.ts";

export type HlsEvents = {
  readonly started: { readonly room: string };
  readonly stopped: { readonly room: string };
  /** A size of a stream is no more. */
  readonly failed: { readonly room: string; readonly name: string; readonly error: StreamError };
};

/** A room, as far as its stream is concerned. */
type StreamedRoom = {
  readonly name: string;
  readonly session: Pick<Session, "outputs">;
  readonly announcer: { readonly title: string; readonly size: PictureSize };
};

export type HlsOptions = { readonly maxFps: number; readonly bitrateBps: number };

export class Hls extends Emitter<HlsEvents> {
  readonly #options: HlsOptions;
  readonly #streams = new Map<string, HlsStream>();

  constructor(options: HlsOptions) {
    super();
    this.#options = options;
  }

  /** A room was opened. */
  follow({ name, session, announcer }: StreamedRoom): void {
    const stream = new HlsStream({
      outputs: session.outputs,
      source: () => ({ ...this.#options, size: announcer.size }),
      title: () => announcer.title,
    });
    this.#streams.set(name, stream);
    stream.on("started", () => this.emit("started", { room: name }));
    stream.on("stopped", () => this.emit("stopped", { room: name }));
    stream.on("failed", (event) => this.emit("failed", { room: name, ...event }));
  }

  /** A room is no more. */
  forget(name: string): void {
    this.of(name)?.close();
    this.#streams.delete(name);
  }

  /** Null where there is no such room now. */
  of(name: string): HlsStream | null {
    return this.#streams.get(name) ?? null;
  }

  get all(): readonly HlsStream[] {
    return [...this.#streams.values()];
  }
}
