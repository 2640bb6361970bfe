/**
 * Owns what each encoder of a scene gives and which viewers take its frames, by what their ways carry and what they wish.
 * In the scene's process; it looks four times a second while frames flow, and at once where a way carries far less.
 */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import type { Preference, ServerMessage, StreamQuality } from "../../../shared/signaling.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import type { PictureSize, VideoCodec } from "../../../shared/video.ts";
import type { EncodeTarget, PacketMessage } from "../../encode/video/encode-protocol.ts";
import type { VideoStream } from "../viewers/video-stream.ts";
import type { ViewerEvents } from "../viewers/viewer.ts";
import { EncoderLoad } from "./encoder-load.ts";
import type { EncoderId, EncoderSet } from "./encoder-set.ts";
import { KeyFrameWishes } from "./key-frame-wishes.ts";
import { allowedBitrate, carriedFor, QualityLadder, type StreamLimits } from "./quality-ladder.ts";
import { TierPlan } from "./tier-plan.ts";

const LOOK_MS = 250;
/** A way that carries less than this part of what its encoder gives is looked at before it is time. */
const URGENT = 0.7;
/** Twice a second. */
const TELL_SENT_LOOKS = 2;
const TELL_PAUSE_MS = 500;
const TELL_AGAIN_MS = 2000;
const TELL_CHANGE = 0.05;

export type QualityDirectorOptions = {
  readonly limits: StreamLimits;
  /** For viewers without a preference of their own. */
  readonly preference: Preference;
  readonly encoders: Pick<EncoderSet, "on" | "tiersOf" | "setWanted" | "setTarget" | "requestKeyFrame">;
  /** The streams that frames are sent on now. */
  readonly streams: () => readonly VideoStream[];
};

export type QualityDirectorEvents = {
  readonly told: { readonly viewerId: string; readonly message: ServerMessage };
};

type Followed = Emitter<Pick<ViewerEvents, "wishChanged" | "estimateChanged" | "keyFrameRequested">>;
type Directed = {
  ladder: QualityLadder;
  readonly load: EncoderLoad;
  target: EncodeTarget | null;
  /** Whose frames they were last. */
  members: ReadonlySet<VideoStream>;
  /** Little is known yet of their ways: what it gives rises as fast as more becomes known. */
  isBeginning: boolean;
};
type Told = { readonly quality: StreamQuality; readonly at: number };

export class QualityDirector extends Emitter<QualityDirectorEvents> {
  readonly #options: QualityDirectorOptions;
  readonly #keyFrames: KeyFrameWishes;
  readonly #plans = new Map<VideoCodec, TierPlan>();
  readonly #encoders = new Map<string, Directed>();
  readonly #told = new Map<string, Told>();
  readonly #timer: NodeJS.Timeout;
  #hasFlowed = false;
  #looks = 0;

