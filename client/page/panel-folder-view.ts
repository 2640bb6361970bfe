/** Owns a folder of a panel in the page, or a whole panel: its head, which folds it, and room for what is in it. */

import type { PanelFolder } from "../index.ts";
import { make, makeIcon } from "./elements.ts";
import type { FoldedPanels } from "./folded-panels.ts";

export class PanelFolderView {
  readonly element: HTMLDetailsElement = make("details", "panel");
  /** Where its controls go. */
  readonly content: HTMLElement = make("div", "panel-content");
  readonly #title = make("span", "panel-title");
  #open: boolean;

  constructor(folder: PanelFolder, folded: FoldedPanels) {
    const summary = make("summary", "", this.#title, makeIcon("chevron"));
    const isRoot = folder.id.lastIndexOf("/") === 0;
    if (isRoot) summary.prepend(makeIcon("sliders"));
    this.element.append(summary, this.content);
    this.element.dataset["id"] = folder.id;
    this.#open = folder.open;
    this.element.open = folded.isOpen(folder.id) ?? (folder.open && !(isRoot && isSmall()));
    // What the hand does is remembered; what the scene does is not.
    summary.addEventListener("click", () => folded.note(folder.id, !this.element.open));
    this.handleFolder(folder);
  }

  /** Shows the folder as it is now. */
  handleFolder({ label, hidden, open }: PanelFolder): this {
    this.element.hidden = hidden;
    if (this.#title.textContent !== label) this.#title.textContent = label;
    if (open !== this.#open) this.element.open = open;
    this.#open = open;
    return this;
  }
}

/** Where a panel would hide the picture it begins as a button. */
function isSmall(): boolean {
  return matchMedia("(max-width: 560px), (max-height: 480px)").matches;
}
