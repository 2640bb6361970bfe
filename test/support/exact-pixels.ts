/** Compares what a page shows with what the server drew, pixel by pixel. */

import type { Page } from "playwright-core";
import sharp from "sharp";

export type RawPicture = { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

/** The picture that the viewer of a page shows now, as it is decoded there. */
export async function shownPixels(page: Page): Promise<RawPicture> {
  const png = await page.evaluate(async () => {
    const bytes = new Uint8Array(await (await window.scenecast.snapshot()).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  return decode(Buffer.from(png, "base64"));
}

/** The picture of the video under it, or of the canvas that stands for a video. */
export async function codedPixels(page: Page): Promise<RawPicture> {
  const png = await page.evaluate(async () => {
    const isVideo = window.scenecast.element.dataset["transport"] === "webrtc";
    const source = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(isVideo ? "video" : "#stage canvas");
    if (source === null) throw new Error("There is no picture.");
    const width = source instanceof HTMLVideoElement ? source.videoWidth : source.width;
    const height = source instanceof HTMLVideoElement ? source.videoHeight : source.height;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.getContext("2d")?.drawImage(source, 0, 0);
    return canvas.toDataURL("image/png").replace(/^.*,/, "");
  });
  return decode(Buffer.from(png, "base64"));
}

/** The newest picture of the scene, without loss. */
export async function drawnPixels(serverUrl: string): Promise<RawPicture> {
  const response = await fetch(new URL("snapshot.png", serverUrl));
  return decode(Buffer.from(await response.arrayBuffer()));
}

/** The largest difference of a channel of any pixel; infinite where the sizes differ. */
export function worstDifference(one: RawPicture, other: RawPicture): number {
  if (one.width !== other.width || one.height !== other.height) return Number.POSITIVE_INFINITY;
  return one.rgb.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (other.rgb[at] ?? 0))), 0);
}

/** Whether the exact picture lies over the video. */
export function isStillShown(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const layer = document.querySelector<HTMLElement>("[data-exact]");
    return layer !== null && getComputedStyle(layer).visibility === "visible";
  });
}

async function decode(png: Buffer): Promise<RawPicture> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
