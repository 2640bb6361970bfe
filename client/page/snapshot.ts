/** Owns saving the picture as a PNG file. */

import type { Viewer } from "../index.ts";
import { fileName, saveFile } from "./saved-file.ts";
import type { Toasts } from "./toasts.ts";

/** Offers the picture of this moment as a download, and says that it did, or why not. */
export async function saveSnapshot(viewer: Viewer, toasts: Toasts): Promise<void> {
  const show = (text: string): void => toasts.show({ key: "snapshot", text });
  try {
    saveFile(await takePng(viewer), fileName(viewer.scene.title, new Date(), "png"));
    show("Picture saved.");
  } catch (error) {
    console.warn("The picture could not be saved.", error);
    show("The picture could not be saved, since there is none yet. Try again once it is there.");
  }
}

/** The server's pixels are exact, and right where a browser falsifies what scripts read; what is seen is better than nothing. */
async function takePng(viewer: Viewer): Promise<Blob> {
  if (viewer.state.kind !== "live") return await viewer.snapshot();
  return await viewer.snapshot("server").catch(() => viewer.snapshot());
}
