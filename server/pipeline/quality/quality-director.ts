/**
 * Owns what each encoder of a scene gives and which viewers and sinks take its frames, by what their ways carry and what they
 * wish. In the scene's process; it looks four times a second while frames flow, and at once where a way carries far less.
 */

import type { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import type { Preference, ServerMessage } from "../../../shared/signaling.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { isSameSize, type PictureSize, type StreamCodec } from "../../../shared/video.ts";
import { type EncodeTarget, isOfSame, type PacketMessage } from "../../encode/video/encode-protocol.ts";
import type { Sinks } from "../outputs/sinks.ts";
import type { VideoStream } from "../viewers/video-stream.ts";
import type { ViewerEvents } from "../viewers/viewer-events.ts";
import { EncoderLoad } from "./encoder-load.ts";
import type { EncoderId, EncoderSet } from "./encoder-set.ts";
import { largestOf, preferenceOf } from "./joint-wishes.ts";
import { KeyFrameWishes } from "./key-frame-wishes.ts";
import { allowedBitrate, carriedFor, QualityLadder, type StreamLimits } from "./quality-ladder.ts";
import { QualityNews } from "./quality-news.ts";
import { SinkPlan, type ViewerTier } from "./sink-plan.ts";
import { SinkWays } from "./sink-ways.ts";
import { TierPlan } from "./tier-plan.ts";

const LOOK_MS = 250;
/** A way that carries less than this part of what its encoder gives is looked at before it is time. */
const URGENT = 0.7;
/** Twice a second. */
const SEND_COUNTS_LOOKS = 2;

export type QualityDirectorOptions = {
  readonly limits: StreamLimits;
  /** For viewers without a preference of their own. */
  readonly preference: Preference;
  readonly encoders: Pick<
    EncoderSet,
    "on" | "tiersOf" | "setWanted" | "setTarget" | "requestKeyFrame" | "requestPicture"
  >;
  /** The streams that frames are sent on now. */
  readonly streams: () => readonly VideoStream[];
  readonly sinks: Pick<Sinks, "on" | "streams" | "end">;
  readonly send: (viewerId: string, message: ServerMessage) => void;
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

export class QualityDirector {
  readonly #options: QualityDirectorOptions;
  #limits: StreamLimits;
  /** All that a stream may have. */
  #whole: EncodeTarget;
  readonly #keyFrames: KeyFrameWishes;
  readonly #plans = new Map<StreamCodec, TierPlan>();
  readonly #encoders = new Map<string, Directed>();
  readonly #sinks: SinkPlan;
  readonly #ways: SinkWays;
  readonly #news: QualityNews;
  readonly #timer: NodeJS.Timeout;
  #hasFlowed = false;
  #looks = 0;

  constructor(options: QualityDirectorOptions) {
    this.#options = options;
    const { encoders, sinks } = options;
    this.#limits = options.limits;
    this.#whole = wholeOf(options.limits);
    this.#news = new QualityNews(options.send);
    this.#keyFrames = new KeyFrameWishes((id, reason) => encoders.requestKeyFrame(id, reason));
    this.#sinks = new SinkPlan({ whole: () => this.#whole, encoders, sinks });
    this.#ways = new SinkWays({
      sinks,
      preference: options.preference,
      made: (id, at) => this.#directedOf(id).load.of(at),
    });
    sinks.on("keyFrameRequested", ({ stream: { id, codec, tiers } }) => {
      if (tiers.planned !== null) this.#keyFrames.wish(id, { codec, tier: tiers.planned }, "loss");
    });
    sinks.on("removed", ({ stream }) => this.#keyFrames.remove(stream.id));
    sinks.on("wayChanged", ({ stream }) => this.#ways.isUrgent(stream, URGENT) && this.#direct(now()));
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

  /** The scene has another size. To be told before it is drawn so. */
  resize(size: PictureSize): void {
    this.#limits = { ...this.#limits, size, of: size };
    this.#whole = wholeOf(this.#limits);
    for (const { ladder } of this.#encoders.values()) ladder.resize(size);
    this.#ways.resize(size);
    this.#direct(now());
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
    const streams = this.#options.streams();
    if (this.#looks % SEND_COUNTS_LOOKS === 0) this.#news.sendCounts(streams);
    if (!this.#hasFlowed) return;
    this.#hasFlowed = false;
    const at = now();
    this.#direct(at);
    const targetOf = ({ codec, tier }: VideoStream) =>
      tier === null ? null : this.#directedOf({ codec, tier }).target;
    this.#news.sendQuality(streams, targetOf, at);
  }

  #direct(at: Milliseconds): void {
    const streams = this.#options.streams();
    const moved = [...Map.groupBy(streams, ({ codec }) => codec)].flatMap(([codec, ofCodec]) =>
      this.#place(codec, ofCodec, at),
    );
    const taken = Map.groupBy(streams, (stream) => nameOf(encoderOf(stream)));
    const viewerTiers = [...taken.values()].flatMap((members) => this.#aim(members, at) ?? []);
    this.#ways.aim(this.#limits, at);
    moved.push(...this.#sinks.place(viewerTiers, at));
    const wanted = streams.flatMap(({ codec, tiers }) => tiers.map((tier): EncoderId => ({ codec, tier })));
    this.#options.encoders.setWanted([...wanted, ...this.#sinks.wanted]);
    for (const id of moved) this.#options.encoders.requestKeyFrame(id, "start");
  }

  /** Returns the encoders of which key frames are needed. */
  #place(codec: StreamCodec, streams: readonly VideoStream[], at: Milliseconds): EncoderId[] {
    const tiers = this.#options.encoders.tiersOf(codec);
    const plan = this.#plans.get(codec) ?? new TierPlan();
    this.#plans.set(codec, plan);
    const viewers = streams.map((stream) => {
      const tier = stream.plannedTier;
      const isThere = tier !== null && tiers.includes(tier);
      // Who looks with a slow page is to share a tier with nobody who need not.
      const allowedBps = this.#allowed(stream) * stream.transport.estimate.pageShare;
      return { id: stream.id, allowedBps, tier: isThere ? tier : null };
    });
    const planned = plan.plan(viewers, tiers, at);
    const moved: EncoderId[] = [];
    for (const stream of streams) {
      const tier = planned.get(stream.id) ?? 0;
      const isNew = stream.tier === null;
      if (stream.moveTo(tier) && !isNew) moved.push({ codec, tier });
      stream.setMaxBitrate(carriedFor(allowedBitrate(this.#limits, null, stream.wish.maxBitrateBps)));
    }
    return moved;
  }

  /** Gives an encoder its target, by which viewers take its frames. */
  #aim(members: readonly VideoStream[], at: Milliseconds): ViewerTier | null {
    const [first] = members;
    if (first === undefined) return null;
    const id = encoderOf(first);
    const directed = this.#directedOf(id);
    // What was given up for others says nothing of the ways of these.
    const isAnother = !members.some((stream) => directed.members.has(stream));
    if (isAnother || directed.isBeginning) directed.ladder = this.#newLadder();
    directed.members = new Set(members);
    directed.isBeginning = members.every((stream) => this.#begins(stream) !== null);
    const before = directed.target;
    const made = directed.load.of(at);
    const allowedBps = Math.min(...members.map((stream) => this.#allowed(stream)));
    const isKnown = members.some((stream) => (this.#carried(stream) ?? this.#begins(stream)) !== null);
    directed.target = directed.ladder.decide({
      at,
      allowedBps,
      // Who comes to a sink begins with what that gets, as beside other viewers (TP5).
      isKnown: isKnown || this.#sinks.hasSink(id),
      pageShare: Math.min(...members.map(({ transport }) => transport.estimate.pageShare)),
      shown: largestOf(members.map(({ wish }) => wish.shown)),
      preference: preferenceOf(members, this.#options.preference),
      made: made ?? this.#madeBefore(first, at),
    });
    this.#options.encoders.setTarget(id, directed.target);
    // No frame comes of itself that would show more.
    const isLarger = before !== null && isLargerOfSame(directed.target, before);
    if (made === null && isLarger) this.#options.encoders.requestKeyFrame(id, "start");
    return { ...id, isWhole: this.#isWhole(directed.target, allowedBps) };
  }

  /** Whether an encoder gives, or soon will, all that a stream may have. */
  #isWhole({ size, maxFps }: EncodeTarget, allowedBps: number): boolean {
    const limits = this.#limits;
    const hasAllPixels = isSameSize(size, limits.size);
    return hasAllPixels && maxFps === limits.maxFps && allowedBps >= limits.bitrateBps;
  }

  /** What the encoder made that a stream is about to leave, which tells what the next one could use. */
  #madeBefore({ codec, tier, plannedTier }: VideoStream, at: Milliseconds): ReturnType<EncoderLoad["of"]> {
    return tier === null || tier === plannedTier ? null : this.#directedOf({ codec, tier }).load.of(at);
  }

  #newLadder(): QualityLadder {
    return new QualityLadder(this.#limits);
  }

  /** What a viewer asks for alone must not end the scene of the others. */
  #refuse(id: EncoderId, error: StreamError): void {
    this.#sinks.refuse(id, error);
    for (const stream of this.#options.streams()) {
      if (nameOf(encoderOf(stream)) !== nameOf(id)) continue;
      this.#options.send(stream.viewerId, { kind: "error", code: "no-encoder", message: error.message });
    }
  }

  #allowed(stream: VideoStream): number {
    const carries = this.#carried(stream) ?? this.#begins(stream);
    return allowedBitrate(this.#limits, carries, stream.wish.maxBitrateBps);
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
}

/** Whose frames a stream takes or is about to take. */
function encoderOf({ codec, plannedTier }: VideoStream): EncoderId {
  return { codec, tier: plannedTier ?? 0 };
}

function nameOf({ codec, tier }: EncoderId): string {
  return `${codec} ${tier}`;
}

function wholeOf({ size, of, maxFps, bitrateBps }: StreamLimits): EncodeTarget {
  return { size, ...(of === undefined ? {} : { of }), maxFps, bitrateBps };
}

/** Of pictures of another size there is a first one anyway. */
function isLargerOfSame(target: EncodeTarget, before: EncodeTarget): boolean {
  return isOfSame(target, before) && target.size.width > before.size.width;
}
