import { expect, test } from "vitest";
import { MAX_TIERS, type PlannedViewer, TierPlan } from "../../../../../server/pipeline/quality/tier-plan.ts";

const all = [0, 1, 2];
const MBIT = 1_000_000;

/** Viewers whose ways change, and a plan that looks at them four times a second. */
class Audience {
  readonly #plan = new TierPlan();
  readonly #allowed = new Map<string, number>();
  #tiers: ReadonlyMap<string, number> = new Map();
  #at = 0;
  moves = 0;

  set(allowed: Readonly<Record<string, number>>): void {
    for (const [id, mbit] of Object.entries(allowed)) this.#allowed.set(id, mbit * MBIT);
  }

  remove(id: string): void {
    this.#allowed.delete(id);
  }

  /** Returns who is in which tier afterwards. */
  look(tiers: readonly number[] = all): Record<string, number> {
    const viewers = this.viewers;
    const before = this.#tiers;
    this.#tiers = this.#plan.plan(viewers, tiers, this.#at);
    this.#at += 250;
    this.moves += viewers.filter(({ id, tier }) => tier !== null && before.get(id) !== this.#tiers.get(id)).length;
    return Object.fromEntries(this.#tiers);
  }

  lookFor(ms: number): Record<string, number> {
    for (let passed = 250; passed < ms; passed += 250) this.look();
    return this.look();
  }

  get viewers(): PlannedViewer[] {
    return [...this.#allowed].map(([id, allowedBps]) => ({ id, allowedBps, tier: this.#tiers.get(id) ?? null }));
  }

  /** What the tier of a viewer takes, in Mbit/s (TP1). */
  rateOf(id: string): number {
    const tier = this.#tiers.get(id);
    return Math.min(...this.viewers.filter((viewer) => viewer.tier === tier).map((viewer) => viewer.allowedBps)) / MBIT;
  }
}

test("one viewer has one tier, whatever its way carries (TP1)", () => {
  const audience = new Audience();
  for (const mbit of [8, 4, 0.15, 0.5, 7, 1]) {
    audience.set({ ann: mbit });
    expect(audience.lookFor(3000)).toEqual({ ann: 0 });
    expect(audience.rateOf("ann")).toBe(mbit);
  }
});

test("viewers that carry much the same share a tier, which takes what the slowest of them carries (TP1)", () => {
  const audience = new Audience();
  audience.set({ ann: 5, bob: 5, cid: 5 });
  expect(audience.look()).toEqual({ ann: 0, bob: 0, cid: 0 });
  audience.set({ bob: 4, cid: 3.5 });
  expect(audience.lookFor(5000)).toEqual({ ann: 0, bob: 0, cid: 0 });
  expect(audience.rateOf("ann")).toBe(3.5);
});

test("who starves leaves at once, and what the others get is never lowered (TP2)", () => {
  const audience = new Audience();
  audience.set({ ann: 8, bob: 8, cid: 8 });
  audience.look();
  audience.set({ cid: 0.4 });
  expect(audience.look()).toEqual({ ann: 0, bob: 0, cid: 1 });
  expect([audience.rateOf("ann"), audience.rateOf("cid")]).toEqual([8, 0.4]);
});

test("three tiers at most: who finds none joins the lowest, which is lowered, and the better ones are not (TP3)", () => {
  const audience = new Audience();
  audience.set({ ann: 8, bob: 8, cid: 8, dan: 8 });
  audience.look();
  audience.set({ bob: 3, cid: 1, dan: 0.3 });
  const places = audience.lookFor(5000);
  expect(new Set(Object.values(places)).size).toBe(MAX_TIERS);
  expect(places["dan"]).toBe(places["cid"]);
  expect([audience.rateOf("ann"), audience.rateOf("bob"), audience.rateOf("dan")]).toEqual([8, 3, 0.3]);
});

test("who carries as much again as a better tier goes back to it, after a second of that and two since its last move (TP4)", () => {
  const audience = new Audience();
  audience.set({ ann: 8, bob: 8 });
  audience.look();
  audience.set({ bob: 1 });
  expect(audience.look()["bob"]).toBe(1);
  audience.set({ bob: 8 });
  expect(audience.lookFor(1500)["bob"]).toBe(1);
  expect(audience.lookFor(1000)["bob"]).toBe(0);
});

test("who is held down by another of its tier gets one of its own, after a second (TP4)", () => {
  const audience = new Audience();
  audience.set({ ann: 2, bob: 2 });
  audience.lookFor(3000);
  audience.set({ ann: 3.1 });
  expect(audience.lookFor(750)).toEqual({ ann: 0, bob: 0 });
  expect(audience.lookFor(750)).toEqual({ ann: 1, bob: 0 });
});

test("an estimate that swings does not move a viewer to and fro", () => {
  const audience = new Audience();
  audience.set({ ann: 8, bob: 2 });
  audience.look();
  for (let turn = 0; turn < 240; turn += 1) {
    audience.set({ bob: [1.6, 2.6, 2, 1.4, 2.9][turn % 5] ?? 2, ann: [8, 6.5, 7][turn % 3] ?? 8 });
    audience.look();
  }
  expect(audience.moves).toBe(0);
});

test("who comes anew begins in the best tier, or in its own where that is held down (TP5)", () => {
  const audience = new Audience();
  audience.set({ ann: 8 });
  audience.look();
  audience.set({ bob: 8 });
  expect(audience.look()).toEqual({ ann: 0, bob: 0 });
  audience.remove("bob");
  audience.set({ ann: 0.5 });
  audience.look();
  audience.set({ cid: 8 });
  expect(audience.look()).toEqual({ ann: 0, cid: 1 });
  expect(audience.rateOf("cid")).toBe(8);
});

test("where no more tiers can be had, those that there are take everybody", () => {
  const audience = new Audience();
  audience.set({ ann: 8, bob: 8, cid: 8 });
  audience.look([0, 1]);
  audience.set({ bob: 2, cid: 0.2 });
  expect(audience.look([0, 1])).toEqual({ ann: 0, bob: 1, cid: 1 });
  expect(audience.rateOf("ann")).toBe(8);
});

test("whatever ways others have, one that starves or recovers changes nothing for those in better tiers", () => {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let round = 0; round < 60; round += 1) {
    const audience = new Audience();
    const ids = Array.from({ length: 2 + Math.floor(random() * 5) }, (_, at) => `viewer ${at}`);
    audience.set(Object.fromEntries(ids.map((id) => [id, 0.2 * 40 ** random()])));
    audience.lookFor(6000);
    const [victim = ""] = ids.toSorted(() => random() - 0.5);
    const deep = 0.15 * audience.rateOf(victim);
    const others = ids.filter((id) => id !== victim && audience.rateOf(id) > audience.rateOf(victim));
    const before = others.map((id) => audience.rateOf(id));
    audience.set({ [victim]: deep });
    for (let turn = 0; turn < 30; turn += 1) {
      audience.look();
      const now = others.map((id) => audience.rateOf(id));
      expect(now.every((rate, at) => rate >= (before[at] ?? 0))).toBe(true);
    }
    expect(audience.rateOf(victim)).toBeLessThanOrEqual(deep);
  }
});
