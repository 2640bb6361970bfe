import { expect, test } from "vitest";
import { RestartPolicy } from "../../../../server/session/restart-policy.ts";

test("FA1: the first fall is mended at once, later ones ever later, and from the sixth on it is down and still tried", () => {
  const policy = new RestartPolicy();
  const waits = Array.from({ length: 12 }, () => policy.fell(3000));
  expect(waits.map(({ waitMs }) => waitMs / 1000)).toEqual([
    ...[0, 0.25, 0.5, 1, 2],
    ...[30, 60, 120, 300, 300, 300, 300],
  ]);
  expect(waits.map(({ isDown }) => isDown).indexOf(true)).toBe(5);
});

test("FA2: a process that was well for ten seconds has a clean record, also one that had been down", () => {
  const policy = new RestartPolicy();
  for (let count = 0; count < 8; count += 1) policy.fell(9_999);
  expect(policy.fell(10_000)).toEqual({ waitMs: 0, isDown: false });
  expect(policy.attempt).toBe(1);
});

test("FA2: a record that is reset is clean", () => {
  const policy = new RestartPolicy();
  for (let count = 0; count < 6; count += 1) policy.fell(0);
  policy.reset();
  expect(policy.fell(0)).toEqual({ waitMs: 0, isDown: false });
});
