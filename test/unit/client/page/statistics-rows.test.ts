/** What the statistics panel says of the codec. */

import { expect, it } from "vitest";
import { statisticsRows } from "../../../../client/page/statistics-rows.ts";
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
