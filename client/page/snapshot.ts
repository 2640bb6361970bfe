/** Owns saving the picture as a PNG file. */

import type { Viewer } from "../index.ts";

/** Offers the picture of this moment as a download; says on the console when there is none. */
export async function saveSnapshot(viewer: Viewer): Promise<void> {
  try {
    const url = URL.createObjectURL(await takePng(viewer));
    const link = document.createElement("a");
    link.href = url;
    link.download = snapshotName(viewer.scene.title, new Date());
    link.click();
    // The download reads the URL after the click returned.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) {
    console.warn("The picture could not be saved.", error);
  }
}

/** The server's pixels are exact, and right where a browser falsifies what scripts read; what is seen is better than nothing. */
async function takePng(viewer: Viewer): Promise<Blob> {
  if (viewer.state.kind !== "live") return await viewer.snapshot();
  return await viewer.snapshot("server").catch(() => viewer.snapshot());
}

/** A file name that every system takes: the title and the local time. */
export function snapshotName(title: string, time: Date): string {
  const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join("");
  return `${name === "" ? "scene" : name.slice(0, 60)}-${day}-${clock}.png`;
}
