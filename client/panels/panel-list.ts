/**
 * Owns the panels of a scene in an element of a page: one below the other, each folds to its head; who has no control sees them
 * live.
 */

import type { PanelControl, PanelFolder, PanelItem, Viewer } from "../index.ts";
import { make } from "./make.ts";
import { type Folding, PanelFolderView } from "./panel-folder-view.ts";
import { PanelRow } from "./panel-row.ts";
import { arePanelsSeen, whyLocked } from "./panel-words.ts";

type View = PanelFolderView | PanelRow;

export type PanelListOptions = {
  readonly viewer: Viewer;
  /** Where they are shown; hidden while there is nothing to show. */
  readonly element: HTMLElement;
  readonly folding: Folding;
};

export class PanelList {
  readonly #options: PanelListOptions;
  readonly #why = make("p", "panel-why");
  /** By the ids of their controls. */
  readonly #views = new Map<string, View>();
  readonly #offs: readonly (() => void)[];
  #hadPicture = false;

  /** Shows them until it is closed. */
  constructor(options: PanelListOptions) {
    this.#options = options;
    const { viewer } = options;
    const lock = (): void => this.#lock();
    this.#why.part.add("panel-why");
    this.#offs = [
      viewer.on("panelsChanged", ({ changed }) => this.#handleChange(changed)),
      viewer.on("peopleChanged", lock),
      viewer.on("controlChanged", lock),
      viewer.on("stateChanged", lock),
    ];
    this.#showAll();
  }

  /** Takes them out of the page. */
  close(): void {
    for (const off of this.#offs) off();
    this.#options.element.replaceChildren();
    this.#options.element.hidden = true;
  }

  /** Where there are no others than before, only what changed is shown anew: one that is dragged changes 30 times a second. */
  #handleChange(changed: readonly PanelControl[] | null): void {
    const isSame = changed?.every((control) => this.#show(control)) === true;
    if (isSame) this.#lock();
    else this.#showAll();
  }

  /** Shows a control by the view that it has. Returns false where it has none that can. */
  #show(control: PanelControl): boolean {
    const view = this.#views.get(control.id);
    if (control.kind === "folder") {
      if (!(view instanceof PanelFolderView)) return false;
      view.handleFolder(control);
    } else {
      if (!(view instanceof PanelRow) || view.kind !== control.kind) return false;
      view.handleControl(control);
    }
    return true;
  }

  #showAll(): void {
    const seen = new Set<string>();
    this.#place(this.#options.element, this.#options.viewer.panels.all, seen);
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
    if (known !== undefined && this.#show(item)) return known;
    known?.element.remove();
    const view = this.#make(item);
    this.#views.set(item.id, view);
    return view;
  }

  #make(item: PanelItem): View {
    const { viewer, folding } = this.#options;
    if (item.kind === "folder") return new PanelFolderView(item, folding);
    return new PanelRow(item, (value, last) => viewer.panels.set(item.id, value, last));
  }

  /** Says who may use them, and lets nobody else. */
  #lock(): void {
    const { viewer, element } = this.#options;
    const { panels, state } = viewer;
    const isSeen = (folder: PanelFolder): boolean => !folder.hidden && folder.children.length > 0;
    this.#hadPicture ||= state.kind === "live";
    element.hidden = !arePanelsSeen(state, this.#hadPicture) || !panels.all.some(isSeen);
    const steering = { me: viewer.people.me, control: viewer.control.state };
    const why = state.kind === "live" ? whyLocked(steering) : "The scene is not here right now";
    for (const view of this.#views.values()) if (view instanceof PanelRow) view.setLocked(why);
    if (this.#why.textContent !== (why ?? "")) this.#why.textContent = why;
    if (why === null) this.#why.remove();
    else if (this.#why.parentElement !== element) element.append(this.#why);
  }
}
