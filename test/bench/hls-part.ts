/**
 * Owns the measurement of the stream by HLS: how far behind the scene it is in Chromium, with a rest in between; what many players take of
 * the server; and what a viewer by WebRTC notices of it.
 */

import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
// Declares `window.scenecastStart`.
import type {} from "../../client/page/watch/watch.ts";
import { createStreamServer, type SessionReport, type StreamServer } from "../../server/index.ts";
import type { PictureSize } from "../../shared/video.ts";
import { watchClock } from "../support/clock-picture.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { numberText, type Spread, spreadOf, spreadText, sum } from "./figures.ts";
import type { PlayersReport, ToPlayers } from "./hls-players-protocol.ts";
import type { Table } from "./table.ts";
import { clickOnScreen } from "./transports-part.ts";

const TOKEN = "a-token-of-the-benchmark";
const PLAYERS = [10, 100, 1000];
const SPAN_MS = 20_000;
const ROUNDS = 3;
const SETTLE_MS = 3000;

export type WatchedFigures = {
  readonly behind: Spread | null;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly restPlayed: number;
};
type Crowd = PlayersReport & { readonly players: number; readonly seconds: number; readonly mainCpu: number };
type Beside = {
  readonly name: string;
  readonly toPixel: Spread | null;
  readonly scene: number;
  readonly encode: number;
  readonly mux: number;
};
export type HlsFigures = {
  readonly watched: WatchedFigures;
  readonly crowds: readonly Crowd[];
  readonly beside: readonly Beside[];
};

export async function measureHls(
  browser: Browser,
  free: URL,
  size: PictureSize,
  { clicks, seconds }: { readonly clicks: number; readonly seconds: number },
): Promise<HlsFigures> {
  const clock = new URL("../fixtures/scenes/clock.ts", import.meta.url);
  const options = { logLevel: "silent", http: { port: 0 }, access: { token: TOKEN }, render: { size } } as const;
  await using server = await createStreamServer({ ...options, scene: clock });
  const watched = await watch(browser, server, size);
  const crowds: Crowd[] = [];
  for (const players of PLAYERS) crowds.push(await crowd(server, players, seconds));
  await server.close();
  await using other = await createStreamServer({ ...options, scene: free });
  return { watched, crowds, beside: await besideViewer(browser, other, size, { clicks, seconds }) };
}

/** Moves, rests, and moves again, a third of a minute each. */
async function watch(browser: Browser, server: StreamServer, size: PictureSize): Promise<WatchedFigures> {
  const page = await browser.newPage({ viewport: size });
  try {
    await page.goto(server.link.replace("/#", "/watch#"));
    await page.waitForFunction(() => window.scenecastStart.state.kind === "playing", undefined, { timeout: 30_000 });
    await sleep(SETTLE_MS);
    const moving = await watchClock(page, SPAN_MS);
    await server.room().setParameters({ moving: false });
    const resting = await watchClock(page, SPAN_MS);
    await server.room().setParameters({ moving: true });
    // The first that moves again is shown so much later.
    const waking = await watchClock(page, SETTLE_MS);
    const again = await watchClock(page, SPAN_MS - SETTLE_MS);
    const spans = [moving, resting, waking, again];
    return {
      behind: spreadOf([...moving.behindMs, ...again.behindMs]),
      stalls: sum(spans.map(({ stalls }) => stalls)),
      stalledMs: sum(spans.map(({ stalledMs }) => stalledMs)),
      restPlayed: resting.played,
    };
  } finally {
    await page.close();
  }
}

/** The players are in a process of their own; the server is in this one. */
async function crowd(server: StreamServer, players: number, seconds: number): Promise<Crowd> {
  process.stderr.write(`  ${players} players …\n`);
  const url = new URL("hls/high/live.m3u8", server.url).href;
  const child = fork(new URL("./hls-players-process.ts", import.meta.url), { serialization: "advanced" });
  try {
    const answer = new Promise<PlayersReport | { readonly error: string }>((resolve, reject) => {
      child.once("message", (message) => resolve(message as PlayersReport));
      child.once("exit", () => reject(new Error("The players ended.")));
    });
    const before = process.cpuUsage();
    const begun = performance.now();
    child.send({ url, token: TOKEN, players, seconds } satisfies ToPlayers);
    const report = await answer;
    if ("error" in report) throw new Error(report.error);
    const { user, system } = process.cpuUsage(before);
    const tookMs = performance.now() - begun;
    return { ...report, players, seconds: tookMs / 1000, mainCpu: (user + system) / 1000 / tookMs };
  } finally {
    child.kill();
  }
}

