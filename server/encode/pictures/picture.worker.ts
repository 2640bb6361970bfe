/**
 * A thread of the pool that makes single pictures: waits for the frame that is wanted and encodes it where it lies in the ring.
 * Started by piscina only. It may block: each task has the thread for itself. The only file that imports sharp.
 */

import { workerData } from "node:worker_threads";
import sharp, { type Sharp } from "sharp";
import { now } from "../../../shared/time.ts";
import { isSameSize, type PictureSize } from "../../../shared/video.ts";
import { type FramePixels, FrameRingReader } from "../../frames/frame-ring.ts";
import { lowerPictureThreads } from "./low-priority.ts";
import { type PictureTask, type PictureThreadData, pictureTag, sizeIn, type TakenPicture } from "./picture-protocol.ts";

/** Wakes now and then for no reason, so that a lost wake-up could cost this much and no more. */
const MAX_WAIT_MS = 100;
/** So long it waits for a frame where there is none, as before the first one and while the pictures take another size. */
const NONE_MS = 2000;

// The stream needs the other cores.
sharp.concurrency(1);
sharp.cache(false);

const data = workerData as PictureThreadData;
const ring = new FrameRingReader(data.ring, data.reader);

/** The task that piscina calls by its name. Gives null where the scene has no picture. */
export async function takePicture(task: PictureTask): Promise<TakenPicture | null> {
  try {
    const pixels = acquireWanted(task);
    if (pixels === null) return null;
    const size = sizeIn(task.size, ring.size);
    const tag = pictureTag({ ...task, size }, ring.description.number);
    const isKnown = task.known.includes(tag);
    if (!isKnown) lowerPictureThreads();
    const begun = performance.now();
    const bytes = isKnown ? null : await encode(pixels, { ...task, size });
    return { tag, bytes, encodeMs: performance.now() - begun };
  } finally {
    ring.release();
  }
}

type RgbaPixels = Pick<FramePixels, "drawnSize" | "isTopDown"> & { readonly rgba: Uint8Array };

/**
 * Holds the first frame in RGBA that is as wanted, or the newest when the time for that is over. Gives its pixels; null where there is
 * none.
 */
function acquireWanted({ freshFrom, freshBy, atRestBy }: PictureTask): RgbaPixels | null {
  const thereBy = now() + NONE_MS;
  for (;;) {
    const frame = ring.acquire();
    const pixels = frame !== null && hasRgba(frame) ? frame : null;
    const { renderedAt, atRest } = ring.description;
    const until = pixels === null ? thereBy : renderedAt < freshFrom ? freshBy : atRest ? 0 : atRestBy;
    const wait = until - now();
    if (wait <= 0) return pixels;
    ring.release();
    ring.wait(Math.min(wait, MAX_WAIT_MS));
  }
}

function hasRgba(frame: FramePixels): frame is FramePixels & RgbaPixels {
  return frame.rgba !== null;
}

type SizedTask = Pick<PictureTask, "format" | "quality"> & { readonly size: PictureSize };

async function encode(pixels: RgbaPixels, { size, format, quality }: SizedTask): Promise<Uint8Array> {
  const { rgba, drawnSize: drawn = ring.size, isTopDown = false } = pixels;
  const picture = sharp(rgba, { raw: { ...drawn, channels: 4 } }).removeAlpha();
  const shown = isSameSize(size, drawn) ? picture : await scaled(picture, drawn, size);
  return withFormat(isTopDown ? shown : shown.flip(), format, quality).toBuffer();
}

/** In two steps: sharp would weigh the colours by the alpha that the scene left, which is shown nowhere. */
async function scaled(picture: Sharp, drawn: PictureSize, size: PictureSize): Promise<Sharp> {
  const colours = await picture.raw().toBuffer();
  return sharp(colours, { raw: { ...drawn, channels: 3 } }).resize({ ...size, fit: "fill" });
}

function withFormat(picture: Sharp, format: PictureTask["format"], quality: number): Sharp {
  switch (format) {
    case "png":
      // As small as slower ways make it, of pictures as scenes are, in 20 to 50 ms of 720p.
      return picture.png({ compressionLevel: 4, adaptiveFiltering: true });
    case "jpg":
      return picture.jpeg({ quality, chromaSubsampling: "4:4:4" });
    case "webp":
      return picture.webp({ quality, effort: 2 });
    case "webp-exact":
      // Here `quality` is the care taken: with more the picture takes much longer, and hardly gets smaller.
      return picture.webp({ lossless: true, quality: 50, effort: 1 });
  }
}
