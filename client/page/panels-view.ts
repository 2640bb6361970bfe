/** Owns the panels of the scene in the page: one below the other, each folds to its head; who has no control sees them live. */

import type { PanelFolder, PanelItem, Viewer } from "../index.ts";
import { find, make } from "./elements.ts";
import { FoldedPanels } from "./folded-panels.ts";
import { PanelFolderView } from "./panel-folder-view.ts";
import { PanelRow } from "./panel-row.ts";
import { arePanelsSeen, whyLocked } from "./panel-words.ts";
import { snapshotOf } from "./people-snapshot.ts";

type View = PanelFolderView | PanelRow;

export class PanelsView {
  readonly #viewer: Viewer;
  readonly #element = find("panels", HTMLElement);
  readonly #why = make("p", "panel-why");
  readonly #folded = new FoldedPanels();
  /** By the ids of their controls. */
  readonly #views = new Map<string, View>();
  #hadPicture = false;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    viewer.on("panelsChanged", () => this.#update());
    viewer.on("peopleChanged", () => this.#lock());
    viewer.on("controlChanged", () => this.#lock());
    viewer.on("stateChanged", () => this.#lock());
  }

  #update(): void {
    const { all } = this.#viewer.panels;
    const seen = new Set<string>();
    this.#place(this.#element, all, seen);
    for (const [id, { element }] of this.#views) {
      if (seen.has(id)) continue;
      element.remove();
      this.#views.delete(id);
    }
    this.#lock();
  }

  /** Puts the views of these controls into `into`, in their order. */
  #place(into: HTMLElement, items: readonly PanelItem[], seen: Set<string>): void {
    for (const [index, item] of items.entries()) {
      seen.add(item.id);
      const view = this.#viewOf(item);
      // Moving an element takes the focus from what is in it.
      if (into.children[index] !== view.element) into.insertBefore(view.element, into.children[index] ?? null);
      if (item.kind === "folder" && view instanceof PanelFolderView) this.#place(view.content, item.children, seen);
    }
  }

  #viewOf(item: PanelItem): View {
    const known = this.#views.get(item.id);
    if (item.kind === "folder") {
      if (known instanceof PanelFolderView) return known.handleFolder(item);
    } else if (known instanceof PanelRow && known.kind === item.kind) {
      known.handleControl(item);
      return known;
    }
    known?.element.remove();
    const view = this.#make(item);
    this.#views.set(item.id, view);
    return view;
  }

  #make(item: PanelItem): View {
    const { panels } = this.#viewer;
    if (item.kind === "folder") return new PanelFolderView(item, this.#folded);
    return new PanelRow(item, (value, last) => panels.set(item.id, value, last));
  }

  /** Says who may use them, and lets nobody else. */
  #lock(): void {
    const { panels, state } = this.#viewer;
    const isSeen = (folder: PanelFolder): boolean => !folder.hidden && folder.children.length > 0;
    this.#hadPicture ||= state.kind === "live";
    this.#element.hidden = !arePanelsSeen(state, this.#hadPicture) || !panels.all.some(isSeen);
    const why = state.kind === "live" ? whyLocked(snapshotOf(this.#viewer)) : "The scene is not here right now";
    for (const view of this.#views.values()) if (view instanceof PanelRow) view.setLocked(why);
    this.#why.textContent = why;
    if (why === null) this.#why.remove();
    else if (this.#why.parentElement !== this.#element) this.#element.append(this.#why);
  }
}
