/** Owns the state of the scene that a link brought: set once the scene is there and we have control, and taken from the address. */

import { type Json, stateInFragment, type Viewer } from "../index.ts";
import { withoutName } from "./fragment.ts";
import type { Toasts } from "./toasts.ts";

export class OpenedState {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  #state: Json | null = null;

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    viewer.on("stateChanged", () => this.#apply());
    viewer.on("peopleChanged", () => this.#apply());
    window.addEventListener("hashchange", () => this.#read());
    this.#read();
  }

  #read(): void {
    this.#state = stateInFragment(location.hash);
    this.#apply();
  }

  #apply(): void {
    const { people, control, scene, state } = this.#viewer;
    if (this.#state === null || people.me === null || state.kind !== "live") return;
    if (control.isMine) scene.setState(this.#state);
    else this.#toasts.show({ key: "opened-state", text: whyNot(control.holder?.name ?? null) });
    this.#state = null;
    const fragment = withoutName(location.hash, "state");
    history.replaceState(history.state, "", location.pathname + location.search + fragment);
  }
}

function whyNot(holder: string | null): string {
  return holder === null
    ? "This link opens a view that only someone with control can set. Get control and open the link again."
    : `${holder} has control, so the view in this link was not set. Ask for control and open the link again.`;
}
