/**
 * The Python package in Debian's notebook, in Chromium: a cell shows the scene, a drag in it turns it, an assignment changes
 * it. Here through Jupyter below a hub's prefix; directly at the server's port, and how long that takes, in
 * notebook.slow.test.ts.
 */

import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook } from "../support/notebook.ts";
import { boxScene, expectCentre, GREEN, RED, turnToBlue } from "../support/notebook-box.ts";
import { installPackage } from "../support/python-package.ts";
import { SceneProject } from "../support/scene-loading.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let packages: string;
beforeAll(async () => {
  packages = await installPackage();
});
afterAll(() => {
  if (packages !== undefined) rmSync(packages, { recursive: true, force: true });
});

test("a cell shows the scene, a drag turns it, an assignment changes it", async () => {
  using project = new SceneProject({ "scene.ts": boxScene });
  await using browser = await connectChromium();
  await using notebook = await Notebook.start({
    program: "nbclassic",
    baseUrl: "/user/ada/",
    passesPorts: true,
    environment: { JUPYTERHUB_SERVICE_PREFIX: "/user/ada/" },
    packages,
  });
  const shown = await notebook.open(browser);
  await shown.run(`from scenecast_client import show\nv = show(${JSON.stringify(project.path("scene.ts"))})`);
  const frame = await shown.frame();
  await expectCentre(frame, RED);
  await shown.run(`v.controls.front = "#20b040"`);
  await expectCentre(frame, GREEN);
  await shown.run(`v.data["front"] = [${RED}]`);
  await expectCentre(frame, RED);
  await turnToBlue(shown.page, frame);
  expect(await shown.run("print(v.snapshot('array').shape)")).toMatch(/\(\d+, \d+, 3\)/);
  expect(new URL(frame.url()).origin).toBe(new URL(notebook.url).origin);
  await shown.page.close();
});
