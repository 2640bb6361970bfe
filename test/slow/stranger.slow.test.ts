/**
 * What a stranger builds with the installed package, by the README alone: its lines for a program that serves a scene, the
 * element on a page of another origin with a token, and the React component in a project of Vite. Seen in Chromium.
 */

import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectQuarters, firstCast } from "../support/cast-picture.ts";
import { openPage, shownColours, waitForPicture } from "../support/chromium.ts";
import { findFreePort } from "../support/free-port.ts";
import { InstalledPackage } from "../support/installed-package.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const TOKEN = "a-token-of-the-stranger";
const source = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const white = Array.from({ length: 4 }, () => [255, 255, 255]);
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
/** Or a browser asks for one, and complains that there is none. */
const icon = '<link rel="icon" href="data:,">';
const lines = (code: string) => `${code.trim().split("\n").length} lines`;

let [installed, browser] = [] as unknown as [InstalledPackage, Browser];
const told: string[] = [];

beforeAll(async () => {
  [browser, installed] = await Promise.all([connectChromium(), InstalledPackage.make({ scripts: true })]);
  installed.write("scene.ts", source("test/fixtures/scenes/quadrants.ts"));
  told.push(`package ${mib(installed.packedBytes)}, node_modules ${mib(installed.installedBytes())}`);
}, 900_000);

afterAll(async () => {
  console.info(told.join("\n"));
  await Promise.all([browser?.close(), installed?.[Symbol.asyncDispose]()]);
});

/** The first block of code below the heading "Embed" of the README that is of this language. */
function readmeLines(language: string): string {
  const embed = source("README.md").split("\n## Embed\n")[1] ?? "";
  const [, code = ""] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(embed) ?? [];
  expect(code).not.toBe("");
  return code;
}

/** Serves files at an address of its own, which the server has to allow. */
async function siteOf(folder: string): Promise<{ readonly origin: string; readonly close: () => void }> {
  const app = express().use(express.static(folder));
  const site = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => site.once("listening", resolve));
  return { origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}`, close: () => void site.close() };
}

/** Runs a program that serves the scene to pages of this origin that have the token. */
async function serveTo(origin: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const port = await findFreePort();
  installed.write(
    "embedded.ts",
    `import { createStreamServer } from "scenecast";
     const options = { port: ${port}, allowedOrigins: [${JSON.stringify(origin)}] };
     await createStreamServer({ scene: "./scene.ts", http: options, access: { token: ${JSON.stringify(TOKEN)} } });
     console.log("ready");`,
  );
  const child = await installed.serve("embedded.ts", /ready/);
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => child.close() };
}

test("the README's program serves a scene", async () => {
  const port = await findFreePort();
  const code = readmeLines("ts");
  expect(code).toContain("8080");
  installed.write("program.ts", `${code.replace("8080", String(port))}\nconsole.log("ready");`);
  told.push(`server: ${lines(code)}`);
  const child = await installed.serve("program.ts", /ready/);
  const { page, errors } = await openPage(browser);
  await page.goto(`http://127.0.0.1:${port}/`);
  await waitForPicture(page);
  await expect
    .poll(async () => {
      const colours = await shownColours(page, quadrantPoints);
      return Math.max(...quadrantColours.map((colour, index) => colourDistance(colours[index], colour)));
    })
    .toBeLessThan(12);
  expect(errors).toEqual([]);
  await expect.poll(() => child.log).toContain("hello");
  await page.close();
  await child.close();
});

test("the README's element shows it on a page of another origin, with a token", async () => {
  const site = await siteOf(installed.folder);
  await using server = await serveTo(site.origin);
  const code = readmeLines("html");
  expect(code).toContain("http://localhost:8080/");
  const body = code
    .replace("http://localhost:8080/", server.url)
    .replace("<scene-cast ", `<scene-cast token="${TOKEN}" `);
  installed.write("index.html", `<!doctype html><title>Theirs</title>${icon}${body}`);
  told.push(`element: ${lines(code)}`);
  const { page, errors } = await openPage(browser);
  await page.goto(site.origin);
  await expectQuarters(page, firstCast, quadrantColours);
  await page.locator("scene-cast").click();
  await expectQuarters(page, firstCast, white);
  expect(errors).toEqual([]);
  await page.close();
  site.close();
});

test("the React component shows it in a project of Vite", async () => {
  await installed.install("react@19", "react-dom@19", "vite@8", "--ignore-scripts");
  const site = await siteOf(installed.path("dist"));
  await using server = await serveTo(site.origin);
  const code = `import { createRoot } from "react-dom/client";
import { SceneCast } from "scenecast/react";

createRoot(document.getElementById("app")).render(
  <SceneCast src=${JSON.stringify(server.url)} token=${JSON.stringify(TOKEN)} style={{ height: 360 }} />,
);
`;
  told.push(`React: ${lines(code)}`);
  installed.write("main.jsx", code);
  installed.write(
    "index.html",
    `<!doctype html>${icon}<div id="app"></div><script type="module" src="/main.jsx"></script>`,
  );
  await installed.run("npx", "vite", "build");
  const { page, errors } = await openPage(browser);
  await page.goto(site.origin);
  await expectQuarters(page, firstCast, quadrantColours);
  await page.locator("scene-cast").click();
  await expectQuarters(page, firstCast, white);
  expect(errors).toEqual([]);
  await page.close();
  site.close();
});
