/**
 * Owns what is known of the ways on which pictures may come, of this browser and of the streams that run: for the ladder, which
 * chooses among them, and for people who ask why.
 */

import type { StreamCodec } from "../../shared/video.ts";
import type { InputSender } from "../input/input-sender.ts";
import type { ServerLink } from "../link/server-link.ts";
import { supportedCodecs } from "../picture/codec-support.ts";
import type { FallbackFacts } from "./fallback-reason.ts";
import type { Streams } from "./streams.ts";
import type { Transport, TransportChoice } from "./transport.ts";
import type { LadderFacts, LadderWishes, TransportLadder } from "./transport-ladder.ts";

export type WayFactsOptions = {
  readonly choice: TransportChoice;
  readonly link: Pick<ServerLink, "kind">;
  readonly sender: Pick<InputSender, "waitMs">;
  readonly streams: Pick<Streams, "isWebRtcBlocked" | "webRtcFacts" | "fallbackFacts">;
  readonly ladder: Pick<TransportLadder, "deaths" | "fallbackDeaths">;
};

export class WayFacts {
  readonly #options: WayFactsOptions;
  /** Null before the browser said so. */
  #codecs: readonly StreamCodec[] | null = null;
  #hadWebRtc = false;

  constructor(options: WayFactsOptions) {
    this.#options = options;
  }

  /** What this browser decodes of what comes by the WebSocket; nothing before that is known. */
  get codecs(): readonly StreamCodec[] {
    return this.#codecs ?? [];
  }

  /** Asks the browser what it decodes, where that will be needed. */
  async findCodecs(): Promise<readonly StreamCodec[]> {
    const { choice } = this.#options;
    this.#codecs = choice === "auto" || choice === "websocket" ? await supportedCodecs() : [];
    return this.#codecs;
  }

  /** The pictures of this way are on the screen. */
  noteShown(transport: Transport): void {
    if (transport === "webrtc") this.#hadWebRtc = true;
  }

  /** `input` is the way that it takes now. */
  forLadder(input: LadderWishes["input"], isPaused: boolean): LadderFacts {
    const { link, sender, streams } = this.#options;
    return {
      nowMs: performance.now(),
      isPaused,
      link: link.kind,
      canWebRtc: canWebRtc(),
      canDecode: this.#codecs === null ? null : this.#codecs.length > 0,
      webrtc: streams.webRtcFacts(input === "webrtc" ? sender.waitMs : 0),
      websocket: streams.fallbackFacts("websocket"),
      mjpeg: streams.fallbackFacts("mjpeg"),
    };
  }

  forPeople(shown: Transport | null): FallbackFacts {
    const { choice, link, streams, ladder } = this.#options;
    return {
      choice,
      shown,
      link: link.kind,
      canWebRtc: canWebRtc(),
      canDecode: this.#codecs?.length !== 0,
      isSecure: isSecureContext,
      deaths: ladder.deaths,
      fallbackDeaths: ladder.fallbackDeaths,
      hadWebRtc: this.#hadWebRtc,
      isWebRtcBlocked: streams.isWebRtcBlocked,
    };
  }
}

function canWebRtc(): boolean {
  return typeof RTCPeerConnection === "function";
}
