/** What the statistics panel says. */

import { describe, expect, it } from "vitest";
import { latencyStages, stageTimes } from "../../../../client/page/latency-stages.ts";
import { chartWords, statisticsRows } from "../../../../client/page/statistics-rows.ts";
import { noDigest } from "../../../../client/streams/receiver-stats.ts";
import type { ViewerStats } from "../../../../client/streams/viewer-stats.ts";

const none: ViewerStats = {
  ...noDigest,
  fallbackReason: null,
  shownFps: 0,
  renderedFps: 0,
  serverRenderMs: null,
  serverEncodeMs: null,
  clickToPictureMs: null,
  framesShown: 0,
};

it.each<[Partial<ViewerStats>, string]>([
  [{}, "–"],
  [{ codec: "vp8", chroma: "420" }, "VP8"],
  [{ codec: "h264", chroma: "444" }, "H.264, 4:4:4"],
  [{ transport: { kind: "mjpeg" } }, "JPEG"],
])("of %o: %s", (stats, words) => {
  const rows = statisticsRows({ ...none, ...stats }, null);
  expect(rows.find(({ name }) => name === "Codec")?.value).toBe(words);
});

it.each<[string, Partial<ViewerStats>, boolean, string]>([
  ["at rest", { serverEncodeMs: 101 }, false, "at rest"],
  ["in motion", { shownFps: 59.6, renderedFps: 60 }, false, "60 /s"],
  ["while frames are drawn and none comes", { renderedFps: 60 }, false, "0 /s"],
  ["who looks away", { shownFps: 3 }, true, "paused"],
])("the frame rate %s", (_when, stats, isPaused, words) => {
  expect(chartWords({ ...none, ...stats }, null, isPaused).fps).toBe(words);
});

it("nothing is said twice, and at rest nothing of a second before", () => {
  const rows = statisticsRows({ ...none, serverRenderMs: 12, serverEncodeMs: 101 }, null);
  const names = rows.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(JSON.stringify(rows)).not.toMatch(/101|12/);
});

describe("the stages of a press", () => {
  const press = { lastMs: 50, lastServerMs: 20, medianMs: 40, p95Ms: 60, count: 9 };
  const of = (stats: Partial<ViewerStats>) =>
    stageTimes({ ...none, clickToPictureMs: press, ...stats }, null)?.map((ms, at) => [latencyStages[at], ms]);

  it("sum up to the whole", () => {
    expect(of({ serverRenderMs: 8, serverEncodeMs: 3, roundTripMs: 10 })).toEqual([
      ["Draw", 8],
      ["Encode", 3],
      ["Rest of server", 9],
      ["Network", 10],
      ["Browser", 20],
    ]);
  });

  it("are never longer than what they are a part of", () => {
    expect(of({ serverRenderMs: 15, serverEncodeMs: 30, roundTripMs: 400 })?.map(([, ms]) => ms)).toEqual([
      15, 5, 0, 30, 0,
    ]);
  });

  it("are not there before the first", () => {
    expect(stageTimes(none, null)).toBeNull();
  });
});
