import { expect, test } from "vitest";
import { judge, type Series } from "../../soak/measures.ts";
import { type Sample, trendOf } from "../../soak/trend.ts";
import { randomOf } from "../../support/lab/random.ts";

const random = randomOf(3);
/** Six samples a minute of what begins at 100 and grows by so much a minute, give or take one. */
const run = (perMinute: number, from: number, to: number): Sample[] =>
  Array.from({ length: (to - from) * 6 }, (_, index) => {
    const minutes = from + (index + 1) / 6;
    return [minutes, 100 + perMinute * (minutes - from) + 2 * random() - 1] as const;
  });
const memory = { name: "memory, MiB", mostPerMinute: 0.5 } as Series["measure"];
const judged = (runs: readonly (readonly Sample[])[], minutes: number) =>
  judge({ of: "main", measure: memory, runs }, minutes);

test("what grows creeps, what only shakes is level", () => {
  expect(judged([run(1, 0, 12)], 12)).toMatchObject({ isLevel: false });
  expect(judged([run(0, 0, 12)], 12)).toMatchObject({ isLevel: true });
  expect(judged([run(-1, 0, 12)], 12)).toMatchObject({ isLevel: true });
});

test("growth is told apart from chance by the number of samples", () => {
  const { trend } = judged([run(1, 0, 12)], 12);
  expect(trend?.perMinute).toBeGreaterThan(0.8);
  expect(trend?.perMinute).toBeLessThan(1.2);
  expect(trend?.leastPerMinute).toBeLessThan(trend?.perMinute ?? 0);
  expect(trend?.leastPerMinute).toBeGreaterThan(0.5);
});

test("one value that is far off changes nothing", () => {
  const samples = run(0, 0, 12).map(([at, value], index) => [at, index === 60 ? 10_000 : value] as const);
  expect(judged([samples], 12).isLevel).toBe(true);
});

test("a process that begins again begins a run of its own: that it is small then hides no growth", () => {
  expect(judged([run(2, 0, 3), run(2, 3, 6), run(2, 6, 9), run(2, 9, 12)], 12).isLevel).toBe(false);
  expect(judged([run(0, 0, 6), run(0, 6, 12)], 12).isLevel).toBe(true);
});

test("what grows only at first, while buffers fill, is level", () => {
  const full = 100 + 20 * 3;
  const filling = [...run(20, 0, 3), ...run(0, 3, 12).map(([at, value]) => [at, value + full - 100] as const)];
  expect(judged([filling], 12).isLevel).toBe(true);
});

test("of too little nothing is said", () => {
  expect(
    trendOf([
      [
        [1, 100],
        [2, 900],
        [3, 4000],
      ],
    ]),
  ).toBeNull();
});
