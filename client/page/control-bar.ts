/** Owns the floating bar: it comes when the pointer moves, a key leads to it or the handle is touched, and goes again. */

import { stateWords, type ViewerScene, type ViewerState, type ViewerStats } from "../index.ts";
import { find } from "./elements.ts";
import { transportWords } from "./statistics-rows.ts";

const HIDE_AFTER_MS = 2500;

export class ControlBar {
  readonly #controls = find("controls", HTMLElement);
  readonly #bar = find("bar", HTMLElement);
  readonly #panels = find("panels", HTMLElement);
  readonly #dot = find("dot", HTMLElement);
  readonly #words = find("connection-words", HTMLElement);
  readonly #transport = find("transport-words", HTMLElement);
  readonly #title = find("scene-title", HTMLElement);
  readonly #start = find("start-link", HTMLAnchorElement);
  #hideTimer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    window.addEventListener("pointermove", (event) => this.#handleMove(event), { passive: true });
    this.#controls.addEventListener("focusin", () => this.show());
    this.#controls.addEventListener("focusout", () => this.show());
    find("handle", HTMLButtonElement).addEventListener("click", () => this.show());
    // In a small window they go with the bar when they are folded.
    this.#panels.addEventListener("click", () => this.show());
    this.show();
  }

  handleState(state: ViewerState, isPaused: boolean): void {
    const live = stateWords(state, 0);
    const words = state.kind === "live" && isPaused ? { tone: "busy", short: "Paused" } : live;
    if (state.kind === "live") document.body.toggleAttribute("data-pictured", true);
    this.#dot.dataset["tone"] = words.tone;
    this.#words.textContent = words.short;
    this.show();
  }

  /** Says by which way the picture comes. */
  handleStats(stats: ViewerStats): void {
    const words = transportWords(stats.transport) ?? "";
    if (this.#transport.textContent !== words) this.#transport.textContent = words;
  }

  /** `startUrl` is where all scenes of the server are shown; null for nowhere. A page around this one has its own way. */
  handleScene({ title, startUrl }: Pick<ViewerScene, "title" | "startUrl">): void {
    this.#title.textContent = title;
    this.#start.hidden = startUrl === null || window.parent !== window;
    if (startUrl !== null) this.#start.href = startUrl;
  }

  /** Shows the bar for a while; as long as it has the pointer or the keyboard. */
  show(): void {
    this.#controls.dataset["shown"] = "";
    if (this.#hideTimer !== null) clearTimeout(this.#hideTimer);
    this.#hideTimer = setTimeout(() => this.#hide(), HIDE_AFTER_MS);
  }

  #hide(): void {
    // A finger leaves `:hover` behind where it touched last.
    const isUnder = [this.#bar, this.#panels].some((element) => element.matches(":hover"));
    const isHovered = isUnder && matchMedia("(hover: hover)").matches;
    // What records can be ended at any time.
    const isKept = document.body.hasAttribute("data-recording") || this.#controls.matches(":has(:focus-visible)");
    if (isHovered || isKept) this.show();
    else delete this.#controls.dataset["shown"];
  }

  #handleMove(event: PointerEvent): void {
    // A hand that turns the scene, or a finger on it, does not ask for buttons.
    if (event.pointerType !== "touch" && event.buttons === 0) this.show();
  }
}
