/** Owns Chromium's pictures of the cases as the tests have them: small, grey, in one file that the comparison writes. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PictureSize } from "../../../shared/video.ts";
import type { Luma } from "../ssim.ts";

/** What cases are drawn at, and what is kept of a picture: the mean of each 8 by 8 pixels. */
export const caseSize = { width: 320, height: 240 } as const satisfies PictureSize;
export const smallSize = { width: 40, height: 30 } as const satisfies PictureSize;
const STEP = caseSize.width / smallSize.width;

const file = new URL("../../fixtures/compat.json", import.meta.url);

export function smallOf(luma: Luma): Luma {
  const small = new Uint8Array(smallSize.width * smallSize.height);
  for (let at = 0; at < small.length; at += 1) {
    const [left, top] = [(at % smallSize.width) * STEP, Math.floor(at / smallSize.width) * STEP];
    let sum = 0;
    for (let y = top; y < top + STEP; y += 1) {
      for (let x = left; x < left + STEP; x += 1) sum += luma[y * caseSize.width + x] ?? 0;
    }
    small[at] = Math.round(sum / STEP ** 2);
  }
  return small;
}

/** Case → its small picture. */
export function readSmallPictures(): Map<string, Luma> {
  if (!existsSync(file)) return new Map();
  const texts = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
  return new Map(texts.map(([name, text]) => [name, new Uint8Array(inflateRawSync(Buffer.from(text, "base64")))]));
}

/** Replaces what the file has. */
export function writeSmallPictures(pictures: ReadonlyMap<string, Luma>): void {
  const lines = [...pictures]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, luma]) => `  ${JSON.stringify(name)}: "${deflateRawSync(luma, { level: 9 }).toString("base64")}"`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}
