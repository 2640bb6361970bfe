/**
 * Owns one WebRTC connection to the server, from the offer to its end: the video that comes, the two data channels that
 * input leaves by, and the statistics. It lives once; who wants another connection makes another receiver.
 *
 * A scene that rests sends no video for as long as it rests, so silence is never taken for death.
 */

import { Emitter } from "../../shared/emitter.ts";
import { type Feedback, parseFeedback } from "../../shared/feedback.ts";
import { encodeInput } from "../../shared/input.ts";
import { controlChannelLabel, type IceCandidate, type IceServer, pointerChannelLabel } from "../../shared/signaling.ts";
import type { InputWay } from "../input/input-sender.ts";
import { CandidateExchange } from "./candidate-exchange.ts";
import { FrameWatch } from "./frame-watch.ts";
import { digestStats, packetsReceived, type StatsCounters } from "./receiver-stats.ts";
import type { ReceiverDigest } from "./viewer-stats.ts";

export type ReceiverEvents = {
  /** The offer to send to the server. */
  readonly offerMade: { readonly sdp: string };
  /** One of our own candidates to send to the server. */
  readonly candidateFound: { readonly candidate: IceCandidate };
  /** `lastPlayed` gives the RTP time stamp of the frame that was played last; null where the browser does not tell. */
  readonly streamArrived: { readonly stream: MediaStream; readonly lastPlayed: () => number | null };
  readonly feedbackReceived: { readonly feedback: Feedback };
  /** Once a second while connected. */
  readonly statsMeasured: { readonly digest: ReceiverDigest };
  /** It ended by itself; `close()` says nothing. */
  readonly died: { readonly reason: WebRtcDeath; readonly sentence: string };
};

/** `unanswered`: the server did not even answer the offer; `blocked`: both ends agreed, and nothing got through. */
export type WebRtcDeath = "failed" | "unanswered" | "blocked";

const STATS_INTERVAL_MS = 1000;
const OFFER_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 10_000;

/** ICE calls a connection disconnected on the first missed check and often takes it back. */
const DISCONNECTED_GRACE_MS = 1000;

/** How often the browser is asked whether packets come while frames are missing. */
const LOOK_INTERVAL_MS = 100;

/** More than this unsent means that the network does not keep up; an older move is worth nothing then. */
const MAX_BUFFERED_MOVE_BYTES = 4096;

type Timer = ReturnType<typeof setTimeout>;

