/** Owns what sinks with ways of their own are to get (SI6 in outputs/sink.ts): what their ways carry, as viewers. In the scene's process. */

import type { Preference } from "../../../shared/signaling.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { SinkStream } from "../outputs/sink-stream.ts";
import type { Sinks } from "../outputs/sinks.ts";
import type { EncoderLoad } from "./encoder-load.ts";
import type { EncoderId } from "./encoder-set.ts";
import { allowedBitrate, carriedFor, QualityLadder, type StreamLimits } from "./quality-ladder.ts";

export type SinkWaysOptions = {
  readonly sinks: Pick<Sinks, "streams">;
  readonly preference: Preference;
  /** What an encoder made of late. */
  readonly made: (id: EncoderId, at: number) => ReturnType<EncoderLoad["of"]>;
};

export class SinkWays {
  readonly #options: SinkWaysOptions;
  readonly #ladders = new WeakMap<SinkStream, QualityLadder>();

  constructor(options: SinkWaysOptions) {
    this.#options = options;
  }

  /** The scene has another size. */
  resize(size: PictureSize): void {
    for (const stream of this.#options.sinks.streams) this.#ladders.get(stream)?.resize(size);
  }

  /** Gives each its target, by which it is placed. */
  aim(limits: StreamLimits, at: number): void {
    for (const stream of this.#options.sinks.streams) this.#aim(stream, limits, at);
  }

  /** Whether this one's way carries far less than it is sent, or more becomes known of it every moment. */
  isUrgent({ sink, target }: SinkStream, share: number): boolean {
    const { bitrateBps = null, beginBps = null } = sink.way?.estimate ?? {};
    return beginBps !== null || (bitrateBps !== null && bitrateBps < share * (target?.bitrateBps ?? 0));
  }

  #aim(stream: SinkStream, limits: StreamLimits, at: number): void {
    const { way } = stream.sink;
    if (way === undefined) return;
    const ladder = this.#ladders.get(stream) ?? new QualityLadder(limits);
    this.#ladders.set(stream, ladder);
    way.setMaxBitrate(carriedFor(limits.bitrateBps));
    const { codec, tiers } = stream;
    const carries = way.estimate.bitrateBps ?? way.estimate.beginBps;
    stream.target = ladder.decide({
      at,
      allowedBps: allowedBitrate(limits, carries, null),
      isKnown: carries !== null,
      pageShare: 1,
      shown: null,
      preference: this.#options.preference,
      made: tiers.current === null ? null : this.#options.made({ codec, tier: tiers.current }, at),
    });
  }
}
