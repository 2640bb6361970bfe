/**
 * Owns the items of a view: which sources run, and what is drawn of them. In the render thread of a studio.
 *
 * UW1 A source that is the same in another layout goes on; others begin and end alone.
 * UW2 One for which there is no memory, or that cannot be begun, shows its card and costs the others nothing.
 */

import type { Box } from "../../shared/picture-cut.ts";
import type { PictureWish } from "../frames/picture-wish.ts";
import type { Drawing } from "./compositor.ts";
import type { Layout, StudioItem } from "./layout.ts";
import { LostSource } from "./lost-source.ts";
import { ProcessSource } from "./process-source.ts";
import { RoomSource } from "./room-source.ts";
import { ShownItem, showingOf } from "./studio-item.ts";
import { TextView } from "./text-view.ts";
import type { ViewSource } from "./view-source.ts";

export type StudioViewOptions = {
  /** Asks the main process for the pictures of a room. */
  readonly ask: (mirrorId: string, room: string, wish: PictureWish | null) => void;
  /** A source failed, in words for the log. */
  readonly failed: (name: string, reason: string) => void;
};

export class StudioView {
  readonly #options: StudioViewOptions;
  #items: ShownItem[] = [];
  #fps = 0;
  #mirrors = 0;
  #watched = false;

  constructor(options: StudioViewOptions) {
    this.#options = options;
  }

  /** All that is drawn, the lowest first. */
  get drawings(): readonly Drawing[] {
    return this.#items.flatMap(({ drawings }) => drawings);
  }

  /** Has these items from now on. Returns the boxes in which something went or lies in another order. */
  setLayout({ items, fps }: Layout): readonly Box[] {
    const before = this.#items;
    const isOther = fps !== this.#fps;
    this.#fps = fps;
    const kept = new Map(before.map((shown) => [keyOf(shown.item), shown]));
    this.#items = items.map((item) => {
      const shown = isOther ? undefined : kept.get(keyOf(item));
      if (shown === undefined) return this.#begin(item);
      kept.delete(keyOf(item));
      this.#attempt(item, () => shown.change(item));
      return shown;
    });
    const gone = before.filter((shown) => !this.#items.includes(shown));
    const isReordered = this.#items
      .filter((shown) => before.includes(shown))
      .some((shown, at, list) => {
        const next = list[at + 1];
        return next !== undefined && before.indexOf(next) < before.indexOf(shown);
      });
    const reordered = isReordered ? this.#items.flatMap(({ drawings }) => drawings.map(({ seen }) => seen)) : [];
    return [...gone.flatMap((shown) => shown.close()), ...reordered];
  }

  setWatched(watched: boolean): void {
    this.#watched = watched;
    for (const shown of this.#items) shown.setWatched(watched);
  }

  /** Looks at all sources. Returns the boxes in which something looks otherwise. */
  update(at: number): readonly Box[] {
    return this.#items.flatMap((shown) => shown.update(at));
  }

  /** What the main process says of a room. */
  handleMirror(mirrorId: string, trouble: string | null): void {
    for (const { source } of this.#items) {
      if (source instanceof RoomSource && source.mirrorId === mirrorId) source.handleTold(trouble);
    }
  }

  close(): void {
    for (const shown of this.#items) shown.close();
    this.#items = [];
  }

  #begin(item: StudioItem): ShownItem {
    const { failed } = this.#options;
    try {
      return new ShownItem(item, this.#sourceOf(item), this.#watched);
    } catch (error) {
      const reason = "There is no shared memory left for its pictures.";
      failed(item.name, error instanceof Error ? `${reason} ${error.message}` : reason);
      return new ShownItem(item, new LostSource(reason), this.#watched);
    }
  }

  /** UW2 */
  #attempt(item: StudioItem, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.failed(item.name, error instanceof Error ? error.message : String(error));
    }
  }

  #sourceOf(item: StudioItem): ViewSource {
    const { source, name, hidden } = item;
    const shared = { showing: showingOf(item), maxFps: this.#fps, watched: this.#watched && !hidden };
    switch (source.kind) {
      case "text":
      case "clock":
        return new TextView(source, shared.showing);
      case "room": {
        this.#mirrors += 1;
        const mirrorId = String(this.#mirrors);
        return new RoomSource({ ...shared, mirrorId, room: source.room, ask: this.#options.ask });
      }
      default:
        return new ProcessSource({ ...shared, source, failed: (reason) => this.#options.failed(name, reason) });
    }
  }
}

/** UW1 */
function keyOf({ name, source }: StudioItem): string {
  return JSON.stringify([name, source]);
}
