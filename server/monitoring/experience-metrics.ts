/**
 * Owns what Prometheus reads of how it is for those who watch, and what is aimed at. No label says who or where: a viewer counts
 * and is not named. With metrics.ts the only files that import prom-client.
 */

import { Histogram, type Registry } from "prom-client";

/** Of what is observed, the part `share` is to be at most `bound`, which is the bound of a bucket. */
type Objective = { readonly bound: number; readonly share: number };

type Experience = Objective & { readonly name: string; readonly help: string; readonly buckets: readonly number[] };

/** What is aimed at on a network that is good enough for video. */
export const experiences: Readonly<Record<"presses" | "stalls" | "queueing", Experience>> = {
  presses: {
    name: "scenecast_press_to_picture_seconds",
    help: "From an input's event in a page to the picture that shows it, as pages measure it. Objective: 95 % in 0.1 s.",
    buckets: [0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5],
    bound: 0.1,
    share: 0.95,
  },
  stalls: {
    name: "scenecast_stalls",
    help: "Stalls of a viewer's picture in ten seconds, as browsers count them over WebRTC. Objective: 99 % without any.",
    buckets: [0, 1, 2, 5, 10],
    bound: 0,
    share: 0.99,
  },
  queueing: {
    name: "scenecast_queueing_ratio",
    help:
      "The part of the time from an input's arrival to its picture's that was spent waiting: to be drawn, to leave, and in " +
      "queues on the way. Objective: 90 % at most half.",
    buckets: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1],
    bound: 0.5,
    share: 0.9,
  },
};

export class ExperienceMetrics {
  readonly #histograms: Readonly<Record<keyof typeof experiences, Histogram>>;

  constructor(registers: Registry[]) {
    const histogram = ({ name, help, buckets }: Experience) =>
      new Histogram({ name, help, buckets: [...buckets], registers });
    this.#histograms = {
      presses: histogram(experiences.presses),
      stalls: histogram(experiences.stalls),
      queueing: histogram(experiences.queueing),
    };
  }

  /** What a page felt since it last said so. */
  handleFelt(pressesMs: readonly number[], stalls: number): void {
    for (const ms of pressesMs) this.#histograms.presses.observe(ms / 1000);
    this.#histograms.stalls.observe(stalls);
  }

  /** Parts of the time of answers to inputs, 0 to 1. */
  handleQueueing(shares: readonly number[]): void {
    for (const share of shares) this.#histograms.queueing.observe(share);
  }
}
