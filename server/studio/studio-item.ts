/** Owns an item of a view while it is shown: its source, how far it has faded, and what of it is drawn. In the render thread of a studio. */

import { type Box, type PictureShowing, placeIn } from "../../shared/picture-cut.ts";
import type { Pixels } from "./blit.ts";
import type { Drawing } from "./compositor.ts";
import type { StudioItem } from "./layout.ts";
import { drawCard } from "./text-picture.ts";
import type { SourcePicture, ViewSource } from "./view-source.ts";

type Card = { readonly why: string; readonly picture: SourcePicture };
type Shown = { readonly picture: SourcePicture; readonly place: Box; readonly opacity: number };

/** How an item is shown. */
export function showingOf({ width, height, fit, crop }: StudioItem): PictureShowing {
  return { width, height, fit, crop };
}

export class ShownItem {
  readonly source: ViewSource;
  #item: StudioItem;
  #card: Card | null = null;
  /** How far it has come, from 0 to 1, and when that was. */
  #level = 0;
  #levelAt: number | null = null;
  #watched: boolean;
  #shown: Shown | null = null;
  #drawings: readonly Drawing[] = [];
  #isStale = true;

  constructor(item: StudioItem, source: ViewSource, watched: boolean) {
    this.#item = item;
    this.source = source;
    this.#watched = watched;
  }

  get item(): StudioItem {
    return this.#item;
  }

  /** What is drawn of it, the lowest first. */
  get drawings(): readonly Drawing[] {
    return this.#drawings;
  }

  /** It lies otherwise from now on. Throws where there is no memory for that. */
  change(item: StudioItem): void {
    const [before, after] = [showingOf(this.#item), showingOf(item)];
    this.#item = item;
    this.#isStale = true;
    this.#card = null;
    if (JSON.stringify(before) !== JSON.stringify(after)) this.source.show(after);
    this.#tellWatched();
  }

  setWatched(watched: boolean): void {
    this.#watched = watched;
    this.#levelAt = null;
    this.#tellWatched();
  }

  /** Looks at its source. Returns the boxes in which it looks otherwise now. */
  update(at: number): readonly Box[] {
    const shown = this.#look(at);
    const before = this.#shown;
    if (!this.#isStale && isSame(before, shown)) return [];
    const boxes = this.#drawings.map(({ seen }) => seen);
    this.#isStale = false;
    this.#shown = shown;
    this.#drawings = shown === null ? [] : drawingsOf(this.#item, shown);
    return [...boxes, ...this.#drawings.map(({ seen }) => seen)];
  }

  /** Frees it. Returns the boxes in which it was. */
  close(): readonly Box[] {
    this.source.close();
    const boxes = this.#drawings.map(({ seen }) => seen);
    this.#drawings = [];
    return boxes;
  }

  #look(at: number): Shown | null {
    const { opacity, fit } = this.#item;
    const taken = this.source.take(at);
    const { trouble } = this.source;
    const picture = trouble === null ? taken : this.#cardOf(trouble);
    const level = this.#fade(at, picture !== null);
    if (picture === null || level === 0) return null;
    return { picture, place: placeIn(this.#item, picture, fit), opacity: level * opacity };
  }

  #fade(at: number, hasPicture: boolean): number {
    const { hidden, fade } = this.#item;
    const target = hidden || !hasPicture ? 0 : 1;
    const step = fade === 0 || !hasPicture ? 1 : Math.max(0, at - (this.#levelAt ?? at)) / (fade * 1000);
    this.#levelAt = at;
    const before = this.#level;
    this.#level = target > before ? Math.min(target, before + step) : Math.max(target, before - step);
    if (hidden && before > 0 && this.#level === 0) this.#tellWatched();
    return this.#level;
  }

  /** Of what nobody sees nothing is decoded. */
  #tellWatched(): void {
    this.source.setWatched(this.#watched && (!this.#item.hidden || this.#level > 0));
  }

  #cardOf(why: string): SourcePicture {
    if (this.#card?.why === why) return this.#card.picture;
    const card: Pixels = drawCard(this.#item.name, why, this.#item);
    this.#card = { why, picture: { ...card, hasAlpha: false } };
    return this.#card.picture;
  }
}

function isSame(one: Shown | null, other: Shown | null): boolean {
  if (one === null || other === null) return one === other;
  const { x, y, width, height } = one.place;
  const isThere = other.place.x === x && other.place.y === y;
  const isOfSize = other.place.width === width && other.place.height === height;
  return one.picture === other.picture && one.opacity === other.opacity && isThere && isOfSize;
}

function drawingsOf({ border }: StudioItem, { picture, place, opacity }: Shown): Drawing[] {
  const drawn: Drawing = { kind: "picture", place, seen: place, opacity, picture, hasAlpha: picture.hasAlpha };
  if (border === null) return [drawn];
  const { color } = border;
  const thick = Math.min(border.width, Math.floor(place.width / 2), Math.floor(place.height / 2));
  const { x, y, width, height } = place;
  const sides: Box[] = [
    { x, y, width, height: thick },
    { x, y: y + height - thick, width, height: thick },
    { x, y: y + thick, width: thick, height: height - 2 * thick },
    { x: x + width - thick, y: y + thick, width: thick, height: height - 2 * thick },
  ];
  return [drawn, ...sides.map((seen): Drawing => ({ kind: "fill", seen, opacity, color }))];
}