async function besideViewer(
  browser: Browser,
  server: StreamServer,
  size: PictureSize,
  { clicks, seconds }: { readonly clicks: number; readonly seconds: number },
): Promise<Beside[]> {
  const page = await browser.newPage({ viewport: size });
  await page.goto(server.link.replace("/#", "/?transport=webrtc#"));
  await page.waitForFunction(() => window.scenecast.state.kind === "live", undefined, { timeout: 20_000 });
  const samples: { name: string; times: number[]; cpu: number; reports: SessionReport[] }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ["none", "somebody watches by HLS"]) {
      process.stderr.write(`  ${name} …\n`);
      const leave = name === "none" ? () => undefined : keepAsking(server);
      await sleep(SETTLE_MS);
      samples.push({ name, ...(await sample(page, server, Math.ceil(clicks / ROUNDS), seconds)) });
      leave();
      // It ends by itself half a minute after the last who asked.
      if (name !== "none" && round < ROUNDS - 1) await sleep(34_000);
    }
  }
  await page.close();
  return [...Map.groupBy(samples, ({ name }) => name)].map(([name, ofCase]) => {
    const reports = ofCase.flatMap((one) => one.reports);
    const share = (thread: "encode" | "mux") => sum(reports.map(({ cpuMs }) => cpuMs[thread])) / reports.length / 10;
    return {
      name,
      toPixel: spreadOf(ofCase.flatMap(({ times }) => times)),
      scene: (100 * sum(ofCase.map(({ cpu }) => cpu))) / ofCase.length,
      encode: share("encode"),
      mux: share("mux"),
    };
  });
}

/** One player that decodes nothing, so that nothing but the server's work is beside the viewer. */
function keepAsking(server: StreamServer): () => void {
  const url = new URL("hls/high/live.m3u8", server.url);
  const ask = () => fetch(url, { headers: { Authorization: `Bearer ${TOKEN}` } }).catch(() => undefined);
  void ask();
  const timer = setInterval(() => void ask(), 2000);
  return () => clearInterval(timer);
}

async function sample(
  page: Page,
  server: StreamServer,
  clicks: number,
  seconds: number,
): Promise<{ times: number[]; cpu: number; reports: SessionReport[] }> {
  const reports: SessionReport[] = [];
  const off = server.on("reported", ({ report }) => void reports.push(report));
  const pid = server.room().pid ?? 0;
  const before = { cpu: cpuSecondsOf(pid), at: performance.now() };
  await sleep(seconds * 1000);
  const cpu = (cpuSecondsOf(pid) - before.cpu) / ((performance.now() - before.at) / 1000);
  off();
  return { times: await clickOnScreen(page, clicks), cpu, reports };
}

export function hlsTables({ watched, crowds, beside }: HlsFigures): Table[] {
  return [
    {
      title: "The stream by HLS in Chromium, 1280x720, a minute with a rest of twenty seconds in the middle",
      note: "Milliseconds behind the scene's clock, as decoded pixels show it, median / 95th percentile; how often Chromium said that the video waits, and for how many milliseconds in all (a picture is shown for 33); seconds of video that were played in the rest.",
      head: ["behind", "waited", "in all", "played at rest"],
      rows: [
        [
          spreadText(watched.behind),
          String(watched.stalls),
          numberText(watched.stalledMs),
          numberText(watched.restPlayed),
        ],
      ],
    },
    {
      title: "Many players of it, each asking for its playlist and each part, on the same machine",
      note: "Requests and Mbit a second in all; per cent of one core that the main process takes; milliseconds from the end of a part's last picture until a player has it, median / 95th percentile; answers that were refused.",
      head: ["players", "requests/s", "Mbit/s", "main process", "part is late by", "refused"],
      rows: crowds.map(({ players, seconds, requests, bytes, mainCpu, lateMs, failures }) => [
        String(players),
        numberText(requests / seconds),
        numberText((8 * bytes) / seconds / 1e6),
        numberText(100 * mainCpu),
        spreadText(spreadOf(lateMs)),
        String(failures),
      ]),
    },
    {
      title: "What a viewer by WebRTC notices of it, 1280x720, a scene that costs nothing to draw",
      note: "In turn, three times each. Milliseconds from a press to the changed pixel, median / 95th percentile; per cent of one core that the scene's process takes, of it the encoders, and the thread that cuts the stream.",
      head: ["besides", "click to pixel", "scene's process", "of it encoding", "of it cutting"],
      rows: beside.map(({ name, toPixel, scene, encode, mux }) => [
        name,
        spreadText(toPixel),
        numberText(scene),
        numberText(encode),
        numberText(mux),
      ]),
    },
  ];
}
