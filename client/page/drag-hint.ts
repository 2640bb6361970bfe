/**
 * Owns what a first visit is told: that the picture can be dragged. A short hint over it that goes at the first input, once for
 * each browser, and a hand for a cursor. Both for who has control only, of scenes that listen to drags; a scene that has a cursor of
 * its own keeps it.
 */

import type { Viewer } from "../index.ts";
import { find } from "./elements.ts";
import { readPreference, writePreference } from "./preferences.ts";

const PREFERENCE = "hint";
const TAKES_DRAGS = "data-takes-drags";
/** The picture is looked at first. */
const APPEAR_AFTER_MS = 700;

export class DragHint {
  readonly #viewer: Viewer;
  readonly #hint = find("hint", HTMLElement);
  readonly #stage = find("stage", HTMLElement);
  #isTold = readPreference(PREFERENCE) === "told";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    viewer.on("stateChanged", () => this.#update());
    viewer.on("peopleChanged", () => this.#update());
    new MutationObserver(() => this.#update()).observe(viewer.element, { attributeFilter: [TAKES_DRAGS] });
    for (const input of ["pointerdown", "wheel", "keydown"] as const) {
      viewer.element.addEventListener(input, (event) => this.#handleInput(event), { passive: true });
    }
  }

  get #mayDrag(): boolean {
    const { state, control, element } = this.#viewer;
    return state.kind === "live" && control.isMine && element.hasAttribute(TAKES_DRAGS);
  }

  #update(): void {
    const mayDrag = this.#mayDrag;
    this.#stage.toggleAttribute("data-draggable", mayDrag);
    if (this.#isTold || !mayDrag) this.#hide();
    else this.#timer ??= setTimeout(() => this.#show(), APPEAR_AFTER_MS);
  }

  #handleInput(event: Event): void {
    // Whoever only passes through by Tab has not found out yet.
    const isPassing = event instanceof KeyboardEvent && ["Tab", "Shift", "Alt", "Control", "Meta"].includes(event.key);
    if (this.#isTold || isPassing || !this.#mayDrag) return;
    this.#isTold = true;
    writePreference(PREFERENCE, "told");
    this.#hide();
  }

  #show(): void {
    this.#hint.hidden = false;
  }

  #hide(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#hint.hidden = true;
  }
}
