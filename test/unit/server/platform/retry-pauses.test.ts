/** How long servers that failed are left alone. */

import { expect, test } from "vitest";
import { RetryPauses } from "../../../../server/platform/retry-pauses.ts";
import { milliseconds } from "../../../../shared/time.ts";

test("a server that fails is tried soon, then every two seconds, and after two minutes every fifteen; once it works, from the beginning", () => {
  let at = 0;
  const pauses = new RetryPauses(() => milliseconds(at));
  const next = () => {
    const ms = pauses.failed();
    at += ms;
    return ms;
  };
  expect(Array.from({ length: 6 }, next)).toEqual([250, 500, 1000, 2000, 2000, 2000]);
  while (at < 120_000) expect(next()).toBe(2000);
  next();
  expect([next(), next()]).toEqual([15_000, 15_000]);
  pauses.noteWorks();
  expect([next(), next()]).toEqual([250, 500]);
});

test("one that refuses us is tried ever more seldom, at last every five minutes", () => {
  const pauses = new RetryPauses(() => milliseconds(0));
  expect(Array.from({ length: 6 }, () => pauses.refused())).toEqual([
    30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
  ]);
  pauses.noteWorks();
  expect(pauses.refused()).toBe(30_000);
});
