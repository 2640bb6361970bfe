/** Owns how many samples become a judgement: whether something grows, and how fast. Pure. */

/** When, in minutes, and how much. */
export type Sample = readonly [minutes: number, value: number];

export type Trend = {
  /** How much it grows in a minute: the middle of the slopes between any two samples of a run (Theil and Sen). */
  readonly perMinute: number;
  /** It grows at least so much, but for a chance of one in twenty (Sen, by the variance of Kendall's statistic). */
  readonly leastPerMinute: number;
};

/** One-sided, 95 %. */
const QUANTILE = 1.645;
const FEWEST = 4;

/**
 * The trend of runs of samples: each run is a process from its start to its end, so that one that begins again small is no
 * fall. Null where there is too little to say anything.
 */
export function trendOf(runs: readonly (readonly Sample[])[]): Trend | null {
  const long = runs.filter(({ length }) => length >= FEWEST);
  const slopes = long.flatMap(slopesOf).toSorted((a, b) => a - b);
  if (slopes.length === 0) return null;
  const variance = long.reduce((sum, { length: n }) => sum + (n * (n - 1) * (2 * n + 5)) / 18, 0);
  const lowest = Math.floor((slopes.length - QUANTILE * Math.sqrt(variance)) / 2);
  return {
    perMinute: middleOf(slopes),
    leastPerMinute: slopes[Math.max(0, lowest)] ?? Number.NEGATIVE_INFINITY,
  };
}

/** The middle one, or between the two in the middle; NaN of none. */
export function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

function slopesOf(run: readonly Sample[]): number[] {
  return run.flatMap(([from, before], index) =>
    run.slice(index + 1).map(([to, after]) => (after - before) / (to - from)),
  );
}
