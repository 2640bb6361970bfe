/**
 * Pictures that Python makes, in Chromium: ready-made ones, at what rate, how late and for how much of the processor; and a scene of
 * Debian's VTK, which is turned by hand.
 */

import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { spreadOf } from "../bench/figures.ts";
import { measureAnswers, measureClicks, measureDrag } from "../bench/in-page.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { colourDistance } from "../support/pixels.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { descendantsOf } from "../support/processes.ts";
import { installPackage } from "../support/python-package.ts";
import { PythonProgram } from "../support/python-program.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours } from "../support/viewer-page.ts";

let browser: Browser;
let packages: string;
beforeAll(async () => {
  [browser, packages] = await Promise.all([connectChromium(), installPackage()]);
});
afterAll(async () => {
  await browser?.close();
  if (packages !== undefined) rmSync(packages, { recursive: true, force: true });
});

/** Of the program and all that it started, the server and the room's process. */
function cpuSeconds(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, process) => sum + cpuSecondsOf(process), 0);
}

/** How a program does whose pictures are dragged: pictures a second, and milliseconds of processor for each, the viewer's own apart. */
async function measure(page: Page, pid: number): Promise<{ shown: number; cpuMs: number }> {
  await measureDrag(page, 3_000);
  const seconds = 6;
  const before = cpuSeconds(pid);
  const shown = await measureDrag(page, seconds * 1000);
  return { shown, cpuMs: ((cpuSeconds(pid) - before) * 1000) / (shown * seconds) };
}

function inWords(values: readonly number[]): string {
  const spread = spreadOf(values);
  return spread === null ? "never" : `${spread.median.toFixed(0)} / ${spread.p95.toFixed(0)} ms`;
}

test("ready-made frames of Python are shown, soon and at some rate on a busy machine too", async () => {
  const file = new URL("../fixtures/frames/ready_made.py", import.meta.url);
  await using program = await PythonProgram.start(file, { packages, args: ["1280x720"] });
  const { page } = await openViewer(browser, program.link);
  await waitUntilLive(page);
  const { shown, cpuMs } = await measure(page, program.child.pid);
  const clicks = await measureClicks(page, 30);
  console.log(
    `ready-made frames of Python, 1280x720: ${shown.toFixed(1)} shown a second, press to changed pixel ` +
      `${inWords(clicks)}, ${cpuMs.toFixed(1)} ms of processor a picture`,
  );
  expect(shown).toBeGreaterThan(8);
  expect(clicks.length).toBeGreaterThan(20);
  expect(spreadOf(clicks)?.median).toBeLessThan(250);
  await page.close();
});

test("a scene of VTK is shown, turned by a drag and enlarged by the wheel", async () => {
  const file = new URL("../../examples/vtk/turbine.py", import.meta.url);
  await using program = await PythonProgram.start(file, { packages, needsScreen: true });
  const { page } = await openViewer(browser, program.link);
  await waitUntilLive(page);
  const points = Array.from(
    { length: 200 },
    (_, at) => [0.25 + (at % 20) / 40, 0.1 + Math.floor(at / 20) / 12.5] as const,
  );
  const look = () => seenColours(page, points);
  const isGrey = ([red = 0, green = 0, blue = 0]: readonly number[]) =>
    red > 120 && Math.abs(red - green) < 30 && blue > 120;
  const differing = (one: readonly (readonly number[])[], other: readonly (readonly number[])[]) =>
    one.filter((colour, at) => colour.some((value, index) => Math.abs(value - (other[at]?.[index] ?? 0)) > 40)).length;
  await expect.poll(async () => (await look()).filter(isGrey).length).toBeGreaterThan(3);
  const first = await look();
  await page.mouse.move(640, 360);
  await page.mouse.down();
  for (let step = 1; step <= 20; step += 1) await page.mouse.move(640 + 12 * step, 360 + 4 * step);
  await page.mouse.up();
  await expect.poll(async () => differing(await look(), first)).toBeGreaterThan(10);
  // It rests.
  await sleep(1000);
  const turned = await look();
  const hub = turned.filter(isGrey).length;
  for (let notch = 0; notch < 6; notch += 1) await page.mouse.wheel(0, -100);
  await expect.poll(async () => (await look()).filter(isGrey).length).toBeGreaterThan(hub);
  const { shown, cpuMs } = await measure(page, program.child.pid);
  const answers = await measureAnswers(page, 300, 20);
  console.log(
    `VTK's turbine, 1280x720: ${shown.toFixed(1)} shown a second, wheel to changed pixel ${inWords(answers)}, ` +
      `${cpuMs.toFixed(1)} ms of processor a picture`,
  );
  expect(shown).toBeGreaterThan(3);
  await page.close();
});

test("a figure of matplotlib is shown, and its slider is moved", async () => {
  const file = new URL("../fixtures/frames/figure.py", import.meta.url);
  await using program = await PythonProgram.start(file, { packages });
  const { page } = await openViewer(browser, program.link);
  await waitUntilLive(page);
  const upper = async () => (await seenColours(page, [[0.5, 0.1]]))[0];
  await expect.poll(async () => colourDistance(await upper(), [0xd0, 0x20, 0x30])).toBeLessThan(24);
  // The middle of the slider's track, which Debian's matplotlib draws over the whole width.
  await page.mouse.click(1000, 540);
  await expect.poll(async () => colourDistance(await upper(), [0x20, 0xb0, 0x40])).toBeLessThan(24);
  await page.close();
});
