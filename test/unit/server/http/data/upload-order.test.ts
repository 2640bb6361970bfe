/** Who gives way of those who fill data, by the clock of the test. */

import { beforeEach, expect, test, vi } from "vitest";
import { UploadOrder } from "../../../../../server/http/data/upload-order.ts";

let order: UploadOrder;
let gaveWay: string[];
beforeEach(() => {
  vi.useFakeTimers();
  order = new UploadOrder(3_000);
  gaveWay = [];
});

const add = (room: string, name: string) => order.add(room, () => gaveWay.push(name));
/** A host waits for as long as it says here. */
const wait = () => {
  const since = Date.now();
  return order.wait("", () => Date.now() - since);
};

test("what links of the room began before a host came gives way after its patience, and nothing else does (UO1, UO2)", () => {
  add("", "first");
  add("hall", "elsewhere");
  const over = add("", "over");
  wait();
  add("", "later");
  over();
  vi.advanceTimersByTime(2_900);
  expect(gaveWay).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(gaveWay).toEqual(["first"]);
});

test("a host who is served in time makes nobody give way", () => {
  add("", "first");
  const served = wait();
  vi.advanceTimersByTime(2_900);
  served();
  // Its client is slow, and nobody else is to blame for that.
  order.wait("", () => 0);
  vi.advanceTimersByTime(60_000);
  expect(gaveWay).toEqual([]);
  expect(vi.getTimerCount()).toBe(1);
});
