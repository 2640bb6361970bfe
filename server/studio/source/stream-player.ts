/**
 * Owns how a movie or a stream is played: when each of its pictures is shown. In the process of the source.
 *
 * UP1 Movies, and streams that come in pieces by HTTP, are shown by the times of their pictures; what comes live is shown as it comes.
 * UP2 A movie begins anew after its last picture, a moment after it. While nobody looks it waits; of a stream nothing is decoded.
 * UP3 A picture that would come late by more than a tenth of a second is shown at once, and the times count from there.
 * UP4 Of pictures that come faster than they can be shown some are not made.
 */

import { now } from "../../../shared/time.ts";
import { wallClock } from "../../platform/clock.ts";
import { oneFileOptions } from "../../platform/movie-formats.ts";
import { streamProtocols } from "../layout-source.ts";
import type { AvInput, AvStream } from "./av-stream.ts";
import type { PictureExit } from "./picture-exit.ts";
import type { ForkedSource } from "./source-protocol.ts";

type Played = Extract<ForkedSource, { readonly kind: "movie" | "stream" | "camera" }>;

const MAX_LATE_MS = 100;
/** How long a movie of one picture shows it before it begins anew. */
const ALONE_MS = 1000;
/** A picture that comes earlier than this share of the time of one is not made: every second one of twice as many, and none for a jitter. */
const EARLIEST = 0.65;
/** A jump of more than this in the times of the pictures is one of the stream's clock. */
const MAX_WAIT_MS = 10_000;
/** How long what sends nothing is waited for, in FFmpeg's microseconds. */
const SILENT_US = "8000000";

export type StreamPlayerOptions = {
  readonly source: Played;
  readonly exit: PictureExit;
  readonly maxFps: number;
  /** A picture came, or none is wanted. */
  readonly alive: () => void;
};

export class StreamPlayer {
  readonly #options: StreamPlayerOptions;
  #watched: boolean;
  #wakeUp: () => void = () => undefined;
  #stream: AvStream | null = null;
  /** The time at which the picture with time 0 is shown; null before the first. */
  #zero: number | null = null;
  /** When a movie that begins anew shows its first picture: once its last one was there as long as the others. */
  #beginsAt: number | null = null;
  #before: { readonly time: number; readonly gapMs: number } | null = null;
  #shownAt = 0;

  constructor(options: StreamPlayerOptions, watched: boolean) {
    this.#options = options;
    this.#watched = watched;
  }

  setWatched(watched: boolean): void {
    this.#watched = watched;
    if (watched) this.#wakeUp();
  }

  /** Puts the newest picture again, as its box has changed. */
  refresh(): void {
    this.#stream?.put(this.#options.exit);
  }

  /** Plays until it is over; movies never are. Rejects with what FFmpeg says. */
  async play(): Promise<void> {
    const { source } = this.#options;
    const { AvStream } = await import("./av-stream.ts");
    do {
      const stream = await AvStream.open(inputOf(source));
      const before = this.#stream;
      this.#stream = stream;
      await before?.close();
      this.#beginsAt = this.#before === null ? null : now() + (this.#before.gapMs || ALONE_MS);
      this.#zero = null;
      let count = 0;
      await stream.play(
        () => source.kind === "movie" || this.#watched,
        async (time) => {
          count += 1;
          await this.#show(stream, time);
        },
      );
      if (count === 0) throw new Error("There is no picture in it.");
    } while (source.kind === "movie");
  }

  async #show(stream: AvStream, time: number): Promise<void> {
    const { source, exit, alive, maxFps } = this.#options;
    if (source.kind === "movie" && !this.#watched) {
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      this.#zero = null;
    }
    if (isPaced(source)) await this.#waitFor(time);
    alive();
    // UP4
    if (now() - this.#shownAt < (1000 * EARLIEST) / maxFps) return;
    this.#shownAt = now();
    stream.put(exit);
  }

  /** UP3 */
  async #waitFor(time: number): Promise<void> {
    const at = now();
    this.#zero ??= (this.#beginsAt ?? at) - time * 1000;
    this.#beginsAt = null;
    const dueAt = this.#zero + time * 1000;
    const gapMs = this.#before === null ? 0 : (time - this.#before.time) * 1000;
    this.#before = { time, gapMs: gapMs > 0 && gapMs < MAX_WAIT_MS ? gapMs : (this.#before?.gapMs ?? 0) };
    const isOff = !Number.isFinite(dueAt) || at - dueAt > MAX_LATE_MS || dueAt - at > MAX_WAIT_MS;
    if (isOff) this.#zero = at - time * 1000;
    else if (dueAt > at + 1) await new Promise<void>((resolve) => wallClock.after(dueAt - at, resolve));
  }
}

/** UP1 */
function isPaced(source: Played): boolean {
  return source.kind === "movie" || (source.kind === "stream" && /^https?:/i.test(source.address));
}

function inputOf(source: Played): AvInput {
  switch (source.kind) {
    case "movie":
      return { address: source.file, options: oneFileOptions("av1") };
    case "camera":
      return { address: source.device, format: "v4l2", options: {} };
    case "stream": {
      const { protocol } = new URL(source.address);
      const options = { protocol_whitelist: streamProtocols[protocol] ?? "", analyzeduration: "1000000" };
      return { address: source.address, options: { ...options, ...silenceOf(protocol) } };
    }
  }
}

/** Each protocol calls it otherwise. */
function silenceOf(protocol: string): Readonly<Record<string, string>> {
  switch (protocol) {
    case "rtsp:":
    case "rtsps:":
      return { timeout: SILENT_US, rtsp_flags: "prefer_tcp" };
    case "udp:":
      return { timeout: SILENT_US };
    case "srt:":
      return { timeout: SILENT_US, connect_timeout: "8000" };
    default:
      return { rw_timeout: SILENT_US };
  }
}
