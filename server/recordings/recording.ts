/**
 * Owns a recording of a room, in the main process: its files, and how it does. The scene's process writes them.
 *
 * RD1 Each process of the scene that it goes on in writes a file of its own, `film.mp4`, `film-2.mp4`, as the one before may have
 *     been killed: what was written by then stays as it is.
 * RD2 A file in which nothing came to be is taken away again.
 */

import { basename } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { FileTarget, OutputFigures } from "../encode/mux/mux-protocol.ts";
import type { OutputOpening } from "../session/output-wish.ts";
import type { WantedOutput } from "../session/session-outputs.ts";
import type { ResolvedRecord } from "./record-options.ts";
import { reserve, settle } from "./recording-files.ts";
import type { RecordingInfo, RecordingState } from "./recording-info.ts";

type File = { readonly path: string; readonly startedAt: Date; bytes: number; seconds: number };

export type RecordingEvents = {
  /** It has another state. */
  readonly changed: Record<never, never>;
};

export class Recording extends Emitter<RecordingEvents> implements WantedOutput {
  readonly keepsRoom = true;
  /** Resolves when it is over, also where it failed. */
  readonly over: Promise<void>;
  readonly #options: Omit<ResolvedRecord, "file">;
  readonly #path: string;
  readonly #overNow: () => void;
  readonly #files: File[] = [];
  #state: RecordingState = "waiting";
  #error: string | null = null;

  /** Makes the first file. Throws `StreamError` where it cannot be written. */
  constructor(path: string, options: Omit<ResolvedRecord, "file">) {
    super();
    this.#path = path;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#overNow = resolve;
    this.#addFile();
  }

  get state(): RecordingState {
    return this.#state;
  }

  /** Each of its files, the newest first. Those that are done are ended, whatever became of the last one. */
  get infos(): readonly RecordingInfo[] {
    return this.#files.toReversed().map((file, index) => this.#infoOf(file, index === 0));
  }

  /** The newest file. */
  get info(): RecordingInfo {
    return this.#infoOf(this.#file, true);
  }

  open(): OutputOpening | null {
    const { container, codec, cutRests, keyFrameSeconds } = this.#options;
    const maxSeconds = this.#secondsLeft;
    if (maxSeconds !== null && maxSeconds <= 0) return null;
    const isNext = this.#file.bytes > 0;
    const { path } = isNext ? this.#addFile() : this.#file;
    this.#enter("recording");
    const to: FileTarget = { kind: "file", path, container, cutRests, maxSeconds };
    return { codec, target: null, maxKeyFrameGapMs: keyFrameSeconds === null ? null : keyFrameSeconds * 1000, to };
  }

  told({ bytes, seconds }: OutputFigures): void {
    Object.assign(this.#file, { bytes, seconds });
  }

  fell(): void {
    // It may have written more than it told of.
    this.#file.bytes = settle(this.#file.path);
    this.#enter("waiting");
  }

  ended(error: StreamError | null): void {
    this.#file.bytes = settle(this.#file.path);
    this.#error = error?.message ?? null;
    this.#enter(error === null ? "ended" : "failed");
    this.#overNow();
  }

  get #file(): File {
    const file = this.#files.at(-1);
    if (file === undefined) throw new Error("A recording has at least one file.");
    return file;
  }

  get #secondsLeft(): number | null {
    const { seconds } = this.#options;
    return seconds === null ? null : seconds - this.#files.reduce((sum, file) => sum + file.seconds, 0);
  }

  #addFile(): File {
    const file: File = { path: reserve(this.#path), startedAt: new Date(), bytes: 0, seconds: 0 };
    this.#files.push(file);
    return file;
  }

  #enter(state: RecordingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("changed", {});
  }

  #infoOf({ path, startedAt, bytes, seconds }: File, isNewest: boolean): RecordingInfo {
    const state = isNewest ? this.#state : "ended";
    return { file: basename(path), path, state, startedAt, bytes, seconds, error: isNewest ? this.#error : null };
  }
}
