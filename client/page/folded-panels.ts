/** Owns which panels and folders of them this person folded, remembered from one visit to the next. */

import type { Folding } from "../panels/panel-folder-view.ts";
import { readPreference, writePreference } from "./preferences.ts";

const PREFERENCE = "panels";
const MAX_KEPT = 100;

export class FoldedPanels implements Folding {
  /** The newest last. */
  readonly #open = new Map<string, boolean>(parse(readPreference(PREFERENCE)));

  isOpen(id: string): boolean | null {
    return this.#open.get(id) ?? null;
  }

  note(id: string, isOpen: boolean): void {
    this.#open.delete(id);
    this.#open.set(id, isOpen);
    writePreference(PREFERENCE, JSON.stringify([...this.#open].slice(-MAX_KEPT)));
  }

  isTight(): boolean {
    return matchMedia("(max-width: 560px), (max-height: 480px)").matches;
  }
}

function parse(text: string | null): [string, boolean][] {
  try {
    const pairs: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(pairs)) return [];
    return pairs.filter((pair) => Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "boolean");
  } catch {
    return [];
  }
}
