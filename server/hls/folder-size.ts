/** Owns one size of a stream in a folder (hls-folder.ts): its segments, one after the other, and its playlist. In the main process. */

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import { type HlsSegment, mediaPlaylist } from "../encode/mux/hls-playlist.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolder } from "../platform/made-folder.ts";
import { type HlsWindow, ratesOf, segmentName, TARGET_SECONDS, type WindowSegment } from "./hls-window.ts";
import { writeWhole } from "./whole-file.ts";

const LISTED = 10;
/** After a playlist no longer names a segment, players have as long to fetch it. */
const KEPT: number = LISTED + 5;
/** A disk that is further behind is too slow. */
const MAX_WAITING = 10;
/** As they are called since LW1: the number of two seconds since the epoch has nine digits. */
const ours = /^(?:\d{9,15}\.m4s|init\d{9,15}\.mp4)$/;
const draft = /^\.(?:\d{9,15}\.m4s|init\d{9,15}\.mp4|live\.m3u8)\.[0-9a-f]{8}$/;

export type FolderSizeEvents = {
  /** A segment is there, and the playlist names it. */
  readonly written: Record<never, never>;
  readonly failed: { readonly error: StreamError };
};

type Written = HlsSegment & { readonly sequence: number; readonly file: string };

export class FolderSize extends Emitter<FolderSizeEvents> {
  readonly #folder: string;
  readonly #off: () => void;
  readonly #waiting: WindowSegment[] = [];
  #work: Promise<void> | null = null;
  #written: Written[] = [];
  /** Before the first segment that the playlist names. */
  #discontinuities = 0;
  /** Whether something is missing before the next segment. */
  #isBroken = false;
  #isOpen = false;
  #bytes = 0;
  #ms = 0;

  constructor(folder: string, window: HlsWindow) {
    super();
    this.#folder = folder;
    this.#off = window.on("ended", ({ segment }) => this.#take(segment));
  }

  get hasPlaylist(): boolean {
    return this.#written.length > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get seconds(): number {
    return this.#ms / 1000;
  }

  /** Takes nothing more; `isOver`: nothing will follow. */
  async end(isOver: boolean): Promise<void> {
    this.#off();
    await this.#work;
    if (isOver && this.hasPlaylist) await this.#writePlaylist(true).catch((error: unknown) => this.#fail(error));
  }

  #take(segment: WindowSegment): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#waiting.length = 0;
      this.#isBroken = true;
    }
    this.#waiting.push(segment);
    this.#work ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#write(next);
        this.emit("written", {});
      } catch (error) {
        this.#isBroken = true;
        this.#fail(error);
      }
    }
    this.#work = null;
  }

  async #write(segment: WindowSegment): Promise<void> {
    const { init, sequence, parts, at } = segment;
    if (!this.#isOpen) await this.#open();
    if (this.#written.at(-1)?.mapUri !== init.name) await writeWhole(join(this.#folder, init.name), init.bytes);
    const file = segmentName(sequence);
    await writeWhole(
      join(this.#folder, file),
      parts.map(({ bytes }) => bytes),
    );
    const { bits, ms } = ratesOf(segment);
    const isDiscontinuity = segment.isDiscontinuity || this.#isBroken;
    this.#isBroken = false;
    this.#written.push({
      ...{ uri: file, file, sequence, seconds: ms / 1000, at },
      ...{ mapUri: init.name, isDiscontinuity, parts: [] },
    });
    this.#bytes += bits / 8;
    this.#ms += ms;
    await this.#writePlaylist(false);
    await this.#removeOld();
  }

  /** HF2, HF3, HF5: what a server left here that is no more. */
  async #open(): Promise<void> {
    await makeFolder(this.#folder);
    const before = await readFile(join(this.#folder, "live.m3u8"), "utf8").catch(() => null);
    if (before !== null) {
      const counted = Number(/#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/.exec(before)?.[1] ?? 0);
      this.#discontinuities = counted + [...before.matchAll(/^#EXT-X-DISCONTINUITY$/gm)].length;
      this.#isBroken = true;
    }
    const isOurs = /^#EXT-X-MAP:URI="init\d{9,15}\.mp4"/m.test(before ?? "");
    for (const { name } of (await readdir(this.#folder, { withFileTypes: true })).filter((entry) => entry.isFile())) {
      if (draft.test(name) || (isOurs && ours.test(name))) await rm(join(this.#folder, name), { force: true });
    }
    this.#isOpen = true;
  }

  async #writePlaylist(isEnded: boolean): Promise<void> {
    const listed = this.#written.slice(-LISTED);
    const passed = this.#written.slice(0, -LISTED).filter(({ isDiscontinuity }) => isDiscontinuity).length;
    const text = mediaPlaylist({
      targetSeconds: TARGET_SECONDS,
      mediaSequence: listed[0]?.sequence ?? 0,
      discontinuitySequence: this.#discontinuities + passed,
      segments: listed,
      isEnded,
    });
    await writeWhole(join(this.#folder, "live.m3u8"), text);
  }

  async #removeOld(): Promise<void> {
    const old = this.#written.splice(0, this.#written.length - KEPT);
    this.#discontinuities += old.filter(({ isDiscontinuity }) => isDiscontinuity).length;
    const maps = new Set(this.#written.map(({ mapUri }) => mapUri));
    const files = old.flatMap(({ file, mapUri }) => (maps.has(mapUri) ? [file] : [file, mapUri]));
    for (const file of new Set(files)) await rm(join(this.#folder, file), { force: true });
  }

  #fail(error: unknown): void {
    this.emit("failed", { error: diskWords(this.#folder, error) });
  }
}
