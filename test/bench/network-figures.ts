/** Owns what the measurement of a network comes to: freezes, rates, how long it takes until all is well again. Pure. */

/** A look at the link towards the viewer. */
export type LinkSample = {
  readonly atMs: number;
  /** Since the beginning. */
  readonly passedBytes: number;
  readonly dropped: number;
  /** How long what waits will take at the rate of that moment. */
  readonly waitingMs: number;
};

export type Freezes = { readonly count: number; readonly longestMs: number };

const FREEZE_MS = 200;
/** What waits no longer than this is no congestion. */
const CALM_MS = 100;
const WINDOW_MS = 1000;
/** The part of the rate before that counts as back. */
const BACK_SHARE = 0.85;

/** Times without a frame, from `fromMs` to `toMs`, which are longer than 200 ms. */
export function freezesIn(frames: readonly number[], fromMs: number, toMs: number): Freezes {
  const within = [fromMs, ...frames.filter((at) => at > fromMs && at < toMs), toMs];
  const gaps = within.slice(1).map((at, index) => at - (within[index] ?? at));
  return { count: gaps.filter((gap) => gap > FREEZE_MS).length, longestMs: Math.max(...gaps) };
}

export function framesPerSecond(frames: readonly number[], fromMs: number, toMs: number): number {
  return (frames.filter((at) => at > fromMs && at <= toMs).length * 1000) / (toMs - fromMs);
}

/** Bits a second that passed between two moments. */
export function rateIn(samples: readonly LinkSample[], fromMs: number, toMs: number): number {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
  return ((last.passedBytes - first.passedBytes) * 8000) / (last.atMs - first.atMs);
}

/** How long after `fromMs` the first second begins that has no sign of congestion: no queue, no drop, no freeze. */
export function steadyAfter(
  samples: readonly LinkSample[],
  frames: readonly number[],
  fromMs: number,
  toMs: number,
): number | null {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const queued = within.filter(({ waitingMs, dropped }, index) => {
    return waitingMs > CALM_MS || dropped > (within[index - 1]?.dropped ?? dropped);
  });
  const shown = frames.filter((at) => at > fromMs && at < toMs);
  const froze = shown.flatMap((at, index) => {
    const before = shown[index - 1] ?? fromMs;
    return at - before > FREEZE_MS ? [before, at] : [];
  });
  const signs = [fromMs, ...queued.map(({ atMs }) => atMs), ...froze].toSorted((a, b) => a - b);
  const last = signs.find((at, index) => (signs[index + 1] ?? toMs) - at > WINDOW_MS);
  return last === undefined ? null : last - fromMs;
}

/** How long after `fromMs` the rate of a second is nearly `rateBps` again; null for not by the end. */
export function backAfter(samples: readonly LinkSample[], rateBps: number, fromMs: number): number | null {
  const back = samples.find(
    ({ atMs }) => atMs >= fromMs + WINDOW_MS && rateIn(samples, atMs - WINDOW_MS, atMs) >= BACK_SHARE * rateBps,
  );
  return back === undefined ? null : back.atMs - WINDOW_MS - fromMs;
}
