/**
 * Owns what is sent on to one server by WHIP (RFC 9725), in the scene's process: it is called, and again and again where that fails,
 * until it is ended. While it is connected it is a sink (outputs/sink.ts) whose packets go out as to a viewer.
 *
 * WO1 Each session that was begun is deleted: when the output ends, and before the next is begun.
 * WO2 A server that cannot be reached or is too busy is tried as others are (retry-pauses.ts), and not before it says; one that
 *     refuses us, as a wrong token is, after half a minute, then ever more seldom.
 * WO3 While it is not connected nothing is drawn or encoded for it.
 * WO4 Where no direct way was found to a server that names TURN servers, the next call goes by them too.
 */

import type { StreamError } from "../../../../shared/errors.ts";
import type { IceServer } from "../../../../shared/signaling.ts";
import { type Milliseconds, now } from "../../../../shared/time.ts";
import type { VideoCodec } from "../../../../shared/video.ts";
import type { OutputFigures } from "../../../encode/mux/mux-protocol.ts";
import { RetryPauses } from "../../../platform/retry-pauses.ts";
import { shownWhipAddress, type WhipAddress } from "../../../platform/whip-address.ts";
import type { OutgoingFrame } from "../../../transport/transport.ts";
import type { WebRtcCaller } from "../../../transport/webrtc-caller.ts";
import type { Sink, SinkHandle } from "../sink.ts";
import { WhipRefusal } from "./whip-answer.ts";
import { deleteSession, postOffer, type WhipPlace, type WhipSpeech } from "./whip-session.ts";

/** A server asks for key frames where it needs them; these are for what records or repackages there without asking. */
const KEY_FRAME_GAP_MS = 10_000;
/**
 * While the scene rests: servers take a sender that sends nothing for gone. And a key frame that is asked for after two silent seconds
 * is taken for a browser's, which needs none (rtp-video-sender.ts), when it is for somebody who begins to watch there.
 */
const REST_GAP_MS = 500;
/** One that was sent to for so long works. */
const WORKS_AFTER_MS = 3000;

export type Call = Pick<
  WebRtcCaller,
  "on" | "offer" | "accept" | "send" | "estimate" | "setMaxBitrate" | "takeCounts" | "close"
>;

export type WhipOutputOptions = {
  readonly sinks: { add(sink: Sink): SinkHandle };
  /** Makes a connection to call with. */
  readonly call: (peer: { readonly isHere: boolean; readonly servers: readonly IceServer[] }) => Call;
  /** How HTTP is spoken. Default: over the net. */
  readonly speech?: WhipSpeech;
};

type WhipOutputEvents = {
  /** It is connected, or is not any more. */
  readonly changed: () => void;
  /** It cannot go on, as no video can be made for it. */
  readonly failed: (error: StreamError) => void;
};

/** One call, from the offer to its end. */
type Calling = {
  readonly call: Call;
  posting: Promise<void>;
  session: WhipPlace | null;
  /** That the server named; null before its answer. */
  servers: readonly IceServer[] | null;
  codec: VideoCodec | null;
  sink: SinkHandle | null;
  wasConnected: boolean;
  /** When it was first sent a picture. */
  sentSince: Milliseconds | null;
  lastTime: Milliseconds | null;
};

export class WhipOutput {
  readonly #address: WhipAddress;
  readonly #shown: string;
  readonly #options: WhipOutputOptions & WhipOutputEvents;
  readonly #pauses = new RetryPauses();
  #calling: Calling | null = null;
  #timer: NodeJS.Timeout | undefined;
  #servers: readonly IceServer[] = [];
  #isEnding = false;
  #isSending = false;
  #error: string | null = null;
  #failures = 0;
  #sent = { bytes: 0, packets: 0, ms: 0, connections: 0 };

  constructor(address: WhipAddress, options: WhipOutputOptions & WhipOutputEvents) {
    this.#address = address;
    this.#shown = shownWhipAddress(address, "•••");
    this.#options = options;
    this.#begin();
  }

