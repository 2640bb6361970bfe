/** The times of pictures in a file: as they were shown, or with rests cut to a second. */

import { describe, expect, it } from "vitest";
import { Timeline } from "../../../../../server/encode/mux/timeline.ts";

function placed(cutRests: boolean, shown: readonly (readonly [time: number, atRest: boolean])[]): number[] {
  const timeline = new Timeline(cutRests);
  return shown.map(([time, atRest]) => timeline.place({ time, atRest }));
}

describe("as shown", () => {
  it("counts from the first picture, and rests take as long as they took", () => {
    const shown = [
      [5000, false],
      [5016, true],
      [5516, true],
      [95_016, false],
    ] as const;
    expect(placed(false, shown)).toEqual([0, 16, 516, 90_016]);
  });

  it("shows the last picture until the end", () => {
    const timeline = new Timeline(false);
    expect(timeline.lengthAt(7)).toBe(0);
    timeline.place({ time: 1000, atRest: true });
    expect(timeline.lengthAt(61_000)).toBe(60_000);
  });

  it("each picture is later than the one before, whatever clocks say", () => {
    const shown = [
      [1000, false],
      [1000, false],
      [998, false],
    ] as const;
    expect(placed(false, shown)).toEqual([0, 1, 2]);
  });
});

describe("with rests cut", () => {
  it("a rest is a second, however long it was and however often its picture came", () => {
    const shown = [
      [0, false],
      [20, true],
      [520, true],
      [2520, true],
      [4520, true],
      [90_000, false],
      [90_020, false],
    ] as const;
    expect(placed(true, shown)).toEqual([0, 20, 520, 1020, 1021, 1022, 1042]);
  });

  it("what moves slowly is no rest", () => {
    const shown = [
      [0, false],
      [3000, false],
      [6000, false],
    ] as const;
    expect(placed(true, shown)).toEqual([0, 3000, 6000]);
  });

  it("each rest has its second", () => {
    const shown = [
      [0, true],
      [9000, false],
      [9010, true],
      [20_000, false],
    ] as const;
    expect(placed(true, shown)).toEqual([0, 1000, 1010, 2010]);
  });
});
