/**
 * Owns a source that is a room of this server: asks the main process for its pictures, which the room's process then writes into memory of
 * ours. In the render thread of a studio.
 *
 * UV1 Nothing is asked for while nobody looks, so that the room can rest.
 */

import { BackOff } from "../../shared/back-off.ts";
import type { PictureShowing } from "../../shared/picture-cut.ts";
import type { PictureWish } from "../frames/picture-wish.ts";
import { SharedPictures } from "./shared-pictures.ts";
import type { SourcePicture, ViewSource } from "./view-source.ts";

const RETRY = { startMs: 500, maxMs: 10_000 } as const;

export type RoomSourceOptions = {
  readonly mirrorId: string;
  readonly room: string;
  readonly showing: PictureShowing;
  readonly maxFps: number;
  readonly watched: boolean;
  /** Asks for the pictures of a room, or for the same otherwise; null: none are wanted any more. */
  readonly ask: (mirrorId: string, room: string, wish: PictureWish | null) => void;
};

export class RoomSource implements ViewSource {
  readonly mirrorId: string;
  readonly #options: RoomSourceOptions;
  readonly #pictures: SharedPictures;
  readonly #backOff = new BackOff(RETRY);
  #showing: PictureShowing;
  #watched: boolean;
  #trouble: string | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Throws where there is no memory for its pictures. The caller closes it. */
  constructor(options: RoomSourceOptions) {
    this.mirrorId = options.mirrorId;
    this.#options = options;
    this.#showing = options.showing;
    this.#watched = options.watched;
    this.#pictures = new SharedPictures(options.showing);
    if (this.#watched) this.#ask();
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  take(): SourcePicture | null {
    return this.#trouble === null ? this.#pictures.take() : null;
  }

  show(showing: PictureShowing): void {
    this.#showing = showing;
    this.#pictures.fit(showing);
    if (this.#watched) this.#ask();
  }

  setWatched(watched: boolean): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    if (watched) this.#ask();
    else this.#askNoMore();
  }

  /** Why the room gives no pictures; null: it gives some, or is about to. */
  handleTold(trouble: string | null): void {
    if (this.#closed) return;
    clearTimeout(this.#retryTimer);
    this.#trouble = trouble;
    if (trouble === null) return this.#backOff.reset();
    this.#pictures.retire();
    this.#retryTimer = setTimeout(() => {
      if (this.#watched) this.#ask();
    }, this.#backOff.next());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#askNoMore();
    this.#pictures.close();
  }

  #ask(): void {
    const { room, maxFps, ask } = this.#options;
    ask(this.mirrorId, room, { memory: this.#pictures.init, showing: this.#showing, maxFps });
  }

  /** UV1 */
  #askNoMore(): void {
    clearTimeout(this.#retryTimer);
    this.#options.ask(this.mirrorId, this.#options.room, null);
  }
}
