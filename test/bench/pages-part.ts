/** Owns the comparison of whole pages: streamed by us, and opened in Chromium, pixel by pixel of what is seen. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { RenderProbe } from "../support/render-probe.ts";
import { caseNames } from "./compat/entry.ts";
import { caseSize as size } from "./compat/small-pictures.ts";
import { type WholePage, wholePagesOf, writePage } from "./compat/whole-pages.ts";
import { attempt, type CompatResult, compatTable } from "./compat-part.ts";
import { pixelsOf } from "./page-pixels.ts";
import { servePeerFiles } from "./peer/files.ts";
import { launchRenderer } from "./peer-part.ts";
import { ssim } from "./ssim.ts";
import type { Table } from "./table.ts";

const three = new URL("../../node_modules/three/", import.meta.url);
const REST_MS = 8000;

/** Compares the pages whose names, "pages/<style>/<case>", begin with one of `only`, or all. */
export async function measurePages(only: readonly string[] = []): Promise<CompatResult[]> {
  const pages = wholePagesOf(await caseNames());
  const chosen = pages.filter((page) => only.length === 0 || only.some((start) => nameOf(page).startsWith(start)));
  if (chosen.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), "scenecast-pages-"));
  const files = await servePeerFiles(folder);
  const browser = await launchRenderer();
  const results: CompatResult[] = [];
  try {
    for (const page of chosen) {
      const html = await writePage(join(folder, nameOf(page).replaceAll("/", "-").toLowerCase()), page);
      const result = await compare(page, html, browser, files.url);
      results.push(result);
      process.stderr.write(`  ${result.name} ${result.ssim?.toFixed(3) ?? result.reason}\n`);
    }
  } finally {
    await browser.close();
    files.close();
    await rm(folder, { recursive: true });
  }
  return results;
}

function nameOf({ name, style }: WholePage): string {
  return `pages/${style}/${name}`;
}

async function compare(page: WholePage, html: string, browser: Browser, url: string): Promise<CompatResult> {
  const name = nameOf(page);
  const ours = await attempt("here", () => streamedPage(html));
  const theirs = await attempt("in Chromium", () =>
    pageInChromium(browser, `${url.replace("127.0.0.1", `${basename(dirname(html))}.localhost`)}index.html`),
  );
  if (typeof theirs === "string") return { name, ssim: null, reason: theirs, theirs: null };
  if (typeof ours === "string") return { name, ssim: null, reason: ours, theirs };
  return { name, ssim: ssim(ours, theirs, size), reason: null, theirs };
}

/** The newest picture after the page has drawn for a moment: these are drawn over and over. */
async function streamedPage(html: string): Promise<Uint8Array> {
  await using probe = await RenderProbe.start(pathToFileURL(html).href, { size });
  probe.tell({ kind: "watched", watched: true });
  const { pixels } = await probe.grabWhen((frame) => frame.atRest, REST_MS).catch(() => probe.grab());
  const notice = probe.rendered.findLast((message) => message.kind === "notice");
  if (notice?.text) throw new Error(notice.text);
  return pixels;
}

async function pageInChromium(browser: Browser, url: string): Promise<Uint8Array> {
  const page = await browser.newPage({ viewport: size });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  try {
    await routePublished(page);
    await page.addInitScript(noteDrawing);
    await page.goto(url);
    await page
      .waitForFunction(() => (window as unknown as { framesDrawn: number }).framesDrawn >= 3, undefined, {
        timeout: REST_MS,
      })
      .catch(() => undefined);
    if (errors.length > 0) throw new Error(errors[0]);
    return await pixelsOf(await page.screenshot());
  } finally {
    await page.close();
  }
}

/** Counts frames in which something was drawn. */
function noteDrawing(): void {
  const counted = Object.assign(window, { framesDrawn: 0 });
  let isDrawn = false;
  const { prototype } = WebGL2RenderingContext;
  for (const name of ["drawArrays", "drawElements", "clear", "drawElementsInstanced", "drawArraysInstanced"] as const) {
    const call = prototype[name] as (...values: unknown[]) => void;
    Object.assign(prototype, {
      [name](this: unknown, ...values: unknown[]) {
        isDrawn = true;
        return call.apply(this, values);
      },
    });
  }
  const count = (): void => {
    if (isDrawn) counted.framesDrawn += 1;
    isDrawn = false;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

/** Gives what unpkg.com publishes of three from the installed one. */
async function routePublished(page: Page): Promise<void> {
  await page.route("https://unpkg.com/three@*/**", async (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^\/three@[\d.]+\//, "");
    const headers = { "access-control-allow-origin": "*", "content-type": "text/javascript" };
    if (path === "build/three.min.js") return route.fulfill({ headers, body: await globalThree() });
    const body = await readFile(fileURLToPath(new URL(path, three)));
    return route.fulfill({ headers, body });
  });
}

let built: string | null = null;

/** Three as one script with a global name, as which it was published once. */
async function globalThree(): Promise<string> {
  if (built !== null) return built;
  const lib = {
    entry: fileURLToPath(new URL("build/three.module.js", three)),
    formats: ["iife" as const],
    name: "THREE",
  };
  const output = await build({ logLevel: "silent", configFile: false, build: { lib, write: false, minify: false } });
  const [first] = Array.isArray(output) ? output : [];
  const chunk = first?.output[0];
  if (chunk?.type !== "chunk") throw new Error("three was not built.");
  built = chunk.code;
  return built;
}

export function pagesTable(results: readonly CompatResult[]): Table {
  const { title, ...table } = compatTable(results);
  const note = `The same files streamed, and opened in Chromium (SwiftShader), ${size.width}x${size.height}: all that is seen of a page.`;
  return { ...table, title: title.replace("What runs in a page", "Whole pages"), note };
}
