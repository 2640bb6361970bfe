/** Owns the state of the scene that a link brought: set once the scene is there and we have control, and taken from the address. */

import type { Json } from "../../shared/custom-message.ts";
import { stateInFragment, withoutName } from "../scene/state-link.ts";
import type { Viewer } from "../viewer.ts";
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
    const { me, control, state } = this.#viewer;
    if (this.#state === null || me === null || state.kind !== "live") return;
    if (control.isMine) this.#viewer.setSceneState(this.#state);
    else this.#toasts.show({ key: "opened-state", text: whyNot(control.holder?.name ?? null) });
    this.#state = null;
    const fragment = withoutName(location.hash, "state");
    history.replaceState(history.state, "", location.pathname + location.search + fragment);
  }
}

function whyNot(holder: string | null): string {
  return holder === null
    ? "You do not have control, so the view of the link was not set."
    : `${holder} has control, so the view of the link was not set.`;
}
