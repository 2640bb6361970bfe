/** Owns the streams by HLS of all rooms of a server. In the main process. */

import { mkdtempSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import type { Session } from "../session/session.ts";
import { HlsFolder } from "./hls-folder.ts";
import { HlsStream } from "./hls-stream.ts";

export type HlsEvents = {
  readonly started: { readonly room: string };
  readonly stopped: { readonly room: string };
  /** Players were sent so much. */
  readonly sent: { readonly bytes: number };
  /** A size of a stream is no more. */
  readonly failed: { readonly room: string; readonly name: string; readonly error: StreamError };
};

/** A room, as far as its stream is concerned. */
type StreamedRoom = {
  readonly name: string;
  readonly session: Pick<Session, "outputs">;
  readonly announcer: { readonly title: string; readonly size: PictureSize };
};

export type HlsRoomsOptions = {
  /** Whether players may have it. */
  readonly enabled: boolean;
  /** Where the stream of the shared room may be kept as files; null for nowhere. */
  readonly folder: string | null;
  readonly maxFps: number;
  readonly bitrateBps: number;
};

export class Hls extends Emitter<HlsEvents> {
  readonly #options: HlsRoomsOptions;
  readonly #streams = new Map<string, HlsStream>();

  constructor(options: HlsRoomsOptions) {
    super();
    this.#options = options;
  }

  /** Whether players may have it. */
  get isEnabled(): boolean {
    return this.#options.enabled;
  }

  /** A room was opened. */
  follow({ name, session, announcer }: StreamedRoom): void {
    const stream = new HlsStream({
      outputs: session.outputs,
      source: () => ({ maxFps: this.#options.maxFps, bitrateBps: this.#options.bitrateBps, size: announcer.size }),
      title: () => announcer.title,
    });
    this.#streams.set(name, stream);
    stream.on("started", () => this.emit("started", { room: name }));
    stream.on("stopped", () => this.emit("stopped", { room: name }));
    stream.on("sent", (event) => this.emit("sent", event));
    stream.on("failed", (event) => this.emit("failed", { room: name, ...event }));
  }

  /**
   * Makes the folder for files and tries whether any can be written there, as nobody looks for an error when the server runs. Throws
   * `StreamError` "output-failed" naming the option.
   */
  tryFolder(): void {
    const { folder } = this.#options;
    if (folder === null) return;
    try {
      makeFolderSync(folder);
      rmdirSync(mkdtempSync(join(folder, ".try-")));
    } catch (error) {
      throw diskWords(`options.hls.folder ${folder}`, error);
    }
  }

  /** Begins to keep the stream of a room that was opened as files; null where there is no folder for it. */
  folderOf(name: string): (() => HlsFolder) | null {
    const { folder } = this.#options;
    const stream = this.of(name);
    return folder === null || name !== "" || stream === null ? null : () => new HlsFolder(stream, folder);
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
