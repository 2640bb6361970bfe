/** Owns the bar of the stream's page: whether it is live, how far behind, pause and full screen. It goes while nobody moves. */

import { find, setText } from "../elements.ts";
import { FullScreen } from "../full-screen.ts";
import type { StreamPlayer } from "./stream-player.ts";
import { behindWords, MAX_LIVE_SECONDS } from "./watch-words.ts";

const SHOWN_MS = 2500;
const LOOK_MS = 500;

export class WatchBar {
  readonly #player: StreamPlayer;
  readonly #video: HTMLVideoElement;
  readonly #controls = find("controls", HTMLElement);
  readonly #play = find("play-button", HTMLButtonElement);
  readonly #live = find("live-button", HTMLButtonElement);
  readonly #fullScreen = new FullScreen();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(player: StreamPlayer, video: HTMLVideoElement) {
    this.#player = player;
    this.#video = video;
    this.#play.addEventListener("click", () => this.#togglePlay());
    this.#live.addEventListener("click", () => this.#goLive());
    video.addEventListener("dblclick", () => this.#fullScreen.toggle());
    for (const name of ["pause", "play"] as const) video.addEventListener(name, () => this.#look());
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"] as const) {
      window.addEventListener(name, () => this.#show());
    }
    setInterval(() => this.#look(), LOOK_MS);
    this.#show();
  }

  #togglePlay(): void {
    if (this.#video.paused) this.#goLive();
    else this.#video.pause();
    // The browser says so a moment later.
    this.#look();
  }

  /** What was missed meanwhile is over. */
  #goLive(): void {
    this.#player.toLive();
    this.#video.play().catch((error: unknown) => console.warn("The browser does not play by itself.", error));
  }

  #look(): void {
    const { paused } = this.#video;
    const { behind, height, state } = this.#player;
    this.#play.ariaPressed = String(paused);
    this.#play.ariaLabel = this.#play.title = paused ? "Play" : "Pause";
    const isLive = !paused && state.kind === "playing" && (behind === null || behind < MAX_LIVE_SECONDS);
    this.#live.toggleAttribute("data-live", isLive);
    setText(find("live-words", HTMLElement), paused ? "Paused" : "Live");
    setText(find("behind", HTMLElement), paused ? "" : behindWords(behind));
    setText(find("height", HTMLElement), height === null ? "" : `${height}p`);
  }

  #show(): void {
    this.#controls.toggleAttribute("data-shown", true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), SHOWN_MS);
  }

  #hide(): void {
    if (this.#video.paused || this.#controls.matches(":hover, :has(:focus-visible)")) return this.#show();
    this.#controls.toggleAttribute("data-shown", false);
  }
}
