/** Owns playing by the browser itself, as on iPhones: it shows by its cookie that it may watch. */

import type { Player, PlayerOptions } from "./player.ts";

const TYPE = "application/vnd.apple.mpegurl";
/** How far from the end it begins, in seconds. */
const HOLD_BACK_SECONDS = 2;

export class NativePlayer implements Player {
  readonly #video: HTMLVideoElement;
  readonly #options: PlayerOptions;
  readonly #failed = (): void => void this.#ask();

  static isSupported(video: HTMLVideoElement): boolean {
    return video.canPlayType(TYPE) !== "";
  }

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#video = options.video;
    this.#video.addEventListener("error", this.#failed);
    this.#video.src = options.url;
    void this.#tellTitle();
  }

  get behind(): number | null {
    const end = this.#end;
    return end === null ? null : end - this.#video.currentTime;
  }

  get height(): number | null {
    return this.#video.videoHeight || null;
  }

  toLive(): void {
    const end = this.#end;
    if (end !== null) this.#video.currentTime = end - HOLD_BACK_SECONDS;
  }

  close(): void {
    this.#video.removeEventListener("error", this.#failed);
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  get #end(): number | null {
    const { seekable } = this.#video;
    return seekable.length === 0 ? null : seekable.end(seekable.length - 1);
  }

  /** The browser does not say what the server answered. */
  async #ask(): Promise<void> {
    const response = await fetch(this.#options.url, { cache: "no-store" }).catch(() => null);
    if (response?.ok === true) this.#options.tell({ kind: "refused" });
    else this.#options.tell({ kind: "broken", status: response?.status ?? 0 });
  }

  async #tellTitle(): Promise<void> {
    const response = await fetch(this.#options.url).catch(() => null);
    const text = response?.ok === true ? await response.text().catch(() => "") : "";
    const title = /DATA-ID="com\.apple\.hls\.title",VALUE="([^"]*)"/.exec(text)?.[1];
    if (title !== undefined) this.#options.tell({ kind: "titled", title });
  }
}
