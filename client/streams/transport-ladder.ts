/**
 * Owns which ways of video run, which one is shown and which way input takes. Pure: facts and the time in, wishes out.
 *
 * TL1 WebRTC and the fall-back (the WebSocket; Motion JPEG where that cannot be) are tried at once, except that Motion
 *     JPEG waits for WebRTC a little. What has a picture first is shown; WebRTC takes over with its own first picture, and
 *     the fall-back ends once WebRTC has been good for a quarter of a second: both would share the way.
 * TL2 what is shown stays until another has a picture.
 * TL3 at the first sign that WebRTC fails, input leaves by the server link and the fall-back starts; WebRTC is shown again
 *     as soon as anything comes from it. Silence is no sign: a scene at rest sends nothing for minutes.
 * TL4 WebRTC that died is tried again after 5, 10, 20 and then every 30 s, under what is shown; where there is no
 *     fall-back, sooner.
 * TL5 while the viewer looks away nothing begins, falls or climbs: no frames come, and that is as it should be. Motion JPEG
 *     ends, as its bytes would flow on, and begins again at once when the viewer looks again.
 */

import type { Transport, TransportChoice } from "./transport.ts";

/** A WebRTC connection that runs. */
export type WebRtcFacts = {
  /** It ended by itself. */
  readonly hasDied: boolean;
  readonly hasPicture: boolean;
  /** For how long the browser has called it disconnected; 0 when it does not. */
  readonly interruptedMs: number;
  /** For how long frames that the server sent have been missing; 0 when none are. */
  readonly missingMs: number;
  /** How long ago the oldest ordered input left by it that the server has not received; 0 without. */
  readonly inputWaitMs: number;
  readonly canCarryInput: boolean;
  /** When anything came from it last. */
  readonly lastLifeMs: number;
};

/** Another way that runs. */
export type FallbackFacts = { readonly hasPicture: boolean; readonly hasDied: boolean };

export type LadderFacts = {
  readonly nowMs: number;
  /** Whether the viewer looks away. */
  readonly isPaused: boolean;
  /** How we reach the server; null while we do not. Only a WebSocket can carry video and negotiate WebRTC. */
  readonly link: "websocket" | "http" | null;
  readonly canWebRtc: boolean;
  /** Whether the browser decodes frames of the WebSocket; null before that is known. */
  readonly canDecode: boolean | null;
  readonly webrtc: WebRtcFacts | null;
  readonly websocket: FallbackFacts | null;
  readonly mjpeg: FallbackFacts | null;
};

export type LadderWishes = {
  /** Which ways are to run. */
  readonly webrtc: boolean;
  readonly websocket: boolean;
  readonly mjpeg: boolean;
  /** Null before the first picture. */
  readonly shown: Transport | null;
  /** The way of input: WebRTC's channels or the link to the server; null while there is neither. */
  readonly input: "webrtc" | "link" | null;
};

const LATE_INPUT_MS = 350;
const DEAD_INPUT_MS = 700;
const DEAD_MISSING_MS = 300;
const DEAD_INTERRUPTED_MS = 1000;
const MJPEG_PATIENCE_MS = 2000;
const SETTLED_MS = 250;
const PROVEN_MS = 30_000;
/** How long input stays on the link after WebRTC kept it waiting. */
const INPUT_HOLD_MS = 10_000;
const MJPEG_RETRY_MS = 1000;
const RETRIES_MS = [5000, 10_000, 20_000, 30_000] as const;
const HASTY_RETRIES_MS = [100, 200, 400, 800, 1600, 2000] as const;

type WebRtcState = "none" | "trying" | "good" | "suspect" | "dead";

export class TransportLadder {
  readonly #choice: TransportChoice;
  #startedMs: number | null = null;
  #shown: Transport | null = null;
  #deaths = 0;
  #retryAtMs = 0;
  #goodSinceMs: number | null = null;
  #suspicion: { readonly sinceMs: number; readonly isOfInput: boolean } | null = null;
  #inputHeldUntilMs = 0;
  #isSocketBroken = false;
  #mjpegRetryAtMs = 0;
  #fallbackDeaths = 0;

  constructor(choice: TransportChoice) {
    this.#choice = choice;
  }

  /** How often WebRTC died since it was good for long. */
  get deaths(): number {
    return this.#deaths;
  }

  /** How often another way died by itself. */
  get fallbackDeaths(): number {
    return this.#fallbackDeaths;
  }

  /** Another session: everything begins anew, but what is shown stays. */
  restart(): void {
    this.#startedMs = null;
    this.#deaths = 0;
    this.#retryAtMs = 0;
    this.#forgetWebRtc();
    this.#isSocketBroken = false;
    this.#fallbackDeaths = 0;
  }

  /** The network is another: no reason to wait with WebRTC any longer. */
  hurry(): void {
    this.#retryAtMs = 0;
  }

  /** What should be now. To be asked at every change and ten times a second. */
  decide(facts: LadderFacts): LadderWishes {
    if (facts.isPaused) return this.#rest(facts);
    this.#startedMs ??= facts.nowMs;
    if (facts.websocket?.hasDied === true || facts.mjpeg?.hasDied === true) this.#fallbackDeaths += 1;
    if (facts.websocket?.hasDied === true) this.#isSocketBroken = true;
    if (facts.mjpeg?.hasDied === true) this.#mjpegRetryAtMs = facts.nowMs + MJPEG_RETRY_MS;
    const state = this.#judge(facts);
    const fallback = this.#fallback(facts);
    this.#note(state, fallback !== null, facts.nowMs);
    const isSettled = this.#goodSinceMs !== null && facts.nowMs - this.#goodSinceMs >= SETTLED_MS;
    this.#shown = this.#choose(state, facts);
    return {
      webrtc: this.#wantsWebRtc(state, facts),
      websocket: facts.link === null ? facts.websocket !== null : fallback === "websocket" && !isSettled,
      mjpeg: facts.link === null ? facts.mjpeg !== null : fallback === "mjpeg" && this.#wantsMjpeg(state, facts),
      shown: this.#shown,
      input: this.#inputWay(state, facts),
    };
  }

