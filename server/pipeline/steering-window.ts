/**
 * Owns which viewer's window the picture fills, and when it changes its size: each change costs a key frame. In the scene's
 * process.
 *
 * SW1 It is the window of who steers. Where several may, it is that of who did last, and before anybody did that of the first of
 *     them who came. Where nobody steers, or who steers does not say, the picture stays as it is.
 * SW2 What a phone's browser does to its window while its bars come and go counts only after two seconds in which it stayed so.
 * SW3 Two changes are a quarter of a second apart at least, whatever viewers say.
 * SW4 Where a size was fixed the picture has that, at once, whatever the windows say.
 * SW5 How many pixels of the picture one of the window has is told at each change, which costs nothing, with no pause.
 */

import type { ViewWindow } from "../../shared/signaling.ts";
import { isSameSize, type PictureSize } from "../../shared/video.ts";
import type { Clock } from "../platform/clock.ts";
import { pictureSizeFor, ratioIn } from "./picture-size.ts";

const PAUSE_MS = 250;
const SLIDE_MS = 2000;
/** The bars of phones' browsers are up to so high, in CSS pixels. */
const MAX_SLIDE = 100;
/** A change of more than this part of the height is something else. */
const MAX_SLIDE_SHARE = 0.15;

/** A viewer and its window; null where it is not known. */
export type ViewerWindow = { readonly viewerId: string; readonly window: ViewWindow | null };

export type SteeringWindowOptions = {
  readonly clock: Clock;
  /** The most pixels of a picture for a window. */
  readonly maxPixels: number;
  /** Of the picture, to begin with. */
  readonly size: PictureSize;
  /** Whether it stays so until `fix(null)`. */
  readonly isFixed: boolean;
  /** The viewers there are, in the order in which they came. */
  readonly windows: () => readonly ViewerWindow[];
  /** `ratio` is how many pixels of it one of the window has. */
  readonly changed: (size: PictureSize, ratio: number) => void;
  /** The same where the size stays as it was (SW5). */
  readonly ratioChanged?: (ratio: number) => void;
};

export class SteeringWindow {
  readonly #options: SteeringWindowOptions;
  #controllers: ReadonlySet<string> = new Set();
  #steered: string | null = null;
  #size: PictureSize;
  #isFixed: boolean;
  #maxPixels: number;
  #ratio = 1;
  /** What the picture fills. */
  #filled: ViewerWindow | null = null;
  #changedAt = Number.NEGATIVE_INFINITY;
  #awaited: { readonly size: PictureSize; readonly since: number } | null = null;
  #cancel: () => void = () => undefined;

  constructor(options: SteeringWindowOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#isFixed = options.isFixed;
    this.#maxPixels = options.maxPixels;
  }

  /** Pictures for windows have at most so many pixels from now on. */
  setMaxPixels(maxPixels: number): void {
    this.#maxPixels = maxPixels;
    this.update();
  }

  /** SW4; null follows windows again. */
  fix(size: PictureSize | null): void {
    this.#isFixed = size !== null;
    if (size !== null && !isSameSize(size, this.#size)) this.#change(size, null);
    this.update();
  }

  /** These viewers steer from now on, and no others. */
  setControllers(viewerIds: readonly string[]): void {
    this.#controllers = new Set(viewerIds);
    this.update();
  }

  /** A viewer has steered: let go of what it pressed, turned a wheel, or pressed a key. */
  noteSteered(viewerId: string): void {
    if (this.#steered === viewerId) return;
    this.#steered = viewerId;
    this.update();
  }

  /** Looks at the windows of now. */
  update(): void {
    this.#cancel();
    const { clock } = this.#options;
    const filled = this.#isFixed ? null : this.#whose();
    const size = filled === null ? this.#size : pictureSizeFor(filled.window, this.#maxPixels);
    if (filled === null || isSameSize(size, this.#size)) {
      this.#awaited = null;
      this.#filled = filled ?? this.#filled;
      return this.#noteRatio(filled === null ? this.#ratio : ratioIn(filled.window, size));
    }
    const at = clock.now();
    const isAwaited = this.#awaited !== null && isSameSize(this.#awaited.size, size);
    const since = isAwaited ? (this.#awaited?.since ?? at) : at;
    const dueAt = Math.max(since + (isSlide(this.#filled, filled) ? SLIDE_MS : 0), this.#changedAt + PAUSE_MS);
    this.#awaited = { size, since };
    if (at < dueAt) this.#cancel = clock.after(dueAt - at, () => this.update());
    else this.#change(size, filled);
  }

  close(): void {
    this.#cancel();
  }

  #change(size: PictureSize, filled: ViewerWindow | null): void {
    this.#awaited = null;
    this.#size = size;
    this.#filled = filled;
    this.#changedAt = this.#options.clock.now();
    this.#ratio = filled?.window == null ? 1 : ratioIn(filled.window, size);
    this.#options.changed(size, this.#ratio);
  }

  /** SW5 */
  #noteRatio(ratio: number): void {
    if (ratio === this.#ratio) return;
    this.#ratio = ratio;
    this.#options.ratioChanged?.(ratio);
  }

  /** SW1 */
  #whose(): (ViewerWindow & { readonly window: ViewWindow }) | null {
    const steering = this.#options.windows().filter(({ viewerId }) => this.#controllers.has(viewerId));
    const last = steering.filter(({ viewerId }) => viewerId === this.#steered);
    const whose = (last.length > 0 ? last : steering).find(({ window }) => window !== null);
    return whose?.window == null ? null : { viewerId: whose.viewerId, window: whose.window };
  }
}

/** SW2 */
function isSlide(before: ViewerWindow | null, after: ViewerWindow): boolean {
  const [from, to] = [before?.window, after.window];
  if (before?.viewerId !== after.viewerId || from == null || to === null) return false;
  const moved = Math.abs(from.height - to.height);
  const isOfBars = moved > 0 && moved <= MAX_SLIDE && moved <= MAX_SLIDE_SHARE * Math.max(from.height, to.height);
  return from.width === to.width && from.ratio === to.ratio && isOfBars;
}
