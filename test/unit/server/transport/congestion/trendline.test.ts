/** The sign of over-use: server/transport/congestion/trendline.ts, rules TR1 to TR3. */

import { beforeEach, expect, test } from "vitest";
import { Trendline } from "../../../../../server/transport/congestion/trendline.ts";

let trend: Trendline;

beforeEach(() => {
  trend = new Trendline();
});

function add(sentAt: number, delayMs: number): void {
  trend.add({ sentAt, arrivedAt: sentAt + delayMs, bytes: 1200, probe: 0, wasLost: false });
}

/** Groups of one packet each, so far apart; gives how the way was used after each. */
function usages(count: number, everyMs: number, delayOf: (group: number) => number, from = 0): string[] {
  return Array.from({ length: count }, (_, group) => {
    add(from + group * everyMs, delayOf(group));
    return trend.usage;
  });
}

test("packets sent within 5 ms are one group, however many they are (TR1)", () => {
  // Each frame is 4 ms later than the one before. Twenty differences between groups are needed to see it.
  for (let frame = 0; frame < 21; frame += 1) {
    for (let packet = 0; packet < 6; packet += 1) add(frame * 33 + packet, 20 + frame * 4);
  }
  expect(trend.usage).toBe("normal");
  for (let frame = 21; frame < 24; frame += 1) add(frame * 33, 20 + frame * 4);
  expect(trend.usage).toBe("over");
});

test("packets that were held up and arrive together are one group, also where they were sent further apart (TR1)", () => {
  for (let burst = 0; burst < 20; burst += 1) {
    const arrivedAt = burst * 54 + 100;
    for (let packet = 0; packet < 5; packet += 1) {
      const sentAt = burst * 50 + packet * 10;
      add(sentAt, arrivedAt + packet - sentAt);
    }
  }
  expect(trend.usage).toBe("normal");
});

test("delay that grows from group to group is over-use, one that shrinks is not, and one that stays is neither (TR2)", () => {
  expect(new Set(usages(200, 16, () => 40))).toEqual(new Set(["normal"]));
  expect(usages(60, 16, (group) => 40 + group * 2, 3200).at(-1)).toBe("over");
  expect(usages(60, 16, (group) => 160 - group * 2, 4160).at(-1)).toBe("under");
  expect(usages(200, 16, () => 40, 5120).at(-1)).toBe("normal");
});

test("single packets that are late are no over-use (TR2)", () => {
  expect(usages(400, 16, (group) => (group % 40 === 39 ? 60 : 40))).not.toContain("over");
});

test("growth that goes on for long is learnt: somewhat less of it is no over-use then, and would be before (TR3)", () => {
  const growth =
    (perGroup: number, from = 0) =>
    (group: number) =>
      40 + from + group * perGroup;
  expect(usages(100, 16, growth(1.2)).at(-1)).toBe("over");
  trend = new Trendline();
  expect(usages(300, 16, growth(1.5)).at(-1)).toBe("over");
  expect(usages(100, 16, growth(1.2, 450), 4800).at(-1)).toBe("normal");
});

test("what was learnt is forgotten in a calm time (TR3)", () => {
  usages(300, 16, (group) => 40 + group * 1.5);
  usages(500, 16, () => 490, 4800);
  expect(usages(100, 16, (group) => 490 + group * 1.2, 12_800)).toContain("over");
});

test("over-use counts once it has lasted for more than 10 ms (TR3)", () => {
  const overAfter = (everyMs: number) => {
    trend = new Trendline();
    return usages(60, everyMs, (group) => 40 + group * 20).indexOf("over");
  };
  expect(overAfter(6)).toBe(overAfter(11) + 1);
});

test("a queue that drains again by the time that it shows is no over-use (TR3)", () => {
  expect(usages(200, 8, (group) => 40 + (group < 15 ? 2 * group : Math.max(0, 30 - 0.6 * (group - 15))))).not.toContain(
    "over",
  );
});

test("what was before a second of silence says nothing", () => {
  expect(usages(60, 16, (group) => 40 + group * 2).at(-1)).toBe("over");
  add(2000, 500);
  expect(trend.usage).toBe("normal");
});
