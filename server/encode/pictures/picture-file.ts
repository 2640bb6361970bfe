/** Owns reading a file with one picture: its size and its pixels, upright. In the process that calls it. */

import { readFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";

/** The endings of files that are pictures. */
const pictureEnding = /\.(?:png|jpe?g|webp|avif|tiff?)$/i;

export function isPictureName(path: string): boolean {
  return pictureEnding.test(path);
}

/** The size in pixels, turned as the file says. Rejects with `StreamError` "input-failed". */
export async function pictureSizeOf(path: string): Promise<PictureSize> {
  return await reading(path, async (picture) => {
    const { autoOrient } = await picture.metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  });
}

export type FilePicture = PictureSize & {
  /** RGBA, the top row first. */
  readonly pixels: Uint8Array<ArrayBuffer>;
};

/** Its pixels, in sRGB. Rejects with `StreamError` "input-failed". */
export async function readPicture(path: string): Promise<FilePicture> {
  return await reading(path, async (picture) => {
    const upright = picture.autoOrient().toColourspace("srgb").ensureAlpha();
    const { data, info } = await upright.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    // Memory of its own, so that it can be given away.
    return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
  });
}

async function reading<Result>(path: string, work: (picture: Sharp) => Promise<Result>): Promise<Result> {
  try {
    return await work(sharp(await readFile(path), { failOn: "error" }));
  } catch (error) {
    throw new StreamError("input-failed", `${path} is no picture that can be read.`, { cause: error });
  }
}
