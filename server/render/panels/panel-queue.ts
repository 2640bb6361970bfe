/**
 * Owns the changes of controls that wait for the scene, in the render thread: of one that is dragged faster than the scene
 * can follow, the newest value is enough.
 */

import type { PanelChange } from "../../../shared/panels.ts";

export class PanelQueue {
  #waiting: PanelChange[] = [];

  push(change: PanelChange): void {
    const before = this.#waiting.at(-1);
    // Only the last may give way, or one control would overtake another. A press is a press, however often.
    const isOutdated = before?.id === change.id && !before.last && change.value !== null;
    if (isOutdated) this.#waiting.pop();
    this.#waiting.push(change);
  }

  /** Takes all that wait. */
  drain(): readonly PanelChange[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
