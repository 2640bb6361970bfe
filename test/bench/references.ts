/** Owns the pictures of the scene lively.ts as they were rendered, to compare with what a viewer shows. */

import type { PictureSize } from "../../shared/video.ts";
import { RenderProbe } from "../support/render-probe.ts";
import { PICTURES, pictureIn } from "./picture-code.ts";
import { type Luma, lumaOf, ssim } from "./ssim.ts";

const DEADLINE_MS = 30_000;

export class References {
  readonly #pictures: ReadonlyMap<number, Luma>;
  readonly #size: PictureSize;

  /** Renders the scene until each picture was seen. */
  static async render(scene: URL, size: PictureSize): Promise<References> {
    await using probe = await RenderProbe.start(scene.href, { size, codec: null, maxFps: 30 });
    probe.tell({ kind: "watched", watched: true });
    const pictures = new Map<number, Luma>();
    for (const end = performance.now() + DEADLINE_MS; pictures.size < PICTURES; ) {
      if (performance.now() > end) throw new Error(`${pictures.size} of ${PICTURES} pictures were rendered.`);
      const luma = lumaOf((await probe.grab()).pixels, size, true);
      const picture = pictureIn(luma, size);
      if (picture !== null) pictures.set(picture, luma);
    }
    return new References(pictures, size);
  }

  private constructor(pictures: ReadonlyMap<number, Luma>, size: PictureSize) {
    this.#pictures = pictures;
    this.#size = size;
  }

  /** How alike what is shown is to the same picture as rendered, without the strips; null where it is none of them. */
  compare(shown: Luma): number | null {
    const picture = pictureIn(shown, this.#size);
    const reference = picture === null ? undefined : this.#pictures.get(picture);
    const { height } = this.#size;
    return reference === undefined ? null : ssim(reference, shown, this.#size, height / 10, (height * 9) / 10);
  }
}
