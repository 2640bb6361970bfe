/**
 * Owns who gets which encoder of a codec: viewers whose ways carry much the same share one, three at most. Pure; one for
 * each codec. A move costs a key frame, so who has a place keeps it as long as it fits.
 *
 * TP1 A tier's bit rate is the smallest of what its members may take, so none is sent more than its way carries.
 * TP2 Who may take less than the best of its tier by a factor of more than 1.6 leaves the tier at once, for one that it
 *     does not lower by more than that, or for one of its own. So it is moved, and the others are not lowered.
 * TP3 Only where there is no such place does it go into the lowest tier, which alone is lowered by who is slower.
 * TP4 Who carries as much as a better tier takes goes there; who carries half as much again as its own tier takes, because
 *     others hold that down, gets one of its own. Both after that was so for a second, and two seconds after its last move.
 * TP5 Who comes anew begins in the best tier, or in one of its own where the best one is held down (TP4).
 */

/** The most tiers of a codec. */
export const MAX_TIERS = 3;

const SHARED_FACTOR = 1.6;
const APART_FACTOR = 1.5;
const UP_AFTER_MS = 1000;
const MOVE_PAUSE_MS = 2000;

export type PlannedViewer = {
  readonly id: string;
  /** What its stream may take in bits a second (`allowedBitrate` in quality-ladder.ts). */
  readonly allowedBps: number;
  /** Where it is; null for who comes anew. */
  readonly tier: number | null;
};

type History = { movedAt: number; upSince: number | null };

export class TierPlan {
  readonly #histories = new Map<string, History>();

  /**
   * Gives the tier of each viewer. `tiers` are the numbers of those that there can be, 0 first; `at` is in milliseconds.
   * A viewer that is not named any more is forgotten.
   */
  plan(viewers: readonly PlannedViewer[], tiers: readonly number[], at: number): ReadonlyMap<string, number> {
    this.#forgetOthers(viewers);
    const places = new Places(viewers, tiers);
    const slowFirst = viewers.toSorted((a, b) => a.allowedBps - b.allowedBps);
    for (const viewer of slowFirst) {
      if (places.tierOf(viewer) !== null && places.isTooSlow(viewer))
        this.#move(places, viewer, places.below(viewer), at);
    }
    for (const viewer of viewers) {
      if (places.tierOf(viewer) === null) this.#move(places, viewer, places.first(viewer), at);
    }
    for (const viewer of slowFirst.toReversed()) {
      const history = this.#historyOf(viewer.id);
      const better = places.above(viewer);
      history.upSince = better === null ? null : (history.upSince ?? at);
      if (better === null || history.upSince === null) continue;
      if (at - history.upSince >= UP_AFTER_MS && at - history.movedAt >= MOVE_PAUSE_MS) {
        this.#move(places, viewer, better, at);
      }
    }
    return places.byId();
  }

  #move(places: Places, viewer: PlannedViewer, tier: number, at: number): void {
    if (places.tierOf(viewer) === tier) return;
    places.put(viewer, tier);
    this.#histories.set(viewer.id, { movedAt: at, upSince: null });
  }

  #historyOf(id: string): History {
    const known = this.#histories.get(id) ?? { movedAt: -Infinity, upSince: null };
    this.#histories.set(id, known);
    return known;
  }

  #forgetOthers(viewers: readonly PlannedViewer[]): void {
    const ids = new Set(viewers.map(({ id }) => id));
    for (const id of this.#histories.keys()) if (!ids.has(id)) this.#histories.delete(id);
  }
}

/** Who is where, while a plan is made. */
class Places {
  readonly #tiers: readonly number[];
  readonly #members: ReadonlyMap<number, Set<PlannedViewer>>;

  constructor(viewers: readonly PlannedViewer[], tiers: readonly number[]) {
    this.#tiers = tiers;
    this.#members = new Map(tiers.map((tier) => [tier, new Set(viewers.filter((viewer) => viewer.tier === tier))]));
  }

  tierOf(viewer: PlannedViewer): number | null {
    return this.#tiers.find((tier) => this.#in(tier).has(viewer)) ?? null;
  }

  put(viewer: PlannedViewer, tier: number): void {
    for (const members of this.#members.values()) members.delete(viewer);
    this.#members.get(tier)?.add(viewer);
  }

  byId(): ReadonlyMap<string, number> {
    return new Map(this.#tiers.flatMap((tier) => [...this.#in(tier)].map(({ id }) => [id, tier] as const)));
  }

  isTooSlow(viewer: PlannedViewer): boolean {
    const tier = this.tierOf(viewer);
    return tier !== null && viewer.allowedBps < this.#best(tier) / SHARED_FACTOR;
  }

  /** A place for who is too slow for its own (TP2, TP3). */
  below(viewer: PlannedViewer): number {
    const { allowedBps } = viewer;
    const others = this.#running().filter((tier) => tier !== this.tierOf(viewer));
    const [top] = this.#running();
    const isNear = (tier: number) =>
      allowedBps >= this.#best(tier) / SHARED_FACTOR &&
      allowedBps <= this.#rate(tier) * SHARED_FACTOR &&
      (tier !== top || allowedBps >= this.#rate(tier));
    const shared = others.find(isNear) ?? this.#free() ?? others.find((tier) => this.#rate(tier) <= allowedBps);
    return shared ?? this.#running().at(-1) ?? 0;
  }

  /** A place for who comes anew (TP5). */
  first(viewer: PlannedViewer): number {
    const [top] = this.#running();
    if (top === undefined) return this.#free() ?? 0;
    const { allowedBps } = viewer;
    if (allowedBps > APART_FACTOR * this.#rate(top)) return this.#free() ?? top;
    return allowedBps >= this.#rate(top) ? top : this.below(viewer);
  }

  /** A better place, if there is one (TP4). */
  above(viewer: PlannedViewer): number | null {
    const own = this.tierOf(viewer);
    if (own === null) return null;
    const rate = this.#rate(own);
    const isBetter = (tier: number) => this.#rate(tier) > rate || (this.#rate(tier) === rate && tier < own);
    const found = this.#running().find((tier) => isBetter(tier) && this.#rate(tier) <= viewer.allowedBps);
    if (found !== undefined) return found;
    const isHeldDown = this.#in(own).size > 1 && viewer.allowedBps > APART_FACTOR * rate;
    return isHeldDown ? this.#free() : null;
  }

  /** Tiers with members, the best first. */
  #running(): number[] {
    const running = this.#tiers.filter((tier) => this.#in(tier).size > 0);
    return running.sort((a, b) => this.#rate(b) - this.#rate(a) || a - b);
  }

  #free(): number | null {
    return this.#tiers.find((tier) => this.#in(tier).size === 0) ?? null;
  }

  #in(tier: number): ReadonlySet<PlannedViewer> {
    return this.#members.get(tier) ?? new Set();
  }

  #rate(tier: number): number {
    return Math.min(...[...this.#in(tier)].map(({ allowedBps }) => allowedBps));
  }

  #best(tier: number): number {
    return Math.max(...[...this.#in(tier)].map(({ allowedBps }) => allowedBps));
  }
}
