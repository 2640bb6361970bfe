/** Owns the measurement of bad networks: the real server, the laboratory, the real page in Chromium. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { now } from "../../shared/time.ts";
import type { PictureSize } from "../../shared/video.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { Laboratory } from "../support/lab/laboratory.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";
import type { NetworkCondition } from "./network-conditions.ts";
import {
  backAfter,
  type Freezes,
  framesPerSecond,
  freezesIn,
  type LinkSample,
  rateIn,
  steadyAfter,
} from "./network-figures.ts";
import { pressFor, shownFrames, shownHeight, shownLuma, watchFrames } from "./network-in-page.ts";
import { References } from "./references.ts";

export type NetworkFigures = {
  readonly condition: NetworkCondition;
  readonly start: Start;
  readonly rateBps: number;
  readonly fps: number;
  readonly freezes: Freezes;
  /** In the size that the video has at last. */
  readonly height: number;
  readonly clicks: { readonly toPixel: Spread | null; readonly lost: number } | null;
  /** Of pictures shown against the same as rendered. */
  readonly ssim: number | null;
  readonly recovery: Recovery | null;
};

/** The first seconds, in which nothing is known of the network. */
type Start = {
  /** From the page's being there until it moves. */
  readonly movesAfterMs: number | null;
  readonly longestMs: number;
};

/** All but the start. */
type Measured = Omit<NetworkFigures, "start">;

/** From the change for the worse, and from its end. */
type Recovery = {
  readonly beforeBps: number;
  readonly steadyAfterMs: number | null;
  readonly shownAfterMs: number | null;
  readonly backAfterMs: number | null;
};

/** What every picture takes at most. */
export const NETWORK_BITRATE_BPS = 8_000_000;
const SIZE: PictureSize = { width: 1280, height: 720 };
const MAX_FPS = 30;
const PICTURE_DEADLINE_MS = 20_000;
const SETTLE_MS = 4000;
const PRESS_MS = 12_000;
const RECOVER_MS = 12_000;
const SAMPLE_MS = 50;
const COMPARISONS = 6;
const scene = new URL("./scenes/lively.ts", import.meta.url);

/** Measures each condition in turn. A condition in which no picture comes is left out, and `failed` is told why. */
export async function measureNetworks(
  browser: Browser,
  conditions: readonly NetworkCondition[],
  failed: (condition: NetworkCondition, reason: string) => void,
): Promise<readonly NetworkFigures[]> {
  if (conditions.length === 0) return [];
  const references = await References.render(scene, SIZE);
  await using server = await createStreamServer({
    scene,
    logLevel: "silent",
    http: { port: 0 },
    render: { size: SIZE, maxFps: MAX_FPS },
    encode: { bitrateBps: NETWORK_BITRATE_BPS },
  });
  const results: NetworkFigures[] = [];
  for (const condition of conditions) {
    process.stderr.write(`  ${condition.name} …\n`);
    try {
      results.push(await measureNetwork(browser, server, condition, references));
    } catch (error) {
      failed(condition, error instanceof Error ? error.message : String(error));
    }
  }
  return results;
}

async function measureNetwork(
  browser: Browser,
  server: StreamServer,
  condition: NetworkCondition,
  references: References,
): Promise<NetworkFigures> {
  await using laboratory = await Laboratory.start({ to: server.url, network: condition.network });
  const { page } = await openPage(browser);
  const samples: LinkSample[] = [];
  const sampling = setInterval(() => samples.push({ atMs: now(), ...laboratory.down }), SAMPLE_MS);
  try {
    await page.goto(`${laboratory.url}?transport=${condition.way}`);
    const openedAt = now();
    await waitUntilLive(page, PICTURE_DEADLINE_MS);
    await watchFrames(page);
    const measured = await (condition.disturbance === null
      ? measureSteady(page, condition, samples, references)
      : measureDisturbed(page, condition, samples, laboratory, references));
    return { ...measured, start: startOf(await shownFrames(page), openedAt) };
  } finally {
    clearInterval(sampling);
    await page.close();
  }
}

async function measureSteady(
  page: Page,
  condition: NetworkCondition,
  samples: readonly LinkSample[],
  references: References,
): Promise<Measured> {
  await sleep(SETTLE_MS);
  const from = now();
  const times = await pressFor(page, PRESS_MS);
  const to = now();
  const frames = await shownFrames(page);
  const seen = times.filter((time) => time !== null);
  return {
    condition,
    rateBps: rateIn(samples, from, to),
    fps: framesPerSecond(frames, from, to),
    freezes: freezesIn(frames, from, to),
    clicks: { toPixel: spreadOf(seen), lost: times.length - seen.length },
    ...(await comparePictures(page, references)),
    recovery: null,
  };
}

async function measureDisturbed(
  page: Page,
  condition: NetworkCondition,
  samples: readonly LinkSample[],
  laboratory: Laboratory,
  references: References,
): Promise<Measured> {
  const { disturbance, network } = condition;
  if (disturbance === null) throw new TypeError("condition.disturbance must be there.");
  await sleep(disturbance.afterMs);
  const from = now();
  laboratory.change(disturbance.network);
  await sleep(disturbance.forMs);
  const to = now();
  laboratory.change(network);
  await sleep(RECOVER_MS);
  const frames = await shownFrames(page);
  const beforeBps = rateIn(samples, from - 3000, from);
  const shownAt = frames.find((at) => at > to);
  return {
    condition,
    rateBps: rateIn(samples, (from + to) / 2, to),
    fps: framesPerSecond(frames, from, to),
    freezes: freezesIn(frames, from, to + RECOVER_MS),
    clicks: null,
    ...(await comparePictures(page, references)),
    recovery: {
      beforeBps,
      steadyAfterMs: steadyAfter(samples, frames, from, to),
      shownAfterMs: shownAt === undefined ? null : shownAt - to,
      backAfterMs: backAfter(samples, beforeBps, to),
    },
  };
}

async function comparePictures(page: Page, references: References): Promise<Pick<NetworkFigures, "ssim" | "height">> {
  const values: number[] = [];
  for (let comparison = 0; comparison < COMPARISONS; comparison += 1) {
    const shown = await shownLuma(page, SIZE);
    const value = shown === null ? null : references.compare(shown);
    if (value !== null) values.push(value);
  }
  return { ssim: values.length === 0 ? null : sum(values) / values.length, height: await shownHeight(page) };
}

function startOf(frames: readonly number[], openedAt: number): Start {
  const [first] = frames;
  const { longestMs } = freezesIn(frames, first ?? openedAt, openedAt + SETTLE_MS);
  return { movesAfterMs: first === undefined ? null : first - openedAt, longestMs };
}
