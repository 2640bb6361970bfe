/** Owns a folder of a panel in a page, or a whole panel: its head, which folds it, and room for what is in it. */

import type { PanelControl } from "../index.ts";
import { make } from "./make.ts";
import { panelIcon } from "./panel-icon.ts";

/** What of a folder is shown of itself. */
export type ShownFolder = Extract<PanelControl, { readonly kind: "folder" }>;

/** Which panels and folders of them somebody folded. */
export type Folding = {
  /** Whether it is open; null where nobody folded or unfolded it. */
  isOpen(id: string): boolean | null;
  /** Somebody folded or unfolded it. */
  note(id: string, isOpen: boolean): void;
  /** Whether there is so little room that a panel would hide the picture, and so begins as a button. */
  isTight(): boolean;
};

export class PanelFolderView {
  readonly element: HTMLDetailsElement = make("details", "panel");
  /** Where its controls go. */
  readonly content: HTMLElement = make("div", "panel-content");
  readonly #title = make("span", "panel-title");
  #open: boolean;

  constructor(folder: ShownFolder, folding: Folding) {
    const summary = make("summary", "", this.#title, panelIcon("chevron"));
    const isRoot = folder.id.lastIndexOf("/") === 0;
    if (isRoot) summary.prepend(panelIcon("sliders"));
    summary.part.add("panel-title");
    this.element.append(summary, this.content);
    this.element.part.add(isRoot ? "panel" : "folder");
    this.element.dataset["id"] = folder.id;
    this.#open = folder.open;
    this.element.open = folding.isOpen(folder.id) ?? (folder.open && !(isRoot && folding.isTight()));
    // What the hand does is remembered; what the scene does is not.
    summary.addEventListener("click", () => folding.note(folder.id, !this.element.open));
    this.handleFolder(folder);
  }

  /** Shows the folder as it is now. */
  handleFolder({ label, hidden, open }: ShownFolder): this {
    if (this.element.hidden !== hidden) this.element.hidden = hidden;
    if (this.#title.textContent !== label) this.#title.textContent = label;
    if (open !== this.#open) this.element.open = open;
    this.#open = open;
    return this;
  }
}
