/** Owns hls.js, which plays the stream where there are Media Source Extensions; it is loaded for that alone. */

import type Hls from "hls.js/light";
import type { ErrorData } from "hls.js/light";
import type { Player, PlayerOptions } from "./player.ts";

/** It catches up by so much where it has fallen behind, which nobody sees in a picture without sound. */
const CATCH_UP_RATE = 1.15;
const MAX_RECOVERIES = 3;
/** How far from the end of the stream it plays, as its playlist says; how much farther after each stand still. */
const TARGET_SECONDS = 2;
const STALL_SECONDS = 0.25;
/** What is farther behind is left out. */
const MAX_SECONDS = 5;

export type HlsJsPlayerOptions = PlayerOptions & {
  readonly headers: (url: string) => Readonly<Record<string, string>>;
};

export class HlsJsPlayer implements Player {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;

  /** Resolves with null where this browser has nothing that it could play by. */
  static async open({ video, url, headers, tell }: HlsJsPlayerOptions): Promise<HlsJsPlayer | null> {
    const { default: Library, Events } = await import("hls.js/light");
    if (!Library.isSupported()) return null;
    const hls = new Library({
      lowLatencyMode: true,
      // It only takes fragments apart, a few times a second.
      enableWorker: false,
      backBufferLength: 10,
      // Most ways carry the best size; one that does not is known after a part or two.
      abrEwmaDefaultEstimate: 8_000_000,
      maxLiveSyncPlaybackRate: CATCH_UP_RATE,
      liveSyncDuration: TARGET_SECONDS,
      liveMaxLatencyDuration: MAX_SECONDS,
      liveSyncOnStallIncrease: STALL_SECONDS,
      xhrSetup: (xhr, address) => {
        for (const [name, value] of Object.entries(headers(address))) xhr.setRequestHeader(name, value);
      },
    });
    let recoveries = 0;
    hls.on(Events.MANIFEST_PARSED, (_name, { sessionData }) => {
      const title = sessionData?.["com.apple.hls.title"]?.["VALUE"];
      if (title !== undefined) tell({ kind: "titled", title });
    });
    hls.on(Events.ERROR, (_name, error) => {
      if (!error.fatal) return;
      if (error.type !== Library.ErrorTypes.MEDIA_ERROR) return tell({ kind: "broken", status: statusOf(error) });
      recoveries += 1;
      if (recoveries > MAX_RECOVERIES) tell({ kind: "refused" });
      else hls.recoverMediaError();
    });
    hls.loadSource(url);
    hls.attachMedia(video);
    return new HlsJsPlayer(hls, video);
  }

  private constructor(hls: Hls, video: HTMLVideoElement) {
    this.#hls = hls;
    this.#video = video;
  }

  get behind(): number | null {
    return this.#hls.latency > 0 ? this.#hls.latency : null;
  }

  get height(): number | null {
    return this.#hls.levels[this.#hls.currentLevel]?.height ?? null;
  }

  toLive(): void {
    const position = this.#hls.liveSyncPosition;
    if (position !== null) this.#video.currentTime = position;
  }

  close(): void {
    this.#hls.destroy();
  }
}

function statusOf({ response }: ErrorData): number {
  return response?.code ?? 0;
}
