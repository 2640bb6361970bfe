import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeyFrameWishes } from "../../../../../server/pipeline/quality/key-frame-wishes.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const encoder = { codec: "h264", tier: 0 } as const;
const asked: string[] = [];
let wishes: KeyFrameWishes;

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  wishes = new KeyFrameWishes(
    ({ codec, tier }, reason) => asked.push(`${codec} ${tier} ${reason}`),
    () => milliseconds(performance.now()),
  );
});

afterEach(() => {
  wishes.close();
});

test("a viewer that asks without end gets six key frames and then one a second (KW1)", () => {
  for (let turn = 0; turn < 100; turn += 1) {
    wishes.wish("mallory", encoder, "start");
    vi.advanceTimersByTime(100);
  }
  expect(asked.length).toBeGreaterThanOrEqual(14);
  expect(asked.length).toBeLessThanOrEqual(16);
});

test("what was too much is asked for later, once (KW2), and others are not held up by it", () => {
  for (let turn = 0; turn < 20; turn += 1) wishes.wish("mallory", encoder, "loss");
  wishes.wish("ann", encoder, "start");
  expect(asked).toEqual([...Array(6).fill("h264 0 loss"), "h264 0 start"]);
  vi.advanceTimersByTime(5_000);
  expect(asked).toHaveLength(8);
});

test("nothing is asked for in the name of who left", () => {
  for (let turn = 0; turn < 7; turn += 1) wishes.wish("mallory", encoder, "loss");
  wishes.remove("mallory");
  vi.advanceTimersByTime(5_000);
  expect(asked).toHaveLength(6);
});
