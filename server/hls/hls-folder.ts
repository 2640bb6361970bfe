/**
 * Owns a room's stream as files in a folder, for servers that know nothing of it: plain HLS, `master.m3u8` and a folder for each size.
 * In the main process.
 *
 * HF1 A file is there whole or not at all, and a playlist names nothing that is not there yet.
 * HF2 Segments that no player can want any more are removed, also those of a server that was here before.
 * HF3 Numbers go on where the ones before ended, behind a discontinuity (LW1).
 * HF4 A folder that cannot be written is tried again with each segment, and what was left out is a discontinuity.
 * HF5 No file of others is removed: only those that are called as ours, and only where a playlist of before stands beside them.
 */

import { Emitter } from "../../shared/emitter.ts";
import { masterPlaylist } from "../encode/mux/hls-playlist.ts";
import { diskWords } from "../platform/disk-words.ts";
import { FolderSize } from "./folder-size.ts";
import type { HlsStream } from "./hls-stream.ts";
import { writeWhole } from "./whole-file.ts";

/** How it does. */
export type HlsFolderState = "waiting" | "sending" | "ended";

export type HlsFolderFigures = {
  readonly state: HlsFolderState;
  readonly bytes: number;
  readonly seconds: number;
  /** Why it is not being written, in a sentence; null while it is. */
  readonly error: string | null;
};

export type HlsFolderEvents = {
  /** It has another state, or another error. */
  readonly changed: Record<never, never>;
};

export class HlsFolder extends Emitter<HlsFolderEvents> {
  readonly #stream: HlsStream;
  readonly #folder: string;
  readonly #sizes: readonly FolderSize[];
  readonly #release: () => void;
  #state: HlsFolderState = "waiting";
  #error: string | null = null;
  #master = "";
  /** Of that playlist: one time after the other. */
  #writing: Promise<void> = Promise.resolve();
  #ending: Promise<void> | null = null;

  constructor(stream: HlsStream, folder: string) {
    super();
    this.#stream = stream;
    this.#folder = folder;
    this.#sizes = stream.renditions.map(({ name, window }) => {
      const size = new FolderSize(`${folder}/${name}`, window);
      size.on("written", () => {
        this.#writing = this.#writing.then(() => this.#writeMaster());
      });
      size.on("failed", ({ error }) => this.#enter("waiting", error.message));
      return size;
    });
    this.#release = stream.hold();
  }

  get figures(): HlsFolderFigures {
    const bytes = this.#sizes.reduce((sum, size) => sum + size.bytes, 0);
    return { state: this.#state, bytes, seconds: this.#sizes[0]?.seconds ?? 0, error: this.#error };
  }

  /** Ends it, and says in the playlists whether it `isOver`. Resolves when all is written. Idempotent. */
  end(isOver: boolean): Promise<void> {
    this.#ending ??= this.#end(isOver);
    return this.#ending;
  }

  async #end(isOver: boolean): Promise<void> {
    this.#release();
    await Promise.all(this.#sizes.map((size) => size.end(isOver)));
    await this.#writing;
    this.#enter("ended", null);
  }

  /** The playlist of all sizes names those of which there is one. */
  async #writeMaster(): Promise<void> {
    const there = this.#sizes.map(({ hasPlaylist }) => hasPlaylist);
    const variants = this.#stream.variants
      .filter(({ uri }) =>
        this.#stream.renditions.some(({ name }, index) => there[index] && uri.startsWith(`${name}/`)),
      )
      // What they take in the mean would change again and again.
      .map(({ averageBps: _, ...variant }) => variant);
    const text = masterPlaylist(variants, { title: this.#stream.title });
    if (variants.length > 0 && text !== this.#master) {
      this.#master = text;
      const path = `${this.#folder}/master.m3u8`;
      try {
        await writeWhole(path, text);
      } catch (error) {
        this.#master = "";
        return this.#enter("waiting", diskWords(path, error).message);
      }
    }
    if (this.#ending === null) this.#enter("sending", null);
  }

  #enter(state: HlsFolderState, error: string | null): void {
    if (this.#state === state && this.#error === error) return;
    this.#state = state;
    this.#error = error;
    this.emit("changed", {});
  }
}
