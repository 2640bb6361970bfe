/**
 * Owns the measurement of a scene that is turned now and then, by a bad network: how it moves, how soon the exact picture is
 * there when it rests, and what still flows then.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { createStreamServer } from "../../server/index.ts";
import { now } from "../../shared/time.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { Laboratory } from "../support/lab/laboratory.ts";
import { sixtySpheres } from "./cases.ts";
import { type Spread, spreadOf } from "./figures.ts";
import { type Freezes, framesPerSecond, freezesIn } from "./network-figures.ts";
import { shownFrames, watchFrames } from "./network-in-page.ts";

export type RestFigures = {
  readonly rateBps: number;
  /** While it is turned. */
  readonly fps: number;
  readonly freezes: Freezes;
  /** From the last movement of the hand until the exact picture is on the screen. */
  readonly exactAfterMs: Spread | null;
  /** Turns after which none came. */
  readonly missing: number;
  /** How many pixels of what is shown at rest are others than in the server's picture; null where that cannot be told. */
  readonly wrongPixels: number | null;
  /** At rest, all together. */
  readonly downBps: number;
  readonly upBps: number;
};

const RATES_BPS = [5_000_000, 1_000_000] as const;
const SIZE = { width: 1280, height: 720 } as const;
const TURNS = 4;
const TURN_MS = 1500;
const EXACT_DEADLINE_MS = 3000;
const SILENCE_MS = 5000;

export async function measureRest(browser: Browser): Promise<readonly RestFigures[]> {
  await using server = await createStreamServer({
    scene: sixtySpheres.url,
    logLevel: "silent",
    http: { port: 0 },
    render: { size: SIZE, maxFps: 30 },
  });
  const results: RestFigures[] = [];
  for (const rateBps of RATES_BPS) {
    process.stderr.write(`  at rest, ${rateBps / 1e6} …\n`);
    await using laboratory = await Laboratory.start({ to: server.url, network: { rateBps, delayMs: 10 } });
    const { page } = await openPage(browser);
    await page.goto(`${laboratory.url}?transport=webrtc`);
    await waitUntilLive(page, 20_000);
    await watchFrames(page);
    await sleep(2000);
    results.push({ rateBps, ...(await turnNowAndThen(page)), ...(await measureSilence(page, laboratory, server.url)) });
    await page.close();
  }
  return results;
}

async function turnNowAndThen(page: Page): Promise<Pick<RestFigures, "fps" | "freezes" | "exactAfterMs" | "missing">> {
  const times: (number | null)[] = [];
  const [rates, freezes]: [number[], Freezes[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const from = now();
    times.push(await turnOnce(page, TURN_MS));
    const frames = await shownFrames(page);
    rates.push(framesPerSecond(frames, from, from + TURN_MS));
    // The first frame may take its way.
    freezes.push(freezesIn(frames, from + 300, from + TURN_MS));
  }
  const exact = times.filter((time) => time !== null);
  return {
    fps: rates.reduce((sum, rate) => sum + rate, 0) / TURNS,
    freezes: {
      count: freezes.reduce((sum, { count }) => sum + count, 0),
      longestMs: Math.max(...freezes.map(({ longestMs }) => longestMs)),
    },
    exactAfterMs: spreadOf(exact),
    missing: TURNS - exact.length,
  };
}

/** Turns the scene for a time; gives how many milliseconds later the exact picture is shown, null for not. */
function turnOnce(page: Page, forMs: number): Promise<number | null> {
  return page.evaluate(
    async ({ forMs, deadlineMs }) => {
      const { left, top, width, height } = document.querySelector("video")?.getBoundingClientRect() ?? new DOMRect();
      const middle = { x: left + width / 2, y: top + height / 2 };
      const target = document.elementFromPoint(middle.x, middle.y) ?? document.body;
      const pointer = { bubbles: true, pointerId: 1, pointerType: "mouse", isPrimary: true };
      const point = (type: string, x: number, button: number, buttons: number) => {
        const place = { clientX: middle.x + x, clientY: middle.y };
        target.dispatchEvent(new PointerEvent(type, { ...pointer, ...place, button, buttons }));
      };
      const isExact = () => document.querySelector<HTMLElement>("[data-exact]")?.style.visibility === "visible";
      const moveType = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
      point("pointerdown", 0, 0, 1);
      const begun = performance.now();
      let x = 0;
      while (performance.now() - begun < forMs) {
        x = 200 * Math.sin((performance.now() - begun) / 300);
        point(moveType, x, -1, 1);
        await new Promise((resolve) => setTimeout(resolve, 12));
      }
      point("pointerup", x, 0, 0);
      const ended = performance.now();
      // What still lies there now may be the one before.
      await new Promise((resolve) => setTimeout(resolve, 50));
      while (!isExact() && performance.now() - ended < deadlineMs) await new Promise(requestAnimationFrame);
      return isExact() ? performance.now() - ended : null;
    },
    { forMs, deadlineMs: EXACT_DEADLINE_MS },
  );
}

async function measureSilence(
  page: Page,
  laboratory: Laboratory,
  serverUrl: string,
): Promise<Pick<RestFigures, "wrongPixels" | "downBps" | "upBps">> {
  await sleep(2000);
  const before = { down: laboratory.down.passedBytes, up: laboratory.up.passedBytes, at: performance.now() };
  await sleep(SILENCE_MS);
  const seconds = (performance.now() - before.at) / 1000;
  const downBps = ((laboratory.down.passedBytes - before.down) * 8) / seconds;
  const upBps = ((laboratory.up.passedBytes - before.up) * 8) / seconds;
  return { downBps, upBps, wrongPixels: await countWrongPixels(page, serverUrl) };
}

async function countWrongPixels(page: Page, serverUrl: string): Promise<number | null> {
  const shown = await page.evaluate(async () => {
    const picture = await window.scenecast.snapshot();
    return [...new Uint8Array(await picture.arrayBuffer())];
  });
  const rendered = await (await fetch(new URL("snapshot.png", serverUrl))).arrayBuffer();
  const [one, other] = await Promise.all(
    [Uint8Array.from(shown), new Uint8Array(rendered)].map((png) => sharp(png).removeAlpha().raw().toBuffer()),
  );
  if (one === undefined || other === undefined || one.length !== other.length) return null;
  let wrong = 0;
  for (let at = 0; at < one.length; at += 3) {
    if (one[at] !== other[at] || one[at + 1] !== other[at + 1] || one[at + 2] !== other[at + 2]) wrong += 1;
  }
  return wrong;
}