  /** TL5. */
  #rest({ link, webrtc, websocket, mjpeg }: LadderFacts): LadderWishes {
    if (mjpeg !== null) this.#mjpegRetryAtMs = 0;
    const carriesInput = webrtc?.canCarryInput === true && !webrtc.hasDied;
    return {
      webrtc: webrtc !== null,
      websocket: websocket !== null,
      mjpeg: false,
      shown: this.#shown,
      input: link !== null ? "link" : carriesInput ? "webrtc" : null,
    };
  }

  #judge(facts: LadderFacts): WebRtcState {
    const { webrtc, nowMs } = facts;
    if (webrtc === null) return "none";
    const { hasDied, hasPicture, interruptedMs, missingMs, inputWaitMs, lastLifeMs } = webrtc;
    if (hasDied || interruptedMs > DEAD_INTERRUPTED_MS || missingMs >= DEAD_MISSING_MS) return "dead";
    const isInputLate = inputWaitMs > LATE_INPUT_MS;
    if (isInputLate) this.#inputHeldUntilMs = nowMs + INPUT_HOLD_MS;
    // Input that waits while video comes has lost its own way only.
    const isInputLost = isInputLate && nowMs - lastLifeMs > LATE_INPUT_MS;
    if (interruptedMs > 0 || missingMs > 0 || isInputLost) {
      this.#suspicion ??= { sinceMs: nowMs, isOfInput: isInputLost };
    } else if (this.#suspicion !== null && lastLifeMs > this.#suspicion.sinceMs) this.#suspicion = null;
    if (this.#suspicion === null) return hasPicture ? "good" : "trying";
    // The input itself left by the link when it was late, so that it tells nothing any more.
    const { sinceMs, isOfInput } = this.#suspicion;
    return isOfInput && nowMs - sinceMs >= DEAD_INPUT_MS - LATE_INPUT_MS ? "dead" : "suspect";
  }

  #note(state: WebRtcState, hasFallback: boolean, nowMs: number): void {
    if (state === "good") {
      this.#goodSinceMs ??= nowMs;
      if (nowMs - this.#goodSinceMs >= PROVEN_MS) this.#deaths = 0;
      return;
    }
    this.#goodSinceMs = null;
    if (state !== "dead") return;
    const delays = hasFallback ? RETRIES_MS : HASTY_RETRIES_MS;
    this.#retryAtMs = nowMs + (delays[Math.min(this.#deaths, delays.length - 1)] ?? 0);
    this.#deaths += 1;
    this.#forgetWebRtc();
  }

  #forgetWebRtc(): void {
    this.#goodSinceMs = null;
    this.#suspicion = null;
    this.#inputHeldUntilMs = 0;
  }

  #fallback({ link, canDecode }: LadderFacts): "websocket" | "mjpeg" | null {
    if (link === null) return null;
    if (link === "websocket" && this.#allows("websocket") && !this.#isSocketBroken) {
      if (canDecode === true) return "websocket";
      if (canDecode === null) return null;
    }
    return this.#allows("mjpeg") ? "mjpeg" : null;
  }

  #wantsWebRtc(state: WebRtcState, facts: LadderFacts): boolean {
    if (state === "dead") return false;
    if (state !== "none") return true;
    return this.#isWebRtcPossible(facts) && facts.nowMs >= this.#retryAtMs;
  }

  #wantsMjpeg(state: WebRtcState, facts: LadderFacts): boolean {
    if (facts.mjpeg !== null) return !facts.mjpeg.hasDied && this.#isUnsettled(facts.nowMs);
    if (state === "good" || facts.nowMs < this.#mjpegRetryAtMs) return false;
    const isFirstTry = this.#isWebRtcPossible(facts) && this.#deaths === 0 && state !== "suspect";
    return !isFirstTry || facts.nowMs - (this.#startedMs ?? facts.nowMs) >= MJPEG_PATIENCE_MS;
  }

  #isUnsettled(nowMs: number): boolean {
    return this.#goodSinceMs === null || nowMs - this.#goodSinceMs < SETTLED_MS;
  }

  #choose(state: WebRtcState, { websocket, mjpeg }: LadderFacts): Transport | null {
    if (state === "good") return "webrtc";
    if (websocket?.hasPicture === true) return "websocket";
    if (mjpeg?.hasPicture === true) return "mjpeg";
    return this.#shown;
  }

  #inputWay(state: WebRtcState, { link, webrtc, nowMs }: LadderFacts): "webrtc" | "link" | null {
    const canTakeWebRtc = webrtc?.canCarryInput === true && state !== "dead";
    if (link === null) return canTakeWebRtc ? "webrtc" : null;
    return canTakeWebRtc && state === "good" && nowMs >= this.#inputHeldUntilMs ? "webrtc" : "link";
  }

  #isWebRtcPossible({ link, canWebRtc }: LadderFacts): boolean {
    return link === "websocket" && canWebRtc && this.#allows("webrtc");
  }

  #allows(transport: Transport): boolean {
    return this.#choice === "auto" || this.#choice === transport;
  }
}
