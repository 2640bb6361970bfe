/** Owns how many measurements become few numbers, and how those are written. Pure. */

/** The middle of many measurements and the value that one in twenty exceeds. */
export type Spread = { readonly median: number; readonly p95: number };

/** The pieces of work that are measured through Chromium and alone. */
export const stageNames = ["render", "readback", "convert", "encode", "send"] as const;
export type StageName = (typeof stageNames)[number];

/** Null where nothing was measured. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  const [median, p95] = [at(0.5), at(0.95)];
  return median === undefined || p95 === undefined ? null : { median, p95 };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How much y grows with x, by the straight line that fits best. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1) => sum(points.map((point) => point[at])) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  return sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spread;
}

/** `12.3`, with fewer digits the larger it is; a dash where there is nothing. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** `12.3 / 45.6`: median and 95th percentile. */
export function spreadText(spread: Spread | null): string {
  return spread === null ? "–" : `${numberText(spread.median)} / ${numberText(spread.p95)}`;
}
