/** Owns the panels of the scene that runs on the server, as it tells of them, and what this viewer sets in them. */

import { Emitter } from "../../shared/emitter.ts";
import { PanelBoard } from "../../shared/panel-board.ts";
import {
  folderOf,
  type PanelChange,
  type PanelControl,
  type PanelNews,
  type PanelValue,
  readPanelValue,
  readProgramValue,
} from "../../shared/panels.ts";
import type { PanelFolder, PanelItem, ViewerPanels } from "./viewer-panels.ts";

/** What is dragged is sent so often at most. */
const INTERVAL_MS = 1000 / 30;

export type RemotePanelsEvents = {
  /** `changed` are the controls that are others than before; null where there are other ones. */
  readonly changed: { readonly panels: readonly PanelFolder[]; readonly changed: readonly PanelControl[] | null };
};

/** A drag: when it was sent last, and what is to be sent next. */
type Drag = { readonly timer: ReturnType<typeof setTimeout>; next: PanelChange | null };

export class RemotePanels implements ViewerPanels {
  readonly #emitter = new Emitter<RemotePanelsEvents>();
  readonly #send: (change: PanelChange) => void;
  readonly #board = new PanelBoard();
  readonly #drags = new Map<string, Drag>();
  #all: readonly PanelFolder[] = [];

  constructor(send: (change: PanelChange) => void) {
    this.#send = send;
  }

  on<Name extends keyof RemotePanelsEvents>(
    name: Name,
    listener: (event: RemotePanelsEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  get all(): readonly PanelFolder[] {
    return this.#all;
  }

  find(id: string): PanelControl | null {
    return this.#board.find(id);
  }

  set(id: string, value: PanelValue, last: boolean = true): void {
    const change = { id, value: readPanelValue(this.#required(id), value), last };
    const drag = this.#drags.get(id);
    if (last || drag === undefined) {
      clearTimeout(drag?.timer);
      this.#drags.delete(id);
      this.#send(change);
      if (!last) this.#wait(id);
    } else drag.next = change;
  }

  setAll(values: Readonly<Record<string, boolean | number | string>>): void {
    const all = Object.entries(values);
    const changes = all.map(([id, value]) => [id, readProgramValue(this.#required(id), value)] as const);
    for (const [id, value] of changes) this.set(id, value);
  }

  press(id: string): void {
    if (this.#board.find(id)?.kind !== "button") throw new TypeError(`There is no button ${JSON.stringify(id)}.`);
    this.set(id, null);
  }

  /** There are other panels. */
  handlePanels(news: PanelNews): void {
    if (!this.#board.take(news)) return;
    this.#all = treesOf(this.#board.controls);
    this.#emitter.emit("changed", { panels: this.#all, changed: null });
  }

  /** Controls differ from the last panels. */
  handleChanges(news: PanelNews): void {
    const changed = this.#board.takeChanges(news);
    if (changed.length === 0) return;
    this.#all = treesOf(this.#board.controls);
    this.#emitter.emit("changed", { panels: this.#all, changed });
  }

  close(): void {
    for (const { timer } of this.#drags.values()) clearTimeout(timer);
    this.#drags.clear();
  }

  #required(id: string): PanelControl {
    const control = this.#board.find(id);
    if (control === null) throw new TypeError(`There is no control ${JSON.stringify(id)}.`);
    return control;
  }

  #wait(id: string): void {
    this.#drags.set(id, { timer: setTimeout(() => this.#goOn(id), INTERVAL_MS), next: null });
  }

  #goOn(id: string): void {
    const next = this.#drags.get(id)?.next ?? null;
    this.#drags.delete(id);
    if (next === null) return;
    this.#send(next);
    this.#wait(id);
  }
}

/** The controls in their folders. A folder comes before what is in it. */
function treesOf(controls: readonly PanelControl[]): readonly PanelFolder[] {
  const roots: PanelFolder[] = [];
  const children = new Map<string, PanelItem[]>();
  for (const control of controls) {
    if (control.kind !== "folder") {
      children.get(folderOf(control))?.push(control);
      continue;
    }
    const own: PanelItem[] = [];
    const folder = { ...control, children: own };
    children.set(control.id, own);
    const siblings = children.get(folderOf(control));
    if (siblings === undefined) roots.push(folder);
    else siblings.push(folder);
  }
  return roots;
}
