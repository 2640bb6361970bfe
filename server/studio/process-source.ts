/**
 * Owns a source that has a process of its own, over all lives of that: starts it, and again where it fails. In the render thread of a
 * studio.
 *
 * UR1 A crash, a hang or an end of a source costs its own picture and nothing else: there is a card in its place until it is back.
 * UR2 It is tried again after half a second, and then after ever longer, up to fifteen seconds; one that was well for ten seconds
 *     begins with half a second again.
 * UR3 One that sends nothing is ended: by force, whatever it does.
 */

import type { ChildProcess } from "node:child_process";
import { BackOff } from "../../shared/back-off.ts";
import type { PictureShowing } from "../../shared/picture-cut.ts";
import { now } from "../../shared/time.ts";
import { forkModule } from "../platform/fork-module.ts";
import { siblingUrl } from "../platform/threads.ts";
import { SharedPictures } from "./shared-pictures.ts";
import type { ForkedSource, FromSourceProcess, ToSourceProcess } from "./source/source-protocol.ts";
import type { SourcePicture, ViewSource } from "./view-source.ts";

const RETRY = { startMs: 500, maxMs: 15_000 } as const;
const WELL_MS = 10_000;
/** So long a source that plays may give no picture, and one that stands still has for its first. */
const SILENT_MS = 10_000;
const FIRST_STILL_MS = 45_000;
const LOOK_MS = 500;
const fell = "Its process ended unexpectedly.";
const silent = "Nothing comes from it.";

export type ProcessSourceOptions = {
  readonly source: ForkedSource;
  readonly showing: PictureShowing;
  readonly maxFps: number;
  readonly watched: boolean;
  /** It failed, in words for the log. */
  readonly failed: (reason: string) => void;
};

export class ProcessSource implements ViewSource {
  readonly #options: ProcessSourceOptions;
  readonly #pictures: SharedPictures;
  readonly #backOff = new BackOff(RETRY);
  readonly #looking: NodeJS.Timeout;
  #showing: PictureShowing;
  #watched: boolean;
  #process: ChildProcess | null = null;
  #trouble: string | null = null;
  #hasPicture = false;
  #startedAt = 0;
  /** When there was a sign of life last. */
  #aliveAt = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Throws where there is no memory for its pictures. The caller closes it. */
  constructor(options: ProcessSourceOptions) {
    this.#options = options;
    this.#showing = options.showing;
    this.#watched = options.watched;
    this.#pictures = new SharedPictures(options.showing);
    this.#start();
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    this.#looking.unref();
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** The number of its process; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  take(): SourcePicture | null {
    const picture = this.#pictures.take();
    if (picture !== null && !this.#hasPicture) {
      this.#hasPicture = true;
      this.#trouble = null;
    }
    return picture;
  }

  show(showing: PictureShowing): void {
    this.#showing = showing;
    this.#pictures.fit(showing);
    this.#send({ kind: "show", memory: this.#pictures.init, showing });
  }

  setWatched(watched: boolean): void {
    this.#watched = watched;
    this.#aliveAt = now();
    this.#send({ kind: "watched", watched });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#looking);
    clearTimeout(this.#retryTimer);
    this.#process?.kill("SIGKILL");
    this.#pictures.close();
  }

  #start(): void {
    const { source, maxFps } = this.#options;
    const url = siblingUrl(import.meta.url, "./source/source-process");
    // What FFmpeg and Chromium print may have addresses in it.
    const child = forkModule(url, { env: {}, printed: () => undefined });
    this.#process = child;
    this.#startedAt = now();
    this.#aliveAt = now();
    let reason = fell;
    child.on("message", (message: FromSourceProcess) => {
      this.#aliveAt = now();
      if (message.kind === "failed") reason = message.reason;
    });
    child.once("error", () => this.#handleEnd(child, reason));
    child.once("exit", () => this.#handleEnd(child, this.#isSilent(child) ? silent : reason));
    const [memory, showing, watched] = [this.#pictures.init, this.#showing, this.#watched];
    this.#send({ kind: "start", source, memory, showing, maxFps, watched });
  }

  /** UR1 */
  #handleEnd(child: ChildProcess, reason: string): void {
    if (this.#closed || this.#process !== child) return;
    this.#process = null;
    this.#pictures.retire();
    this.#hasPicture = false;
    if (this.#trouble !== reason) this.#options.failed(reason);
    this.#trouble = reason;
    if (now() - this.#startedAt > WELL_MS) this.#backOff.reset();
    this.#retryTimer = setTimeout(() => this.#start(), this.#backOff.next());
  }

  /** UR3 */
  #look(): void {
    const child = this.#process;
    if (child !== null && this.#isSilent(child)) child.kill("SIGKILL");
  }

  #isSilent(child: ChildProcess): boolean {
    if (this.#process !== child || !this.#watched) return false;
    const { kind } = this.#options.source;
    const isStill = kind === "image" || kind === "page";
    const silentMs = now() - this.#aliveAt;
    return isStill ? !this.#hasPicture && silentMs > FIRST_STILL_MS : silentMs > SILENT_MS;
  }

  #send(message: ToSourceProcess): void {
    // One that is gone is noticed by its end.
    if (this.#process?.connected === true) this.#process.send(message, () => undefined);
  }
}
