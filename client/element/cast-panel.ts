/**
 * Owns the panels of the scene inside a `<scene-cast>` with `controls-panel`. Loaded when one of them has it, so that the others
 * cost nothing for it.
 */

import type { Viewer } from "../index.ts";
import { PanelList } from "../panels/panel-list.ts";
import { panelStyle } from "../panels/panel-style.ts";

/** Narrower or lower than this the panel begins as a button. */
const TIGHT = { width: 560, height: 320 };

const text = `
.scene-panels {
  color-scheme: dark light;
  --ground: #17191e;
  --text: #eef0f3;
  --line: rgb(255 255 255 / 10%);
  --hover: rgb(255 255 255 / 10%);
  --accent: #4fd8a6;
  --ring: #8ab4ff;
  position: absolute;
  top: 10px;
  right: 10px;
  box-sizing: border-box;
  width: min(292px, calc(100% - 20px));
  max-width: calc(100% - 20px);
  max-height: calc(100% - 20px);
  border: 1px solid var(--line);
  box-shadow: 0 4px 20px rgb(0 0 0 / 30%);
}
@media (prefers-color-scheme: light) {
  .scene-panels {
    --ground: #f5f6f8;
    --text: #1a1d23;
    --line: rgb(0 0 0 / 9%);
    --hover: rgb(0 0 0 / 7%);
    --accent: #08684a;
    --ring: #2563eb;
  }
}
.scene-panels * {
  box-sizing: border-box;
}
.scene-panels :focus-visible {
  outline: 2px solid var(--ring);
  outline-offset: 2px;
}
.scene-panels p {
  margin: 0;
}
`;

export type CastPanelOptions = {
  readonly viewer: Viewer;
  /** The element, and the shadow root in it. */
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  /** Adds a style sheet; passed in, so that this file shares none with what loads it. */
  readonly style: (root: ShadowRoot, text: string) => void;
};

export class CastPanel {
  readonly element: HTMLElement = document.createElement("div");
  readonly #list: PanelList;
  /** By ids; forgotten with the element. */
  readonly #open = new Map<string, boolean>();

  /** Shows the panels until it is closed. */
  constructor({ viewer, host, root, style }: CastPanelOptions) {
    style(root, panelStyle);
    style(root, text);
    this.element.className = "scene-panels";
    this.element.part.add("panels");
    this.element.role = "group";
    this.element.ariaLabel = "Panel of the scene";
    // Under the card that says what the viewer is doing.
    root.insertBefore(this.element, root.lastChild);
    const folding = {
      isOpen: (id: string) => this.#open.get(id) ?? null,
      note: (id: string, isOpen: boolean) => void this.#open.set(id, isOpen),
      isTight: () => host.clientWidth < TIGHT.width || host.clientHeight < TIGHT.height,
    };
    this.#list = new PanelList({ viewer, element: this.element, folding });
  }

  close(): void {
    this.#list.close();
    this.element.remove();
  }
}
