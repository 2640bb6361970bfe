/**
 * Owns the playing of the stream in a video element: by hls.js, which is loaded for it, or by the browser's own player where there are
 * no Media Source Extensions. What breaks off is begun anew, ever more seldom.
 */

import { BackOff } from "../../../shared/back-off.ts";
import { Emitter } from "../../../shared/emitter.ts";
import { HlsJsPlayer } from "./hls-js-player.ts";
import { NativePlayer } from "./native-player.ts";
import type { Player, PlayerNews } from "./player.ts";
import type { WatchState } from "./watch-words.ts";

export type StreamPlayerOptions = {
  readonly video: HTMLVideoElement;
  readonly url: URL;
  /** What goes along with each request. */
  readonly headers: (url: string) => Readonly<Record<string, string>>;
};

export type StreamPlayerEvents = {
  readonly stateChanged: { readonly state: WatchState };
  readonly titleKnown: { readonly title: string };
  /** The server no longer lets us in. */
  readonly lockedOut: Record<never, never>;
};

/** So long a stand still is none. */
const STALL_MS = 700;

export class StreamPlayer extends Emitter<StreamPlayerEvents> {
  readonly #options: StreamPlayerOptions;
  readonly #backOff = new BackOff({ startMs: 1000, maxMs: 10_000 });
  #player: Player | null = null;
  #state: WatchState = { kind: "opening" };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stallTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamPlayerOptions) {
    super();
    this.#options = options;
    const { video } = options;
    video.addEventListener("playing", () => this.#handlePlaying());
    video.addEventListener("waiting", () => this.#handleWaiting());
    // A player that went on without saying so.
    video.addEventListener("timeupdate", () => video.paused || this.#handlePlaying());
  }

  get state(): WatchState {
    return this.#state;
  }

  get behind(): number | null {
    return this.#player?.behind ?? null;
  }

  get height(): number | null {
    return this.#player?.height ?? null;
  }

  /** Begins, or begins anew. */
  async open(): Promise<void> {
    this.close();
    const { video, headers } = this.#options;
    const tell = this.#handle;
    const url = this.#options.url.href;
    const player = await HlsJsPlayer.open({ video, url, headers, tell });
    if (player !== null) this.#player = player;
    else if (!NativePlayer.isSupported(video)) this.#enter({ kind: "failed", reason: "no-player" });
    else if (Object.keys(headers(url)).length > 0) this.#enter({ kind: "failed", reason: "cookies" });
    else this.#player = new NativePlayer({ video, url, tell });
  }

  toLive(): void {
    this.#player?.toLive();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#stallTimer);
    this.#player?.close();
    this.#player = null;
  }

  readonly #handle = (news: PlayerNews): void => {
    if (news.kind === "titled") return this.emit("titleKnown", { title: news.title });
    if (news.kind === "refused") return this.#enter({ kind: "failed", reason: "not-decoded" });
    if (news.status === 401 || news.status === 403) return this.emit("lockedOut", {});
    this.#enter({ kind: "retrying", status: news.status });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.open(), this.#backOff.next());
  };

  #handlePlaying(): void {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
    this.#backOff.reset();
    if (this.#state.kind !== "playing") this.#enter({ kind: "playing" });
  }

  #handleWaiting(): void {
    if (this.#state.kind !== "playing") return;
    this.#stallTimer ??= setTimeout(() => this.#enter({ kind: "waiting" }), STALL_MS);
  }

  #enter(state: WatchState): void {
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}
