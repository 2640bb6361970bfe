/** Owns the button of the bar by which hosts arrange a studio. What they arrange it with is loaded when it is pressed first. */

import type { Viewer } from "../index.ts";
import { find } from "./elements.ts";
import type { ArrangeOverlay } from "./studio/arrange-overlay.ts";
import type { Toasts } from "./toasts.ts";

export class ArrangeButton {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  readonly #button = find("arrange-button", HTMLButtonElement);
  #overlay: ArrangeOverlay | null = null;
  #isLoading = false;

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    this.#button.addEventListener("click", () => void this.#toggle());
    viewer.on("stateChanged", () => this.#update());
    viewer.on("peopleChanged", () => this.#update());
  }

  /** Who cannot arrange has none. */
  #update(): void {
    const { state, role, scene } = this.#viewer;
    const canArrange = scene.isStudio && role === "host" && (state.kind === "live" || this.#overlay !== null);
    this.#button.hidden = !canArrange;
    if (!canArrange || state.kind === "gone" || state.kind === "locked") this.#close();
  }

  async #toggle(): Promise<void> {
    if (this.#overlay !== null) return this.#close();
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { ArrangeOverlay } = await import("./studio/arrange-overlay.ts");
      this.#overlay = new ArrangeOverlay({
        viewer: this.#viewer,
        stage: find("stage", HTMLElement),
        closed: () => this.#close(),
        refused: (text) => this.#toasts.show({ key: "arrange", text }),
      });
      this.#button.ariaPressed = "true";
    } catch (error) {
      console.warn("What arranges the picture was not loaded.", error);
      this.#toasts.show({ key: "arrange", text: "This could not be loaded. Loading the page again may help." });
    }
    this.#isLoading = false;
  }

  #close(): void {
    this.#overlay?.close();
    this.#overlay = null;
    this.#button.ariaPressed = "false";
  }
}
