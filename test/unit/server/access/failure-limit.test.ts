import { expect, test } from "vitest";
import { FailureLimit } from "../../../../server/access/failure-limit.ts";

test("ten failures at once, then one a second (AC4)", () => {
  let now = 0;
  const limit = new FailureLimit({ clock: () => now });
  const tries = (count: number): number => {
    let allowed = 0;
    for (let i = 0; i < count; i += 1) {
      if (!limit.allows("192.0.2.1")) continue;
      allowed += 1;
      limit.note("192.0.2.1");
    }
    return allowed;
  };
  expect(tries(1_000)).toBe(10);
  now += 1_000;
  expect(tries(1_000)).toBe(1);
  now += 5_500;
  expect(tries(1_000)).toBe(5);
  expect(limit.allows("192.0.2.2")).toBe(true);
  now += 60_000;
  expect(tries(1_000)).toBe(10);
});

test("an IPv6 user has a /64, not an address", () => {
  const limit = new FailureLimit({ clock: () => 0, burst: 1 });
  limit.note("2001:db8:1:2:3:4:5:6");
  expect(limit.allows("2001:DB8:1:2::1")).toBe(false);
  expect(limit.allows("2001:db8:1:3::1")).toBe(true);
});

test("the table of addresses is bounded, and what is beyond it shares one bucket", () => {
  let now = 0;
  const limit = new FailureLimit({ clock: () => now, maxAddresses: 100, burst: 2 });
  for (let i = 0; i < 10_000; i += 1) limit.note(`10.0.${i >> 8}.${i & 255}`);
  expect(limit.size).toBeLessThanOrEqual(101);
  expect(limit.allows("192.0.2.1")).toBe(false);
  now += 60_000;
  expect(limit.allows("192.0.2.1")).toBe(true);
  limit.note("192.0.2.1");
  expect(limit.size).toBe(1);
});