  get figures(): OutputFigures {
    this.#count();
    const { bytes, packets, ms, connections } = this.#sent;
    return {
      bytes,
      seconds: ms / 1000,
      packets,
      link: { isSending: this.#isSending, connections, failures: this.#failures, error: this.#error },
    };
  }

  /** Ends it, and its session as far as a second allows. */
  async end(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    this.#count();
    const calling = this.#calling;
    this.#calling = null;
    if (calling !== null) await this.#hangUp(calling);
  }

  #begin(): void {
    const call = this.#options.call({ isHere: this.#address.isHere, servers: this.#servers });
    const calling: Calling = {
      call,
      posting: Promise.resolve(),
      session: null,
      servers: null,
      codec: null,
      sink: null,
      wasConnected: false,
      sentSince: null,
      lastTime: null,
    };
    this.#calling = calling;
    call.on("connected", () => this.#handleConnected(calling));
    call.on("keyFrameRequested", () => calling.sink?.requestKeyFrame());
    call.on("estimateChanged", () => calling.sink?.noteWay());
    call.on("lost", ({ reason }) => this.#handleFailure(calling, new Error(reason)));
    calling.posting = this.#post(calling);
  }

  async #post(calling: Calling): Promise<void> {
    try {
      const offer = await calling.call.offer();
      if (this.#calling !== calling) return;
      const { answer, place, turnServers } = await postOffer(this.#address, offer, this.#options.speech);
      calling.session = place;
      calling.servers = turnServers;
      if (this.#calling === calling) calling.codec = await calling.call.accept(answer);
    } catch (error) {
      this.#handleFailure(calling, error);
    }
  }

  #handleConnected(calling: Calling): void {
    const { call, codec } = calling;
    if (this.#calling !== calling || codec === null) return;
    calling.wasConnected = true;
    this.#sent.connections += 1;
    calling.sink = this.#options.sinks.add({
      codec,
      target: null,
      way: call,
      maxKeyFrameGapMs: KEY_FRAME_GAP_MS,
      maxGapMs: REST_GAP_MS,
      take: ({ time }, frame) => this.#send(calling, time, frame),
      handleEnd: (error) => error !== null && this.#options.failed(error),
    });
  }

  #send(calling: Calling, time: Milliseconds, frame: OutgoingFrame): void {
    if (!calling.call.send(frame)) return;
    this.#sent.packets += 1;
    this.#sent.ms += time - (calling.lastTime ?? time);
    calling.lastTime = time;
    const at = now();
    if (calling.sentSince === null) {
      calling.sentSince = at;
      this.#error = null;
      this.#isSending = true;
      this.#options.changed();
    } else if (at - calling.sentSince > WORKS_AFTER_MS) this.#pauses.noteWorks();
  }

  /** WO2 */
  #handleFailure(calling: Calling, error: unknown): void {
    if (this.#calling !== calling || this.#isEnding) return;
    this.#count();
    this.#calling = null;
    this.#isSending = false;
    this.#failures += 1;
    // WO4
    if (!calling.wasConnected) this.#servers = calling.servers ?? this.#servers;
    const isFinal = error instanceof WhipRefusal && error.isFinal;
    const retryAfterMs = error instanceof WhipRefusal ? (error.retryAfterMs ?? 0) : 0;
    const pauseMs = Math.max(retryAfterMs, isFinal ? this.#pauses.refused() : this.#pauses.failed());
    this.#error = `${this.#shown}: ${asClause(error instanceof Error ? error.message : String(error))}.`;
    this.#options.changed();
    void this.#hangUp(calling).then(() => {
      if (!this.#isEnding) this.#timer = setTimeout(() => this.#begin(), pauseMs);
    });
  }

  /** WO1 */
  async #hangUp(calling: Calling): Promise<void> {
    calling.sink?.close();
    await Promise.race([calling.posting, pause(500)]);
    const { session } = calling;
    // What is on its way when it is hung up is deleted all the same.
    if (session === null) void calling.posting.then(() => this.#delete(calling));
    await Promise.all([session === null ? null : this.#delete(calling), calling.call.close()]);
  }

  async #delete({ session }: Calling): Promise<void> {
    if (session !== null) await deleteSession(this.#address, session, this.#options.speech?.ask);
  }

  #count(): void {
    this.#sent.bytes += this.#calling?.call.takeCounts().bytes ?? 0;
  }
}

/** A sentence as it stands behind a colon. */
function asClause(sentence: string): string {
  return sentence.replace(/^[A-Z]/, (letter) => letter.toLowerCase()).replace(/\.$/, "");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
