import { expect, test } from "vitest";
import { RestFrames } from "../../../../client/streams/rest-frames.ts";

test("a frame is drawn before the rest, is the picture at rest, or comes after it", () => {
  const frames = new RestFrames();
  expect(frames.judge(5)).toBe("before");
  frames.announce(1000);
  expect([999, 1000, 1001].map((name) => frames.judge(name))).toEqual(["before", "resting", "after"]);
  frames.announce(2000);
  expect([1000, 1500, 2000, 2001].map((name) => frames.judge(name))).toEqual(["resting", "after", "resting", "after"]);
});

test("RTP time stamps go on from 0", () => {
  const frames = new RestFrames();
  frames.announce(2 ** 32 - 10);
  expect(frames.judge(2 ** 32 - 11)).toBe("before");
  expect(frames.judge(20)).toBe("after");
  frames.announce(20);
  expect(frames.judge(20)).toBe("resting");
  expect(frames.judge(21)).toBe("after");
});
