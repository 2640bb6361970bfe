import { expect, test } from "vitest";
import { qualityHint } from "../../../../client/page/quality-words.ts";
import { formatPercent } from "../../../../client/page/statistics-rows.ts";

const scene = { width: 1280, height: 720 };
const small = {
  size: { width: 640, height: 360 },
  maxFps: 30,
  bitrateBps: 450_000,
  estimateBps: 500_000,
  roundTripMs: 40,
  loss: 0,
};

test("a quality that the connection keeps down is worth a word", () => {
  expect(qualityHint(small, scene)).toBe("640 × 360");
  expect(qualityHint({ ...small, size: scene, maxFps: 8 }, scene)).toBe("8 fps");
});

test("full quality is not, nor one that somebody chose, nor one of which nothing is known", () => {
  expect(qualityHint({ ...small, size: scene }, scene)).toBeNull();
  expect(qualityHint({ ...small, estimateBps: 20e6 }, scene)).toBeNull();
  expect(qualityHint({ ...small, estimateBps: null }, scene)).toBeNull();
  expect(qualityHint(null, scene)).toBeNull();
});

test("loss is told in percent", () => {
  expect([0, 0.004, 0.02, 0.25].map(formatPercent)).toEqual(["0 %", "0.4 %", "2.0 %", "25 %"]);
});
