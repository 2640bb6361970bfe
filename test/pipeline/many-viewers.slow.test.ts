/**
 * A scene before many viewers who come and go: those who stay lose nothing by it, and nothing of those who left remains.
 * The viewers connect as any do and count their packets undecoded, in processes of their own. Linux only: it reads /proc.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createStreamServer } from "../../server/index.ts";
import type { SessionReport } from "../../server/session/session-report.ts";
import type { LightCounts } from "../support/light-counts.ts";
import { openFilesOf, residentBytesOf } from "../support/process-stats.ts";
import { Receivers } from "../support/receivers.ts";

const STAYING = 16;
const PASSING = 5;
const ROUNDS = 10;

/** Frames a second of the one who watches, over three seconds. */
async function rateOf(receivers: Receivers): Promise<number> {
  await receivers.take();
  const begun = performance.now();
  await sleep(3000);
  const { counts } = await receivers.take();
  return ((counts[0]?.frames ?? 0) * 1000) / (performance.now() - begun);
}

const total = (counts: readonly LightCounts[], field: keyof LightCounts): number =>
  counts.reduce((sum, one) => sum + one[field], 0);

test.runIf(process.platform === "linux")(
  "50 who come and go cost 16 who stay nothing, and leave nothing behind",
  { timeout: 120_000 },
  async () => {
    await using server = await createStreamServer({
      scene: new URL("../bench/scenes/noise.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0 },
      encode: { bitrateBps: 4_000_000, codec: "h264" },
    });
    const reports: SessionReport[] = [];
    server.on("reported", ({ report }) => void reports.push(report));
    const pid = server.room().pid ?? Number.NaN;
    await using staying = new Receivers(server.url);
    await using passing = new Receivers(server.url);
    const isEmpty = () => reports.at(-1)?.viewers;

    // The first one has things made that stay, such as the certificate.
    await staying.setCount(1);
    const rateBefore = await rateOf(staying);
    await staying.setCount(0);
    await expect.poll(isEmpty).toBe(0);
    const [filesBefore, bytesBefore] = [openFilesOf(pid), residentBytesOf(pid)];

    await staying.setCount(STAYING);
    // The next report is of a time in which some of them came.
    reports.length = 0;
    await expect.poll(() => reports.length).toBe(1);
    reports.length = 0;
    await staying.take();
    for (let round = 0; round < ROUNDS; round += 1) {
      await passing.setCount(PASSING);
      expect(total((await passing.take()).counts, "lost")).toBe(0);
      await passing.setCount(0);
    }
    const { counts } = await staying.take();
    const keyFrames = reports.reduce((sum, report) => sum + report.keyFrames, 0);
    const frames = reports.reduce((sum, report) => sum + report.encoded, 0);
    expect(total(counts, "lost")).toBeLessThan(total(counts, "packets") / 100);
    // Each got what was encoded meanwhile, but for the second of the last report.
    for (const one of counts) expect(one.frames).toBeGreaterThan(frames * 0.9);
    // One for each who came, and none that those who stayed asked for.
    expect(keyFrames).toBeLessThanOrEqual(PASSING * ROUNDS + 2);

    await staying.setCount(1);
    expect(await rateOf(staying)).toBeGreaterThan(Math.max(15, rateBefore * 0.75));
    await staying.setCount(0);
    await expect.poll(isEmpty).toBe(0);
    await expect.poll(() => openFilesOf(pid)).toBeLessThanOrEqual(filesBefore + 2);
    // What is left to the garbage collector, but not a megabyte for each of the 68 who were there.
    expect((residentBytesOf(pid) - bytesBefore) / 2 ** 20).toBeLessThan(200);
  },
);