  constructor(options: QualityDirectorOptions) {
    super();
    this.#options = options;
    const { encoders } = options;
    this.#keyFrames = new KeyFrameWishes((id, reason) => encoders.requestKeyFrame(id, reason));
    encoders.on("refused", ({ error, ...id }) => this.#refuse(id, error));
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Streams began or ended, or a viewer wishes something else: gives each its place and runs the encoders that are taken. */
  update(): void {
    this.#direct(now());
    for (const stream of this.#options.streams()) {
      if (stream.transport.needsKeyFrame) this.#keyFrames.wish(stream.viewerId, encoderOf(stream), "start");
    }
  }

  /** Follows what a viewer wishes and what is known of its ways. */
  follow(viewer: Followed): void {
    viewer.on("wishChanged", () => this.update());
    viewer.on("estimateChanged", ({ stream }) => this.#noteEstimate(stream));
    viewer.on("keyFrameRequested", ({ stream }) => this.#keyFrames.wish(stream.viewerId, encoderOf(stream), "loss"));
  }

  /** A viewer left. */
  remove(viewerId: string): void {
    this.#keyFrames.remove(viewerId);
  }

  noteEncoded(packet: PacketMessage): void {
    this.#hasFlowed = true;
    this.#directedOf(packet).load.note(packet, now());
  }

  #noteEstimate(stream: VideoStream): void {
    const { bitrateBps, beginBps } = stream.transport.estimate;
    const { isBeginning, target } = this.#directedOf(encoderOf(stream));
    const isUrgent = bitrateBps !== null && bitrateBps < URGENT * (target?.bitrateBps ?? 0);
    if (isUrgent || isBeginning || beginBps !== null) this.#direct(now());
  }

  close(): void {
    clearInterval(this.#timer);
    this.#keyFrames.close();
  }

  #look(): void {
    this.#looks += 1;
    if (this.#looks % TELL_SENT_LOOKS === 0) this.#tellSent();
    if (!this.#hasFlowed) return;
    this.#hasFlowed = false;
    const at = now();
    this.#direct(at);
    this.#tell(at);
  }

  #direct(at: Milliseconds): void {
    const streams = this.#options.streams();
    const moved = [...Map.groupBy(streams, ({ codec }) => codec)].flatMap(([codec, ofCodec]) =>
      this.#place(codec, ofCodec, at),
    );
    const taken = Map.groupBy(streams, (stream) => nameOf(encoderOf(stream)));
    for (const members of taken.values()) this.#aim(members, at);
    this.#options.encoders.setWanted(
      streams.flatMap(({ codec, tiers }) => tiers.map((tier): EncoderId => ({ codec, tier }))),
    );
    for (const id of moved) this.#options.encoders.requestKeyFrame(id, "start");
  }

  /** Returns the encoders of which key frames are needed. */
  #place(codec: VideoCodec, streams: readonly VideoStream[], at: Milliseconds): EncoderId[] {
    const tiers = this.#options.encoders.tiersOf(codec);
    const plan = this.#plans.get(codec) ?? new TierPlan();
    this.#plans.set(codec, plan);
    const viewers = streams.map((stream) => {
      const tier = stream.plannedTier;
      const isThere = tier !== null && tiers.includes(tier);
      return { id: stream.id, allowedBps: this.#allowed(stream), tier: isThere ? tier : null };
    });
    const planned = plan.plan(viewers, tiers, at);
    const moved: EncoderId[] = [];
    for (const stream of streams) {
      const tier = planned.get(stream.id) ?? 0;
      const isNew = stream.tier === null;
      if (stream.moveTo(tier) && !isNew) moved.push({ codec, tier });
      stream.setMaxBitrate(carriedFor(allowedBitrate(this.#options.limits, null, stream.wish.maxBitrateBps)));
    }
    return moved;
  }

  /** Gives an encoder its target, by who takes its frames. */
  #aim(members: readonly VideoStream[], at: Milliseconds): void {
    const [first] = members;
    if (first === undefined) return;
    const id = encoderOf(first);
    const directed = this.#directedOf(id);
    // What was given up for others says nothing of the ways of these.
    const isAnother = !members.some((stream) => directed.members.has(stream));
    if (isAnother || directed.isBeginning) directed.ladder = this.#newLadder();
    directed.members = new Set(members);
    directed.isBeginning = members.every((stream) => this.#begins(stream) !== null);
    const before = directed.target;
    const made = directed.load.of(at);
    directed.target = directed.ladder.decide({
      at,
      allowedBps: Math.min(...members.map((stream) => this.#allowed(stream))),
      isKnown: members.some((stream) => (this.#carried(stream) ?? this.#begins(stream)) !== null),
      shown: largestOf(members.map(({ wish }) => wish.shown)),
      preference: preferenceOf(members, this.#options.preference),
      made: made ?? this.#madeBefore(first, at),
    });
    this.#options.encoders.setTarget(id, directed.target);
    // No frame comes of itself that would show more.
    const isLarger = before !== null && directed.target.size.width > before.size.width;
    if (made === null && isLarger) this.#options.encoders.requestKeyFrame(id, "start");
  }

  /** What the encoder made that a stream is about to leave, which tells what the next one could use. */
  #madeBefore({ codec, tier, plannedTier }: VideoStream, at: Milliseconds): ReturnType<EncoderLoad["of"]> {
    return tier === null || tier === plannedTier ? null : this.#directedOf({ codec, tier }).load.of(at);
  }

  #newLadder(): QualityLadder {
    return new QualityLadder(this.#options.limits);
  }

  /** What a viewer asks for alone must not end the scene of the others. */
  #refuse(id: EncoderId, { message }: StreamError): void {
    for (const stream of this.#options.streams()) {
      if (nameOf(encoderOf(stream)) !== nameOf(id)) continue;
      this.emit("told", { viewerId: stream.viewerId, message: { kind: "error", code: "no-encoder", message } });
    }
  }

  #allowed(stream: VideoStream): number {
    const carries = this.#carried(stream) ?? this.#begins(stream);
    return allowedBitrate(this.#options.limits, carries, stream.wish.maxBitrateBps);
  }

  /** What its way carries, or another way to the same viewer; null where that is not known. */
  #carried({ viewerId, transport }: VideoStream): number | null {
    const known = (stream: VideoStream) =>
      stream.viewerId === viewerId && stream.transport.estimate.bitrateBps !== null;
    return transport.estimate.bitrateBps ?? this.#options.streams().find(known)?.transport.estimate.bitrateBps ?? null;
  }

  /** What to begin with; null for as much as there is. Where others watch, it begins with what they get (TP5). */
  #begins({ codec, viewerId, transport }: VideoStream): number | null {
    const isAlone = this.#options.streams().every((other) => other.codec !== codec || other.viewerId === viewerId);
    return isAlone ? transport.estimate.beginBps : null;
  }

  #directedOf(id: EncoderId): Directed {
    const known = this.#encoders.get(nameOf(id));
    if (known !== undefined) return known;
    const fresh = { ladder: this.#newLadder(), load: new EncoderLoad() };
    const directed: Directed = { ...fresh, target: null, members: new Set(), isBeginning: false };
    this.#encoders.set(nameOf(id), directed);
    return directed;
  }

  /** Over the WebSocket, how many frames went by WebRTC. */
  #tellSent(): void {
    for (const stream of this.#options.streams()) {
      const sent = stream.takeSentFrames();
      if (sent !== null) this.emit("told", { viewerId: stream.viewerId, message: { kind: "sent", ...sent } });
    }
  }

  #tell(at: number): void {
    const streams = this.#options.streams();
    const ids = new Set(streams.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id);
    for (const stream of streams) {
      const { id, viewerId, connection, codec, tier } = stream;
      const target = tier === null ? null : this.#directedOf({ codec, tier }).target;
      if (connection === null || target === null) continue;
      const quality = qualityOf(stream, target);
      if (!isWorthTelling(quality, this.#told.get(id), at)) continue;
      this.#told.set(id, { quality, at });
      this.emit("told", { viewerId, message: { kind: "quality", connection, ...quality } });
    }
  }
}

/** Whose frames a stream takes or is about to take. */
function encoderOf({ codec, plannedTier }: VideoStream): EncoderId {
  return { codec, tier: plannedTier ?? 0 };
}

function nameOf({ codec, tier }: EncoderId): string {
  return `${codec} ${tier}`;
}

/** Null where one of them is not known. */
function largestOf(sizes: readonly (PictureSize | null)[]): PictureSize | null {
  const known = sizes.filter((size) => size !== null);
  if (known.length < sizes.length || known.length === 0) return null;
  return {
    width: Math.max(...known.map(({ width }) => width)),
    height: Math.max(...known.map(({ height }) => height)),
  };
}

/** What all who have a preference prefer; the server's where they differ or have none. */
function preferenceOf(streams: readonly VideoStream[], fallback: Preference): Preference {
  const own = new Set(streams.map(({ wish }) => wish.preference).filter((preference) => preference !== "auto"));
  const [first] = own;
  return first !== undefined && own.size === 1 ? first : fallback;
}

function qualityOf({ transport }: VideoStream, { size, maxFps, bitrateBps }: EncodeTarget): StreamQuality {
  const { bitrateBps: estimateBps, roundTripMs, loss } = transport.estimate;
  return { size, maxFps, bitrateBps, estimateBps, roundTripMs, loss };
}

function isWorthTelling(quality: StreamQuality, told: Told | undefined, at: number): boolean {
  if (told === undefined) return true;
  if (at - told.at < TELL_PAUSE_MS) return false;
  if (at - told.at >= TELL_AGAIN_MS) return true;
  const before = told.quality;
  if (quality.size.width !== before.size.width || quality.maxFps !== before.maxFps) return true;
  const differs = (one: number | null, other: number | null) =>
    one === null || other === null ? one !== other : Math.abs(one - other) > TELL_CHANGE * other;
  return differs(quality.bitrateBps, before.bitrateBps) || differs(quality.estimateBps, before.estimateBps);
}
