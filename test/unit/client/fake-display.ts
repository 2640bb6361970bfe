/** Owns a display for the checks of a viewer, which has no pictures. */

import type { DisplayOptions } from "../../../client/display.ts";
import type { PointerWish } from "../../../shared/cursor.ts";
import { Emitter } from "../../../shared/emitter.ts";

/** Shows a picture from `start` to `stop`, and notes what it is told. */
export class FakeDisplay extends Emitter<{ shownChanged: object; qualityChanged: object; pointersMoved: never }> {
  readonly told: string[] = [];
  readonly options: DisplayOptions;
  readonly preference = "auto";
  readonly maxBitrateBps = null;
  readonly quality = null;
  readonly trouble = null;
  isShown = false;
  isOtherStreamLeft = false;
  cursor = "";

  constructor(options: DisplayOptions) {
    super();
    this.options = options;
  }

  start(session: { readonly viewerId: string }): void {
    this.told.push(`start ${session.viewerId}`);
    this.#setShown(true);
  }

  stop(): void {
    this.told.push("stop");
    this.#setShown(false);
  }

  stats(): object {
    return {};
  }

  setCursor({ cursor = "default", takesDrags = false }: Partial<PointerWish>): void {
    this.cursor = takesDrags ? `${cursor}, dragged` : cursor;
  }

  setPaused(isPaused: boolean): void {
    this.told.push(isPaused ? "paused" : "resumed");
  }

  handleSize({ width, height }: { readonly width: number; readonly height: number }): void {
    this.told.push(`size ${width}x${height}`);
  }

  handlePeople(): void {
    this.told.push("people");
  }

  handleMessage({ kind }: { readonly kind: string }): void {
    this.told.push(kind);
  }

  handleRefusal(): boolean {
    return this.isOtherStreamLeft;
  }

  close(): void {
    this.told.push("close");
  }

  #setShown(isShown: boolean): void {
    if (this.isShown === isShown) return;
    this.isShown = isShown;
    this.emit("shownChanged", {});
  }
}
