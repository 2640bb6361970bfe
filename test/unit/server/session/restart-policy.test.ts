import { expect, test } from "vitest";
import { RestartPolicy } from "../../../../server/session/restart-policy.ts";

test("the first fall is mended at once, later ones ever later, the sixth not", () => {
  const policy = new RestartPolicy();
  const waits = [0, 1, 2, 3, 4, 5].map((second) => policy.fell(second * 1000));
  expect(waits).toEqual([0, 250, 500, 1000, 2000, null]);
});

test("after 30 seconds the record is clean", () => {
  const policy = new RestartPolicy();
  policy.fell(0);
  policy.fell(1_000);
  expect(policy.fell(31_000)).toBe(0);
  expect(policy.attempt).toBe(1);
});

test("a record that is reset is clean", () => {
  const policy = new RestartPolicy();
  for (let second = 0; second < 6; second += 1) policy.fell(second * 1000);
  policy.reset();
  expect(policy.fell(7_000)).toBe(0);
});