export class WebRtcReceiver extends Emitter<ReceiverEvents> {
  readonly #peer: RTCPeerConnection;
  readonly #control: RTCDataChannel;
  readonly #pointer: RTCDataChannel;
  readonly #statsTimer: ReturnType<typeof setInterval>;
  readonly #candidates: CandidateExchange;
  readonly #watch = new FrameWatch();
  readonly #way: InputWay = {
    isReadyForMoves: () => this.#pointer.bufferedAmount < MAX_BUFFERED_MOVE_BYTES,
    sendUnordered: (message) => sendIfOpen(this.#pointer, encodeInput(message)),
    sendOrdered: (message) => sendIfOpen(this.#control, encodeInput(message)),
  };
  #lastLifeMs = Number.NEGATIVE_INFINITY;
  #interruptedSinceMs: number | null = null;
  #isLooking = false;
  /** Whether both ends agreed on a connection, and whether it was made. */
  #progress: "offered" | "agreed" | "connected" = "offered";
  #deadline: Timer | null = null;
  #graceTimer: Timer | null = null;
  #counters: StatsCounters | null = null;
  #closed = false;

  /** Throws what the browser throws where it has WebRTC and will not have it used. */
  constructor(iceServers: readonly IceServer[]) {
    super();
    this.#peer = new RTCPeerConnection({ iceServers: [...iceServers], bundlePolicy: "max-bundle" });
    // Channels that exist before the offer are part of it: no second round of negotiation.
    this.#pointer = this.#openChannel(pointerChannelLabel, { ordered: false, maxRetransmits: 0 });
    this.#control = this.#openChannel(controlChannelLabel, { ordered: true });
    noBuffering(this.#peer.addTransceiver("video", { direction: "recvonly" }).receiver);
    this.#candidates = new CandidateExchange(this.#peer, (candidate) => this.emit("candidateFound", { candidate }));
    this.#listen();
    this.#statsTimer = setInterval(() => void this.#measure(), STATS_INTERVAL_MS);
  }

  /** The way of input; null before both channels are open. */
  get input(): InputWay | null {
    const isOpen = this.#control.readyState === "open" && this.#pointer.readyState === "open";
    return isOpen && !this.#closed ? this.#way : null;
  }

  /** Whether the offer was sent and there was no answer yet. */
  get isUnanswered(): boolean {
    return !this.#closed && this.#peer.signalingState === "have-local-offer";
  }

  /** When anything came last, on the clock of `performance.now()`. */
  get lastLifeMs(): number {
    return Math.max(this.#lastLifeMs, this.#watch.lastReceivedMs);
  }

  /** For how long the browser has called the connection disconnected, in milliseconds; 0 when it does not. */
  get interruptedMs(): number {
    return this.#interruptedSinceMs === null ? 0 : Math.max(1, performance.now() - this.#interruptedSinceMs);
  }

  /** For how long frames that the server sent have not come, in milliseconds; 0 when none are missing. */
  get missingMs(): number {
    return this.#watch.missingMs;
  }

  /** A picture of this connection is on the screen. */
  noteLife(): void {
    this.#lastLifeMs = performance.now();
  }

  /** The viewer looks again: what did not come meanwhile is not missing. */
  forgiveMissing(): void {
    this.#watch.forgive();
  }

  /** The server says how many frames it sent so far. */
  async handleSent(frames: number): Promise<void> {
    await this.#look();
    this.#watch.handleSent(frames, performance.now());
    while (this.#watch.isMissing && !this.#closed) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
      await this.#look();
    }
  }

  /** Makes the offer. Everything else follows from what comes back. */
  async start(): Promise<void> {
    this.#setDeadline("failed", "The browser made no offer.", OFFER_TIMEOUT_MS);
    try {
      // The browser's own description may have candidates by now, and the server would wait for each of their names.
      const offer = await this.#peer.createOffer();
      await this.#peer.setLocalDescription(offer);
      const { sdp } = offer;
      if (this.#closed || sdp === undefined) return;
      this.#setDeadline("unanswered", "The server did not answer.", ANSWER_TIMEOUT_MS);
      this.emit("offerMade", { sdp });
    } catch (error) {
      this.#die("failed", `The browser could not make an offer: ${String(error)}`);
    }
  }

  async handleAnswer(sdp: string): Promise<void> {
    if (this.#closed || this.#peer.signalingState !== "have-local-offer") return;
    try {
      this.#setDeadline("failed", "The connection was not made in time.", CONNECT_TIMEOUT_MS);
      await this.#peer.setRemoteDescription({ type: "answer", sdp });
      if (this.#progress === "offered") this.#progress = "agreed";
      await this.#candidates.handleAnswered();
    } catch (error) {
      this.#die("failed", `The browser refused the answer: ${String(error)}`);
    }
  }

  /** One of the server's candidates, which may overtake the answer. */
  handleCandidate(candidate: IceCandidate): Promise<void> {
    return this.#candidates.handle(candidate);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#clearTimers();
    this.#candidates.close();
    this.#peer.close();
  }

  #openChannel(label: string, init: RTCDataChannelInit): RTCDataChannel {
    const channel = this.#peer.createDataChannel(label, init);
    channel.binaryType = "arraybuffer";
    channel.addEventListener("open", () => this.noteLife());
    channel.addEventListener("message", (event) => this.#handleFeedback(event.data));
    // The server closed it, which it does at once, long before ICE notices.
    channel.addEventListener("close", () => this.#die("failed", "The server closed the connection."));
    return channel;
  }

  #listen(): void {
    this.#peer.addEventListener("track", ({ track, receiver, streams }) => {
      noBuffering(receiver);
      const lastPlayed = () => receiver.getSynchronizationSources?.()[0]?.rtpTimestamp ?? null;
      this.emit("streamArrived", { stream: streams[0] ?? new MediaStream([track]), lastPlayed });
    });
    this.#peer.addEventListener("connectionstatechange", () => this.#handleConnectionState());
  }

  #handleConnectionState(): void {
    this.#graceTimer = clear(this.#graceTimer);
    switch (this.#peer.connectionState) {
      case "connected":
        this.#progress = "connected";
        this.#deadline = clear(this.#deadline);
        this.#interruptedSinceMs = null;
        this.noteLife();
        return;
      case "disconnected":
        this.#interruptedSinceMs ??= performance.now();
        this.#graceTimer = setTimeout(() => this.#die("failed", "The network path was lost."), DISCONNECTED_GRACE_MS);
        return;
      case "failed":
      case "closed":
        this.#die("failed", "The network path was lost.");
        return;
      case "new":
      case "connecting":
        return;
    }
  }

  #handleFeedback(data: unknown): void {
    if (this.#closed) return;
    this.noteLife();
    let feedback: Feedback | null;
    try {
      if (!(data instanceof ArrayBuffer)) throw new TypeError("feedback must be bytes.");
      feedback = parseFeedback(new Uint8Array(data));
    } catch (error) {
      console.warn("Feedback from the server was ignored because it could not be understood.", error);
      return;
    }
    if (feedback !== null) this.emit("feedbackReceived", { feedback });
  }

  /** Looks whether packets came. Pictures alone do not tell: a page that nobody sees shows none. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#closed) return;
    this.#isLooking = true;
    try {
      const packets = packetsReceived(await this.#peer.getStats());
      this.#watch.handleReceived(packets, performance.now());
    } catch (error) {
      console.warn("The browser gave no statistics.", error);
    }
    this.#isLooking = false;
  }

  async #measure(): Promise<void> {
    if (this.#peer.connectionState !== "connected") return;
    try {
      const measured = digestStats(await this.#peer.getStats(), this.#counters);
      if (measured === null || this.#closed) return;
      this.#counters = measured.counters;
      this.emit("statsMeasured", { digest: measured.digest });
    } catch (error) {
      console.warn("The browser gave no statistics.", error);
    }
  }

  #setDeadline(reason: WebRtcDeath, sentence: string, afterMs: number): void {
    clear(this.#deadline);
    this.#deadline = setTimeout(() => this.#die(reason, sentence), afterMs);
  }

  #die(reason: WebRtcDeath, sentence: string): void {
    if (this.#closed) return;
    const isBlocked = reason === "failed" && this.#progress === "agreed";
    this.close();
    this.emit("died", { reason: isBlocked ? "blocked" : reason, sentence });
  }

  #clearTimers(): void {
    this.#deadline = clear(this.#deadline);
    this.#graceTimer = clear(this.#graceTimer);
  }
}

/** Asks for the picture as soon as it is decoded. `playoutDelayHint` is the older name of the same wish. */
function noBuffering(receiver: RTCRtpReceiver): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
  if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = 0;
}

function sendIfOpen(channel: RTCDataChannel, bytes: Uint8Array<ArrayBuffer>): void {
  if (channel.readyState === "open") channel.send(bytes);
}

function clear(timer: Timer | null): null {
  if (timer !== null) clearTimeout(timer);
  return null;
}
