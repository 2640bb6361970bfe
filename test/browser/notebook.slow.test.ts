/**
 * The Python package in Debian's notebook, in Chromium, directly at the server's port and through Jupyter below a hub's
 * prefix: how long it takes from an assignment in a cell to the changed picture.
 */

import { rmSync } from "node:fs";
import type { Browser, Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spreadOf } from "../bench/figures.ts";
import { Notebook, type NotebookOptions, type NotebookPage } from "../support/notebook.ts";
import { boxScene, expectCentre, GREEN, RED, turnToBlue } from "../support/notebook-box.ts";
import type { Colour } from "../support/pixels.ts";
import { installPackage } from "../support/python-package.ts";
import { SceneProject } from "../support/scene-loading.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let packages: string;
const project = new SceneProject({ "scene.ts": boxScene });
beforeAll(async () => {
  [browser, packages] = await Promise.all([connectChromium(), installPackage()]);
});
afterAll(async () => {
  await browser?.close();
  if (packages !== undefined) rmSync(packages, { recursive: true, force: true });
  project[Symbol.dispose]();
});

/**
 * Milliseconds from an assignment in a cell to the pixel that it changed, on the one clock of this machine. The frame's page looks at the
 * picture that it shows at each of its screen's.
 */
async function assignmentsToPixel(
  shown: NotebookPage,
  frame: Frame,
  assign: (colour: Colour) => string,
  count: number,
): Promise<number[]> {
  await frame.evaluate(() => {
    if ("seen" in window) return;
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const seen: { at: number; isGreen: boolean }[] = [];
    Object.assign(window, { seen });
    const look = () => {
      requestAnimationFrame(look);
      if (context === null || !window.scenecast.draw(canvas)) return;
      const [red = 0, green = 0] = context.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
      const isGreen = green > red;
      if (seen.at(-1)?.isGreen !== isGreen) seen.push({ at: Date.now(), isGreen });
    };
    look();
  });
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const isGreen = turn % 2 === 0;
    const output = await shown.run(
      `import time; time.sleep(0.2); t = time.time(); ${assign(isGreen ? GREEN : RED)}; print("AT", t * 1000)`,
    );
    const assignedAt = Number(/AT ([\d.]+)/.exec(output)?.[1]);
    const isSeen = (isGreen: boolean) =>
      (window as unknown as { seen: { isGreen: boolean }[] }).seen.at(-1)?.isGreen === isGreen;
    await frame.waitForFunction(isSeen, isGreen);
    times.push(
      (await frame.evaluate(() => (window as unknown as { seen: { at: number }[] }).seen.at(-1)?.at ?? 0)) - assignedAt,
    );
  }
  return times;
}

const ways: readonly (readonly [string, Omit<NotebookOptions, "packages">])[] = [
  ["notebook, directly", { program: "notebook" }],
  [
    "jupyter-server, through it, as behind a hub",
    {
      program: "nbclassic",
      baseUrl: "/user/ada/",
      passesPorts: true,
      environment: { JUPYTERHUB_SERVICE_PREFIX: "/user/ada/" },
    },
  ],
];

describe.each(ways)("in %s", (name, options) => {
  test("a cell shows the scene, a drag turns it, an assignment changes it", async () => {
    await using notebook = await Notebook.start({ ...options, packages });
    const shown = await notebook.open(browser);
    try {
      await shown.run(`from scenecast_client import show\nv = show(${JSON.stringify(project.path("scene.ts"))})`);
      const frame = await shown.frame();
      await expectCentre(frame, RED);
      await shown.run(`v.controls.front = "#20b040"`);
      await expectCentre(frame, GREEN);
      for (const [what, assign] of [
        ["a control", (colour: Colour) => `v.controls.front = "#${Buffer.from(colour).toString("hex")}"`],
        ["data", (colour: Colour) => `v.data["front"] = [${colour}]`],
      ] as const) {
        // The first turn assigns what is there.
        const times = (await assignmentsToPixel(shown, frame, assign, 11)).slice(1);
        const median = spreadOf(times)?.median ?? Number.NaN;
        console.log(`${name}: from the assignment of ${what} in a cell to the changed pixel ${median.toFixed(0)} ms`);
        expect(Math.max(...times)).toBeLessThan(5_000);
      }
      await expectCentre(frame, GREEN);
      await turnToBlue(shown.page, frame);
      expect(await shown.run("print(v.snapshot('array').shape)")).toMatch(/\(\d+, \d+, 3\)/);
      const isThroughJupyter = new URL(frame.url()).origin === new URL(notebook.url).origin;
      expect(isThroughJupyter).toBe(options.passesPorts === true);
    } finally {
      await shown.page.close();
    }
  });
});
