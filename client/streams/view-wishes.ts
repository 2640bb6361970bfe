/** Owns what the server is told of how the viewer sees the picture and what it prefers: at the beginning and at changes. */

import { type ClientMessage, type Preference, preferences, type ViewWish } from "../../shared/signaling.ts";
import { MAX_VIEW_BITRATE_BPS, MIN_VIEW_BITRATE_BPS } from "../../shared/stream-quality.ts";
import type { PictureSize } from "../../shared/video.ts";

export class ViewWishes {
  readonly #send: (message: ClientMessage) => void;
  #wish: ViewWish;
  #isTelling = false;

  constructor(send: (message: ClientMessage) => void, wish: ViewWish) {
    this.#send = send;
    this.#wish = wish;
  }

  get preference(): Preference {
    return this.#wish.preference;
  }

  get maxBitrateBps(): number | null {
    return this.#wish.maxBitrateBps;
  }

  /** The scene is live: who it was told of before is forgotten. */
  begin(): void {
    this.#isTelling = true;
    this.#tell();
  }

  /** The scene is not live any more. */
  end(): void {
    this.#isTelling = false;
  }

  setView({ shown, window }: Required<Pick<ViewWish, "shown" | "window">>): void {
    const { shown: shownBefore, window: windowBefore = null } = this.#wish;
    const isSame =
      isAlike(shown, shownBefore) && isAlike(window, windowBefore) && window?.ratio === windowBefore?.ratio;
    if (!isSame) this.#change({ shown, window });
  }

  /** Throws `TypeError`. */
  setPreference(preference: Preference): void {
    requirePreference("preference", preference);
    if (preference !== this.#wish.preference) this.#change({ preference });
  }

  /** Throws `TypeError`. */
  setMaxBitrate(maxBitrateBps: number | null): void {
    requireMaxBitrate("maxBitrateBps", maxBitrateBps);
    if (maxBitrateBps !== this.#wish.maxBitrateBps) this.#change({ maxBitrateBps });
  }

  #change(change: Partial<ViewWish>): void {
    this.#wish = { ...this.#wish, ...change };
    if (this.#isTelling) this.#tell();
  }

  #tell(): void {
    this.#send({ kind: "view", ...this.#wish });
  }
}

function isAlike(one: PictureSize | null, other: PictureSize | null): boolean {
  return one?.width === other?.width && one?.height === other?.height;
}

/** Throws `TypeError` naming the value and the rule. */
export function requirePreference(name: string, value: unknown): void {
  if (!preferences.some((preference) => preference === value)) {
    throw new TypeError(`${name} must be one of ${preferences.join(", ")}.`);
  }
}

/** Throws `TypeError` naming the value and the rule. */
export function requireMaxBitrate(name: string, value: unknown): void {
  if (value === null) return;
  const isAllowed =
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= MIN_VIEW_BITRATE_BPS &&
    value <= MAX_VIEW_BITRATE_BPS;
  if (!isAllowed) {
    throw new TypeError(
      `${name} must be null or a whole number from ${MIN_VIEW_BITRATE_BPS} to ${MAX_VIEW_BITRATE_BPS}.`,
    );
  }
}
