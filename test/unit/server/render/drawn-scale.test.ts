/** How large a scene is drawn while it moves: by how long drawing takes, in a time that is made up. */

import { describe, expect, it } from "vitest";
import { DrawnScale, type DrawnScaleOptions } from "../../../../server/render/drawn-scale.ts";

type Cost = (scale: number, atMs: number, frame: number) => number;

/** A scene of which only pixels cost. */
const pixels =
  (wholeMs: number): Cost =>
  (scale) =>
    wholeMs * scale * scale;

/** Drags a scene without a break, so that a frame begins when the one before is done or due. */
class Drag {
  readonly scales: number[] = [];
  atMs = 1000;
  readonly #drawn: DrawnScale;
  readonly #maxFps: number;

  constructor(options: Partial<DrawnScaleOptions> = {}) {
    const { maxFps = 60 } = options;
    this.#maxFps = maxFps;
    this.#drawn = new DrawnScale({ scale: "auto", maxFps, preference: "auto", ...options });
  }

  /** Returns the frames a second of the last second. */
  for(seconds: number, cost: Cost): number {
    const until = this.atMs + seconds * 1000;
    const times: number[] = [];
    for (let frame = 0; this.atMs < until; frame += 1) {
      const scale = this.#drawn.next(this.atMs, true);
      const tookMs = cost(scale, this.atMs, frame);
      this.scales.push(scale);
      this.#drawn.note(scale, tookMs, this.atMs + tookMs);
      this.atMs += Math.max(tookMs, 1000 / this.#maxFps);
      times.push(this.atMs);
    }
    return times.filter((time) => time > until - 1000).length;
  }

  rest(ms: number): void {
    this.atMs += ms;
  }

  get changes(): number {
    return this.scales.filter((scale, at) => at > 0 && scale !== this.scales[at - 1]).length;
  }

  get last(): number {
    return this.scales.at(-1) ?? Number.NaN;
  }

  get drawn(): DrawnScale {
    return this.#drawn;
  }

  prefer(preference: DrawnScaleOptions["preference"]): void {
    this.#drawn.setPreference(preference);
  }
}

describe("the size at which a scene is drawn", () => {
  it("DS1 DS2 DS3 reaches thirty frames a second, at the largest step that gives them", () => {
    const drag = new Drag();
    expect(drag.for(3, pixels(45))).toBeGreaterThanOrEqual(30);
    expect(drag.last).toBe(0.71);
    expect(drag.scales.indexOf(0.71)).toBeLessThan(8);
  });

  it("DS2 stays whole where thirty come anyway, and where sharp is preferred", () => {
    const light = new Drag();
    light.for(3, pixels(25));
    expect([light.last, light.changes]).toEqual([1, 0]);
    const sharp = new Drag({ preference: "sharp" });
    sharp.for(3, pixels(80));
    expect([sharp.last, sharp.changes]).toEqual([1, 0]);
  });

  it("DS2 holds the wished rate where fluid is preferred, also from then on when somebody says so", () => {
    const drag = new Drag();
    drag.for(2, pixels(25));
    expect(drag.last).toBe(1);
    drag.prefer("fluid");
    expect(drag.for(3, pixels(25))).toBeGreaterThanOrEqual(58);
    expect(drag.last).toBe(0.59);
    drag.prefer("sharp");
    drag.for(1, pixels(25));
    expect(drag.last).toBe(1);
  });

  it("DS2 asks for no more than was wished", () => {
    const drag = new Drag({ maxFps: 10 });
    drag.for(3, pixels(80));
    expect(drag.last).toBe(1);
  });

  it("DS4 climbs back when the scene gets lighter, a step at a time", () => {
    const drag = new Drag();
    drag.for(3, pixels(90));
    expect(drag.last).toBe(0.5);
    drag.scales.length = 0;
    drag.for(6, pixels(15));
    expect([...new Set(drag.scales)]).toEqual([0.5, 0.59, 0.71, 0.84, 1]);
  });

  it("DS4 DS5 does not swing where times scatter by a quarter, whatever the scene costs", () => {
    for (let wholeMs = 20; wholeMs <= 120; wholeMs += 4) {
      const drag = new Drag();
      let noise = 1;
      const cost: Cost = (scale) => {
        noise = (noise * 48_271) % 2_147_483_647;
        return wholeMs * scale * scale * (0.75 + (0.5 * noise) / 2_147_483_647);
      };
      drag.for(60, cost);
      expect(drag.changes, `${wholeMs} ms`).toBeLessThanOrEqual(5);
    }
  });

  it("DS5 tries a size that is too large less and less often", () => {
    const drag = new Drag();
    // Smaller looks cheap enough for more, and more then costs more than by its pixels.
    const cost: Cost = (scale) => (scale > 0.71 ? 44 * scale * scale : 15);
    drag.for(20, cost);
    const early = drag.changes;
    drag.scales.length = 0;
    drag.for(20, cost);
    expect(early).toBeGreaterThan(drag.changes);
    drag.scales.length = 0;
    drag.for(60, cost);
    expect(drag.changes).toBeLessThanOrEqual(6);
  });

  it("DS6 goes back where smaller drawings take as long, and leaves it at that for a while", () => {
    const drag = new Drag();
    drag.for(9, () => 45);
    expect(drag.last).toBe(1);
    expect(drag.scales.filter((scale) => scale < 1).length).toBeLessThan(8);
    drag.for(60, () => 45);
    expect(drag.changes).toBeLessThanOrEqual(6);
  });

  it("DS7 begins where the last movement ended, and draws whole what answers nobody", () => {
    const drag = new Drag();
    drag.for(3, pixels(90));
    drag.rest(2000);
    expect(drag.drawn.next(drag.atMs, false)).toBe(1);
    expect(drag.drawn.next(drag.atMs, true)).toBe(0.5);
    // An animation goes on without a break, and nobody waits for it.
    drag.for(0.1, pixels(90));
    expect(drag.drawn.next(drag.atMs + 1, false)).toBe(0.5);
  });

  it("keeps to a size that is fixed", () => {
    const drag = new Drag({ scale: 0.3, preference: "fluid" });
    drag.for(2, pixels(300));
    expect(new Set(drag.scales)).toEqual(new Set([0.3]));
  });
});
