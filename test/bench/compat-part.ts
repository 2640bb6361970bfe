/** Owns the comparison of what a scene looks like here with what the same module looks like in a browser. */

import type { Page } from "playwright-core";
import { errorsOf } from "../support/chromium.ts";
import { RenderProbe } from "../support/render-probe.ts";
import { caseNames } from "./compat/entry.ts";
import type { CompatPage } from "./compat/page.ts";
import { readSmallPictures, caseSize as size, smallOf, writeSmallPictures } from "./compat/small-pictures.ts";
import { pixelsOf } from "./page-pixels.ts";
import { servePeerFiles } from "./peer/files.ts";
import { launchRenderer } from "./peer-part.ts";
import { type Luma, lumaOf, ssim } from "./ssim.ts";
import type { Table } from "./table.ts";

export type CompatResult = {
  readonly name: string;
  /** How alike the two pictures are; null where one could not be drawn. */
  readonly ssim: number | null;
  /** Why there is no picture, or what the scene was told of. */
  readonly reason: string | null;
  /** What Chromium drew; null where it could not. */
  readonly theirs: Luma | null;
};

/** From here on two pictures count as the same: what is left are edges, anti-aliased in another pattern. */
export const ALIKE = 0.97;
const REST_MS = 8000;

/** Compares the cases whose names begin with one of `only`, or all. */
export async function measureCompat(only: readonly string[] = []): Promise<CompatResult[]> {
  const isChosen = (name: string) => only.length === 0 || only.some((start) => name.startsWith(start));
  const names = (await caseNames()).filter(isChosen);
  const files = await servePeerFiles();
  const browser = await launchRenderer();
  const results: CompatResult[] = [];
  try {
    for (const name of names) {
      const page = await browser.newPage({ viewport: size });
      const result = await compare(name, page, `${files.url}compat`);
      results.push(result);
      // These take minutes, so what is known is said.
      process.stderr.write(`  ${name} ${result.ssim?.toFixed(3) ?? result.reason}\n`);
      await page.close();
    }
  } finally {
    await browser.close();
    files.close();
  }
  return results;
}

async function compare(name: string, page: Page, url: string): Promise<CompatResult> {
  const [ours, theirs] = await Promise.all([
    attempt("here", () => drawnHere(name)),
    attempt("in Chromium", () => drawnThere(name, page, url)),
  ]);
  if (typeof theirs === "string") return { name, ssim: null, reason: theirs, theirs: null };
  if (typeof ours === "string") return { name, ssim: null, reason: ours, theirs };
  return { name, ssim: ssim(ours, theirs, size), reason: null, theirs };
}

/** Keeps Chromium's pictures for the tests, small, of the cases in which ours are like them; of other cases those before. */
export function keepPictures(results: readonly CompatResult[]): void {
  const kept = readSmallPictures();
  for (const { name, ssim, theirs } of results) {
    if (theirs !== null && ssim !== null && ssim >= ALIKE) kept.set(name, smallOf(theirs));
    else kept.delete(name);
  }
  writeSmallPictures(kept);
}

/** What `draw` gives, in grey; where it throws, why. */
export async function attempt(where: string, draw: () => Promise<Uint8Array>): Promise<Luma | string> {
  try {
    return lumaOf(await draw(), size, true);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return `${where}: ${text.split("\n")[0]}`;
  }
}

/**
 * The picture at rest, since that is anti-aliased as a browser's is; the newest of a scene that never rests, as three/webgpu
 * asks for every frame.
 */
export async function drawnHere(name: string): Promise<Uint8Array> {
  const url = `${new URL("./compat/entry.ts", import.meta.url).href}?case=${name}`;
  await using probe = await RenderProbe.start(url, { size });
  probe.tell({ kind: "watched", watched: true });
  const atRest = probe.grabWhen((frame) => frame.atRest, REST_MS);
  const { pixels } = await atRest.catch(() => probe.grab());
  const notice = probe.rendered.findLast((message) => message.kind === "notice");
  if (notice?.text) throw new Error(notice.text);
  return pixels;
}

async function drawnThere(name: string, page: Page, url: string): Promise<Uint8Array> {
  const errors = errorsOf(page);
  await page.goto(`${url}?case=${name}`);
  await page.waitForFunction(() => "page" in window);
  const draw = (size: { width: number; height: number }) => (window as unknown as { page: CompatPage }).page.draw(size);
  const text = await page.evaluate(draw, size);
  if (errors.length > 0) throw new Error(errors[0]);
  if (name.startsWith("labels/")) return await pixelsOf(await page.screenshot());
  return Uint8Array.from(Buffer.from(text, "base64"));
}

export function compatTable(results: readonly CompatResult[]): Table {
  const alike = results.filter(({ ssim }) => ssim !== null && ssim >= ALIKE).length;
  return {
    title: `What runs in a page: ${alike} of ${results.length} alike`,
    note: `The same module drawn here and by Chromium (SwiftShader), ${size.width}x${size.height}; alike from an SSIM of ${ALIKE} on.`,
    head: ["case", "SSIM", ""],
    rows: results.map(({ name, ssim, reason }) => [
      name,
      ssim === null ? "–" : ssim.toFixed(3),
      reason ?? ((ssim ?? 0) >= ALIKE ? "" : "differs"),
    ]),
  };
}
