/**
 * Owns which encoder's packets each sink takes (outputs/sink.ts). In the scene's process; it changes nothing for viewers.
 *
 * KP1 A sink that takes what there is shares an encoder with viewers while that gives all that a stream may have: whole size,
 *     all frames, the whole bit rate. Without viewers it takes tier 0, into which the first of them comes.
 * KP2 Once that gives less, it gets one of its own; where no reader is free, it goes on with what viewers get.
 * KP3 It comes back after five seconds in which it could have, without a key frame of its own: at one that viewers have made.
 * KP4 Sinks that wish for the same share an encoder that no viewer takes; one with a way has it alone. Where no reader is free for
 *     it, the sink ends.
 */

import { StreamError } from "../../../shared/errors.ts";
import type { VideoCodec } from "../../../shared/video.ts";
import { type EncodeTarget, isSameTarget } from "../../encode/video/encode-protocol.ts";
import type { SinkStream } from "../outputs/sink-stream.ts";
import type { Sinks } from "../outputs/sinks.ts";
import type { EncoderId, EncoderSet } from "./encoder-set.ts";
import { MAX_TIERS } from "./tier-plan.ts";

const BACK_AFTER_MS = 5000;

/** An encoder that viewers take, and whether it gives all that a stream may have. */
export type ViewerTier = EncoderId & { readonly isWhole: boolean };

export type SinkPlanOptions = {
  /** All that a stream may have. */
  readonly whole: () => EncodeTarget;
  readonly encoders: Pick<EncoderSet, "setTarget" | "requestKeyFrame" | "requestPicture">;
  readonly sinks: Pick<Sinks, "on" | "streams" | "end">;
};

export class SinkPlan {
  readonly #options: SinkPlanOptions;
  /** Since when each that has an encoder of its own could do without. */
  readonly #couldShareSince = new WeakMap<SinkStream, number>();
  /** Those for which no encoder of their own works. */
  readonly #isWithoutOwn = new WeakSet<SinkStream>();

  constructor(options: SinkPlanOptions) {
    this.#options = options;
    const { encoders, sinks } = options;
    sinks.on("keyFrameDue", ({ stream: { codec, tiers } }) => {
      if (tiers.planned !== null) encoders.requestKeyFrame({ codec, tier: tiers.planned }, "start");
    });
    sinks.on("pictureDue", ({ stream: { codec, tiers } }) => {
      if (tiers.planned !== null) encoders.requestPicture({ codec, tier: tiers.planned });
    });
  }

  /** Whether a sink takes the packets of this encoder. */
  hasSink({ codec, tier }: EncoderId): boolean {
    return this.#options.sinks.streams.some((stream) => stream.codec === codec && stream.tiers.all.includes(tier));
  }

  /** The encoders that sinks take. */
  get wanted(): EncoderId[] {
    return this.#options.sinks.streams.flatMap(({ codec, tiers }) =>
      tiers.all.map((tier): EncoderId => ({ codec, tier })),
    );
  }

  /** Gives each sink its encoder. Returns those of which key frames are needed. */
  place(viewerTiers: readonly ViewerTier[], at: number): EncoderId[] {
    return this.#options.sinks.streams.flatMap((stream) => {
      const tiers = viewerTiers.filter(({ codec }) => codec === stream.codec);
      const id = stream.isShared ? this.#placeShared(stream, tiers, at) : this.#placeOwn(stream);
      return id ?? [];
    });
  }

  /** The encoder of this name does not work: who has no other takes nothing more. */
  refuse({ codec, tier }: EncoderId, error: StreamError): void {
    for (const stream of this.#options.sinks.streams) {
      const { current, planned } = stream.tiers;
      if (stream.codec !== codec || planned !== tier) continue;
      if (current === null || current === tier) this.#options.sinks.end(stream, error);
      else {
        this.#isWithoutOwn.add(stream);
        stream.moveTo(current);
      }
    }
  }

  #placeShared(stream: SinkStream, viewerTiers: readonly ViewerTier[], at: number): EncoderId | null {
    const { planned } = stream.tiers;
    const wholeTier = viewerTiers.find(({ isWhole }) => isWhole);
    const here = viewerTiers.find(({ tier }) => tier === planned);
    if (planned === null) return this.#begin(stream, viewerTiers, wholeTier);
    if (here?.isWhole === true) return null;
    if (here === undefined) {
      this.#aimAlone(stream, planned);
      this.#comeBack(stream, wholeTier, at);
      return null;
    }
    const own = this.#ownTier(stream);
    return own === null ? null : moved(stream, own);
  }

  #begin(stream: SinkStream, viewerTiers: readonly ViewerTier[], wholeTier: ViewerTier | undefined): EncoderId | null {
    if (wholeTier !== undefined) return moved(stream, wholeTier.tier);
    const [any] = viewerTiers;
    if (any === undefined) this.#open(stream, 0, this.#options.whole());
    return moved(stream, any === undefined ? 0 : (this.#ownTier(stream) ?? any.tier));
  }

  #placeOwn(stream: SinkStream): EncoderId | null {
    const { planned } = stream.tiers;
    if (planned !== null) {
      if (stream.sink.way !== undefined) this.#open(stream, planned, this.#targetOf(stream));
      return null;
    }
    const own = this.#ownTier(stream);
    if (own !== null) return moved(stream, own);
    this.#options.sinks.end(stream, new StreamError("no-encoder", "The scene has as many encoders as it can have."));
    return null;
  }

  /** KP3 */
  #comeBack(stream: SinkStream, wholeTier: ViewerTier | undefined, at: number): void {
    const since = this.#couldShareSince.get(stream) ?? at;
    if (wholeTier !== undefined && at - since < BACK_AFTER_MS) return void this.#couldShareSince.set(stream, since);
    this.#couldShareSince.delete(stream);
    if (wholeTier !== undefined) stream.moveTo(wholeTier.tier);
  }

  /** What viewers left in this tier is not what a sink is to have. */
  #aimAlone(stream: SinkStream, tier: number): void {
    if (tier < MAX_TIERS) this.#open(stream, tier, this.#options.whole());
  }

  /** The encoder that no viewer takes, started where there is none yet; null where it cannot be had (KP4). */
  #ownTier(stream: SinkStream): number | null {
    if (this.#isWithoutOwn.has(stream)) return null;
    const target = this.#targetOf(stream);
    const others = this.#options.sinks.streams.filter(({ codec }) => codec === stream.codec);
    const own = (other: SinkStream) => other.tiers.all.filter((tier) => tier >= MAX_TIERS);
    const takesAlike = (other: SinkStream) =>
      other.sink.way === undefined && own(other).length > 0 && isSameTarget(this.#targetOf(other), target);
    const alike = stream.sink.way === undefined ? others.find(takesAlike) : undefined;
    const shared = alike === undefined ? undefined : own(alike)[0];
    if (shared !== undefined) return shared;
    const taken = new Set(others.flatMap(own));
    let tier = MAX_TIERS;
    while (taken.has(tier)) tier += 1;
    return this.#open(stream, tier, target) ? tier : null;
  }

  #open({ codec }: { readonly codec: VideoCodec }, tier: number, target: EncodeTarget): boolean {
    return this.#options.encoders.setTarget({ codec, tier }, target);
  }

  #targetOf({ target }: SinkStream): EncodeTarget {
    return target ?? this.#options.whole();
  }
}

/** Moves it, and names the encoder where a key frame is to be asked for. */
function moved(stream: SinkStream, tier: number): EncoderId | null {
  return stream.moveTo(tier) ? { codec: stream.codec, tier } : null;
}
