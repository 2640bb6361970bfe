/**
 * Owns the measurement of what recordings, and sending on to a server by RTMP or WHIP, cost: the viewer's press to pixel and the
 * processor time of the scene's process, without any and with some. All are measured in turn, several times, so that a machine that slows down favours none.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { createStreamServer, type SessionReport, type StreamServer } from "../../server/index.ts";
import type { PictureSize } from "../../shared/video.ts";
import { LightWhipEnd } from "../support/light-whip-end.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { numberText, type Spread, spreadOf, spreadText, sum } from "./figures.ts";
import type { Table } from "./table.ts";
import { clickOnScreen } from "./transports-part.ts";

type Case = {
  readonly name: string;
  readonly count: number;
  readonly keyFrameSeconds?: number;
  /** How many servers it is sent on to. */
  readonly outputs?: number;
  /** By what. Default RTMP. */
  readonly by?: "whip";
};

const cases: readonly Case[] = [
  { name: "none", count: 0 },
  { name: "one recording", count: 1 },
  { name: "four recordings", count: 4 },
  { name: "one recording, a key frame every 2 s", count: 1, keyFrameSeconds: 2 },
  { name: "sent on by RTMP", count: 0, outputs: 1 },
  { name: "sent on by RTMP to four", count: 0, outputs: 4 },
  { name: "sent on by WHIP", count: 0, outputs: 1, by: "whip" },
];

export type SinkFigures = {
  readonly name: string;
  readonly shownFps: number;
  readonly toPixel: Spread | null;
  readonly encoders: number;
  /** Per cent of one core: the scene's process, and of it the encoders and the thread that writes. */
  readonly scene: number;
  readonly encode: number;
  readonly mux: number;
  /** Milliseconds in which the thread that sends to viewers is done with a packet. */
  readonly send: Spread | null;
};

type Sample = {
  readonly times: readonly number[];
  readonly shownFps: number;
  readonly sceneCpu: number;
  readonly reports: readonly SessionReport[];
};

const ROUNDS = 3;
const SETTLE_MS = 2000;

export async function measureSinks(
  browser: Browser,
  scene: URL,
  size: PictureSize,
  settings: { readonly clicks: number; readonly seconds: number },
): Promise<readonly SinkFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  await using nginx = await RtmpServer.start();
  await using whip = await LightWhipEnd.start();
  await using server = await createStreamServer({ scene, logLevel: "silent", http: { port: 0 }, render: { size } });
  const page = await browser.newPage({ viewport: size });
  const samples = new Map<Case, Sample[]>(cases.map((one) => [one, []]));
  try {
    await page.goto(`${server.url}?transport=webrtc`);
    await page.waitForFunction(() => window.scenecast.state.kind === "live", undefined, { timeout: 20_000 });
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const one of cases) {
        process.stderr.write(`  ${one.name} …\n`);
        samples.get(one)?.push(await measure(server, page, { folder, sendTo: nginx.url, whip }, one, settings));
      }
    }
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
  return cases.map(({ name }, index) => figuresOf(name, [...samples.values()][index] ?? []));
}

async function measure(
  server: StreamServer,
  page: Page,
  { folder, sendTo, whip }: { readonly folder: string; readonly sendTo: string; readonly whip: LightWhipEnd },
  { count, keyFrameSeconds, outputs = 0, by }: Case,
  { clicks, seconds }: { readonly clicks: number; readonly seconds: number },
): Promise<Sample> {
  const room = server.room();
  const options = keyFrameSeconds === undefined ? {} : { keyFrameSeconds };
  const recordings = await Promise.all(
    Array.from({ length: count }, () => room.record({ file: join(folder, "film.mp4"), ...options })),
  );
  const addressOf = (index: number) => (by === "whip" ? whip.address : `${sendTo}/key-${index}`);
  const sent = Array.from({ length: outputs }, (_, index) => room.startOutput(addressOf(index)));
  await sleep(SETTLE_MS);
  whip.take();
  const reports: SessionReport[] = [];
  const off = server.on("reported", ({ report }) => void reports.push(report));
  const pid = room.pid ?? 0;
  const before = { cpu: cpuSecondsOf(pid), at: performance.now() };
  const fps: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    fps.push(await page.evaluate(() => window.scenecast.stats().shownFps ?? 0));
  }
  const sceneCpu = (cpuSecondsOf(pid) - before.cpu) / ((performance.now() - before.at) / 1000);
  off();
  const times = await clickOnScreen(page, Math.ceil(clicks / ROUNDS));
  const arrived = whip.take();
  if (by === "whip" && arrived.frames === 0) throw new Error("Nothing arrived by WHIP.");
  for (const { id } of sent) room.endOutput(id);
  for (const recording of recordings) {
    const { error, path } = await recording.stop();
    if (error !== null) throw new Error(error);
    rmSync(path);
  }
  return { times, shownFps: sum(fps) / fps.length, sceneCpu, reports };
}

function figuresOf(name: string, samples: readonly Sample[]): SinkFigures {
  const mean = (of: (sample: Sample) => number) => sum(samples.map(of)) / samples.length;
  const reports = samples.flatMap((sample) => sample.reports);
  const share = (thread: "encode" | "mux") => sum(reports.map(({ cpuMs }) => cpuMs[thread])) / reports.length / 10;
  return {
    name,
    shownFps: mean(({ shownFps }) => shownFps),
    toPixel: spreadOf(samples.flatMap(({ times }) => times)),
    encoders: Math.max(...reports.map(({ encoders }) => encoders)),
    scene: 100 * mean(({ sceneCpu }) => sceneCpu),
    encode: share("encode"),
    mux: share("mux"),
    send: spreadOf(reports.flatMap(({ stageMs }) => stageMs.send)),
  };
}

export function sinksTable(figures: readonly SinkFigures[]): Table {
  return {
    title: "What recordings and sending on cost, 1280x720, a scene that costs nothing to draw, one viewer by WebRTC",
    note: "In turn, three times each. Milliseconds from a press to the changed pixel, median / 95th percentile, as the compositor puts it out; per cent of one core that the scene's process takes, of it the encoders, and the thread that writes the files and sends on; milliseconds in which the thread that sends to viewers is done with a packet.",
    head: [
      "besides",
      "shown/s",
      "click to pixel",
      "encoders",
      "scene's process",
      "of it encoding",
      "of it writing",
      "send",
    ],
    rows: figures.map(({ name, shownFps, toPixel, encoders, scene, encode, mux, send }) => [
      name,
      numberText(shownFps),
      spreadText(toPixel),
      String(encoders),
      numberText(scene),
      numberText(encode),
      numberText(mux),
      spreadText(send),
    ]),
  };
}
