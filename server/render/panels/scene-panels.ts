/**
 * Owns the panels of one scene: gives every control its id, sets what viewers change, and knows what of it is to be kept.
 * In the render thread.
 *
 * CP1 A control keeps its id for as long as it is there, whatever it is called meanwhile; ids of those that are gone are
 *     free again.
 * CP2 Kept is what viewers set, and was not put back since; of a source that says so, what the scene set as well. What is kept
 *     for a control that is not there yet waits for it.
 * CP3 More than 500 controls, or more than 56 KiB of them, are not told; which is said once.
 */

import {
  idIn,
  MAX_CONTROLS,
  MAX_ID_LENGTH,
  MAX_PANELS_LENGTH,
  type PanelChange,
  type PanelControl,
  type PanelValue,
  type PanelValues,
  readPanelChange,
  readPanelValue,
} from "../../../shared/panels.ts";
import type { PanelSource, SourceControl } from "./panel-source.ts";

/** The longest JSON text of what is kept; a state is at most twice that. */
const MAX_KEPT_LENGTH = 8192;

type Found = { readonly control: PanelControl; readonly source: SourceControl };

export type ScenePanelsOptions = {
  readonly sources: readonly PanelSource[];
  /** A listener of the scene threw when this control was set. */
  readonly onError: (label: string, error: unknown) => void;
  /** A sentence for who made the scene. */
  readonly warn: (sentence: string) => void;
};

export class ScenePanels {
  readonly #options: ScenePanelsOptions;
  readonly #ids = new WeakMap<object, string>();
  readonly #kept = new Map<string, PanelValue>();
  /** The ids whose kept values are not set yet. */
  readonly #waiting = new Set<string>();
  #found: ReadonlyMap<string, Found> = new Map();
  #hasWarned = false;

  constructor(options: ScenePanelsOptions) {
    this.#options = options;
  }

  /** The controls of now, in the order in which they are shown. What waited for one of them is set (CP2). */
  read(): readonly PanelControl[] {
    this.#look();
    if (this.#setWaiting()) this.#look();
    return [...this.#found.values()].map(({ control }) => control);
  }

  /** Sets a control. Returns whether there is one that takes the value. */
  set({ id, value, last }: PanelChange): boolean {
    this.#look();
    const found = this.#found.get(id);
    if (found === undefined || !isTaken(found.control, value)) return false;
    if (found.control.kind !== "button") this.#kept.set(id, value);
    this.#set(found, value, last);
    return true;
  }

  /** Whether there are `values`. */
  get hasValues(): boolean {
    this.#look();
    return this.#kept.size > 0 || [...this.#found.values()].some(({ control }) => "value" in control);
  }

  /** What is to be kept (CP2); null where there is nothing that could be. */
  get values(): PanelValues | null {
    if (!this.hasValues) return null;
    const values: Record<string, PanelValue> = {};
    let length = 0;
    for (const [id, waiting] of this.#kept) {
      const found = this.#found.get(id);
      const value = found === undefined ? waiting : heldBy(found.control);
      length += JSON.stringify([id, value]).length;
      if (length <= MAX_KEPT_LENGTH && value !== found?.source.initial) values[id] = value;
    }
    return values;
  }

  /** Makes the panels as they were when these were kept: what viewers set besides is put back. */
  restore(values: PanelValues): void {
    this.#look();
    for (const id of this.#kept.keys()) {
      const found = this.#found.get(id);
      if (!(id in values) && found !== undefined) this.#set(found, found.source.initial, true);
    }
    this.#kept.clear();
    this.#waiting.clear();
    for (const [id, found] of Object.entries(values).slice(0, MAX_CONTROLS)) {
      const value = keptValue(id, found);
      if (value === undefined) continue;
      this.#kept.set(id, value);
      this.#waiting.add(id);
    }
    this.read();
  }

  #setWaiting(): boolean {
    let isAny = false;
    for (const id of this.#waiting) {
      const found = this.#found.get(id);
      if (found === undefined) continue;
      this.#waiting.delete(id);
      const value = this.#kept.get(id) ?? null;
      // The scene may be another version of itself by now.
      if (!isTaken(found.control, value)) this.#kept.delete(id);
      else if (heldBy(found.control) !== value) {
        this.#set(found, value, true);
        isAny = true;
      }
    }
    return isAny;
  }

  #set({ control, source }: Found, value: PanelValue, last: boolean): void {
    this.#waiting.delete(control.id);
    try {
      source.set(value, last);
    } catch (error) {
      this.#options.onError(control.label, error);
    }
  }

  #look(): void {
    const found = new Map<string, Found>();
    const isWhole = this.#add(panelsOf(this.#options.sources), "", { found, length: 0 });
    if (!isWhole) this.#warnOnce();
    this.#found = found;
    for (const [id, { control, source }] of found) {
      if (source.keepsAll === true && !this.#kept.has(id) && heldBy(control) !== source.initial) {
        this.#kept.set(id, heldBy(control));
      }
    }
  }

  /** Returns false where there are too many (CP3). */
  #add(sources: Iterable<SourceControl>, folder: string, into: { found: Map<string, Found>; length: number }): boolean {
    const siblings = first(MAX_CONTROLS + 1, sources);
    // Those that were there before have their names (CP1).
    const taken = new Set(siblings.flatMap(({ key }) => this.#ids.get(key) ?? []));
    for (const source of siblings) {
      const id = this.#ids.get(source.key) ?? freeId(folder, source.name ?? source.shown.label, taken);
      this.#ids.set(source.key, id);
      taken.add(id);
      const control = { id, ...source.shown } as PanelControl;
      into.length += JSON.stringify(control).length + 1;
      const isTooMuch = into.found.size >= MAX_CONTROLS || into.length > MAX_PANELS_LENGTH;
      if (isTooMuch || id.length > MAX_ID_LENGTH) return false;
      into.found.set(id, { control, source });
      if (!this.#add(source.children, id, into)) return false;
    }
    return true;
  }

  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const rule = `${MAX_CONTROLS} controls, and ${MAX_PANELS_LENGTH / 1024} KiB of them`;
    this.#options.warn(`The panels of the scene are too large: viewers see at most ${rule}. The rest is left out.`);
  }
}

function* panelsOf(sources: readonly PanelSource[]): Iterable<SourceControl> {
  for (const source of sources) yield* source.read();
}

function first<Item>(count: number, items: Iterable<Item>): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.push(item) >= count) break;
  }
  return found;
}

function freeId(folder: string, label: string, taken: ReadonlySet<string>): string {
  const id = idIn(folder, label);
  for (let count = 1; ; count += 1) {
    const numbered = count === 1 ? id : `${id}#${count}`;
    if (!taken.has(numbered)) return numbered;
  }
}

function heldBy(control: PanelControl): PanelValue {
  return "value" in control ? control.value : null;
}

/** Undefined where it can be of no control: a state may come from anybody's link. */
function keptValue(id: string, value: unknown): PanelValue | undefined {
  try {
    return readPanelChange("kept", { id, value, last: true }).value;
  } catch {
    return undefined;
  }
}

function isTaken(control: PanelControl, value: PanelValue): boolean {
  try {
    readPanelValue(control, value);
    return !control.disabled;
  } catch {
    return false;
  }
}
