/** Owns what the tables about bad networks say: figures in, rows out. Pure. */

import { numberText, spreadText } from "./figures.ts";
import { type NetworkCondition, roundTripOf } from "./network-conditions.ts";
import { NETWORK_BITRATE_BPS, type NetworkFigures } from "./network-part.ts";
import type { RestFigures } from "./network-rest.ts";
import type { Table } from "./table.ts";

const steadyHead = ["network", "Mbit/s", "of what is there", "frames/s", "freezes", "longest ms", "click to pixel ms"];

export function networkTable(results: readonly NetworkFigures[]): Table {
  return {
    title: "Bad networks, 720p at 30 frames/s",
    note: `Mbit/s of the network's name; what is there counts to ${NETWORK_BITRATE_BPS / 1e6} Mbit/s, which the server sends at most, and without what the network loses. Freezes: over 200 ms. Click to pixel: median / 95th percentile, and the round trip of the network. SSIM of what is shown against the same picture as rendered. Start: seconds from the page's being there until the picture moves, and the longest time without a frame in the first four seconds.`,
    head: [...steadyHead, "round trip", "lost", "height", "SSIM", "start", "its longest ms"],
    rows: results
      .filter(({ recovery }) => recovery === null)
      .map(({ condition, start, rateBps, fps, freezes, clicks, height, ssim }) => [
        condition.name,
        numberText(rateBps / 1e6),
        shareText(rateBps, condition),
        numberText(fps),
        String(freezes.count),
        numberText(freezes.longestMs),
        spreadText(clicks?.toPixel ?? null),
        String(roundTripOf(condition)),
        clicks === null ? "–" : String(clicks.lost),
        String(height),
        ssim === null ? "–" : ssim.toFixed(3),
        secondsText(start.movesAfterMs),
        numberText(start.longestMs),
      ]),
  };
}

export function recoveryTable(results: readonly NetworkFigures[]): Table {
  return {
    title: "When the network gets worse, and well again",
    note: "Seconds. Steady: from the change for the worse to the first second without a queue over 100 ms, a drop or a freeze. Shown: from its end to the next frame. Back: from its end to 85 % of the rate before.",
    head: ["network", "Mbit/s before", "in it", "frames/s", "longest ms", "steady", "shown", "back", "SSIM at the end"],
    rows: results.flatMap(({ condition, rateBps, fps, freezes, ssim, recovery }) =>
      recovery === null
        ? []
        : [
            [
              condition.name,
              numberText(recovery.beforeBps / 1e6),
              numberText(rateBps / 1e6),
              numberText(fps),
              numberText(freezes.longestMs),
              secondsText(recovery.steadyAfterMs),
              secondsText(recovery.shownAfterMs),
              secondsText(recovery.backAfterMs),
              ssim === null ? "–" : ssim.toFixed(3),
            ],
          ],
    ),
  };
}

export function restTable(results: readonly RestFigures[]): Table {
  return {
    title: "A scene that is turned now and then, 720p by WebRTC",
    note: "Frames and freezes while it is turned. Exact: from the last movement until the picture without loss is on the screen, in milliseconds, median / 95th percentile. At rest everything counts that goes over the network.",
    head: [
      "Mbit/s",
      "frames/s",
      "freezes",
      "longest ms",
      "exact",
      "missing",
      "wrong pixels",
      "kbit/s down",
      "kbit/s up",
    ],
    rows: results.map(({ rateBps, fps, freezes, exactAfterMs, missing, wrongPixels, downBps, upBps }) => [
      String(rateBps / 1e6),
      numberText(fps),
      String(freezes.count),
      numberText(freezes.longestMs),
      spreadText(exactAfterMs),
      String(missing),
      wrongPixels === null ? "–" : String(wrongPixels),
      numberText(downBps / 1000),
      numberText(upBps / 1000),
    ]),
  };
}

function shareText(passedBps: number, { network }: NetworkCondition): string {
  const { rateBps, loss = 0 } = network;
  const there = Math.min(NETWORK_BITRATE_BPS, (rateBps ?? Number.POSITIVE_INFINITY) * (1 - loss));
  return `${Math.round((passedBps / there) * 100)} %`;
}

function secondsText(ms: number | null): string {
  return numberText(ms === null ? null : ms / 1000);
}
