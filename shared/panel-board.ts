/**
 * Owns the panels of a scene as they were told, at both ends of the way.
 *
 * BO1 Changes are told as all that differs from the last whole of the same revision, so the newest of them is enough:
 *     any before it may be lost.
 */

import type { PanelControl, PanelNews } from "./panels.ts";

export class PanelBoard {
  #revision = 0;
  #whole: readonly PanelControl[] = [];
  #controls: ReadonlyMap<string, PanelControl> = new Map();

  /** The controls of now, in the order in which they are shown. */
  get controls(): readonly PanelControl[] {
    return [...this.#controls.values()];
  }

  /** The same as it is told. */
  get whole(): PanelNews {
    return { revision: this.#revision, controls: this.controls };
  }

  find(id: string): PanelControl | null {
    return this.#controls.get(id) ?? null;
  }

  /** Takes other controls. Returns whether they differ from those before. */
  take({ revision, controls }: PanelNews): boolean {
    const isOther = JSON.stringify(controls) !== JSON.stringify(this.controls);
    this.#revision = revision;
    this.#whole = controls;
    this.#controls = byId(controls);
    return isOther;
  }

  /** Takes what differs from the last whole (BO1). Returns the controls that are others than before. */
  takeChanges({ revision, controls }: PanelNews): readonly PanelControl[] {
    if (revision !== this.#revision) return [];
    const before = this.#controls;
    const changed = byId(controls);
    this.#controls = byId(this.#whole.map((control) => changed.get(control.id) ?? control));
    return this.controls.filter((control) => {
      const was = before.get(control.id);
      // Most are the very same as in the last whole.
      return was !== control && JSON.stringify(was) !== JSON.stringify(control);
    });
  }
}

function byId(controls: readonly PanelControl[]): Map<string, PanelControl> {
  return new Map(controls.map((control) => [control.id, control]));
}
