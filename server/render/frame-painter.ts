/** Owns the way of a picture from the scene into the frame ring, with its number and its times. In the render thread. */

import type { OrthographicCamera, PerspectiveCamera } from "three";
import { now } from "../../shared/time.ts";
import type { FrameRingWriter } from "../frames/frame-ring.ts";
import type { SceneParts } from "./scene.ts";
import { SampleMean, samplePattern } from "./surface/sample-mean.ts";
import type { GlSurface } from "./surface/webgl-surface.ts";

/** At most this many times are kept between two reports. */
const MOST_TIMES = 256;

type Times = { rendered: number; renderMs: number[]; readbackMs: number[] };

export class FramePainter {
  readonly #surface: GlSurface;
  readonly #ring: FrameRingWriter;
  readonly #mean: SampleMean | null;
  #number = 0;
  #times: Times = { rendered: 0, renderMs: [], readbackMs: [] };

  constructor(surface: GlSurface, ring: FrameRingWriter) {
    this.#surface = surface;
    this.#ring = ring;
    this.#mean = surface.isMultisampled ? null : new SampleMean(surface.size.width * surface.size.height);
  }

  /** The number that the next frame will have. */
  get nextFrame(): number {
    return this.#number + 1;
  }

  /** Whether some samples of the picture at rest were drawn, and more are wanted. */
  get isRefining(): boolean {
    return this.#mean !== null && this.#mean.count > 0;
  }

  /** Draws the scene, reads the picture into a free slot of the ring and publishes it. */
  paint(parts: SceneParts): void {
    this.#mean?.reset();
    const renderedAt = now();
    this.#surface.draw(parts);
    const drawn = now();
    this.#surface.read(parts, this.#ring.begin());
    const read = now();
    this.#note(drawn - renderedAt, read - drawn);
    this.#publish(renderedAt, drawn - renderedAt, read - drawn, false);
  }

  /**
   * Draws one more sample of the picture at rest and, with the last one, publishes the mean of all as settled. Returns
   * whether more are wanted. One drawing is enough where it is multisampled, or where the camera cannot be moved by parts
   * of a pixel.
   */
  refine(parts: SceneParts): boolean {
    const camera = parts.camera as PerspectiveCamera | OrthographicCamera;
    const renderedAt = now();
    const slot = this.#ring.begin();
    if (this.#mean === null || !canBeMoved(camera)) {
      this.#surface.draw(parts);
      this.#surface.read(parts, slot);
    } else {
      this.#sample(parts, camera, samplePattern[this.#mean.count] ?? [0, 0], slot);
      this.#mean.add(slot);
      if (this.#mean.count < samplePattern.length) return true;
      this.#mean.mean(slot);
      this.#mean.reset();
    }
    this.#publish(renderedAt, now() - renderedAt, 0, true);
    return false;
  }

  /** The counts and times since the last call. */
  takeTimes(): Times {
    const times = this.#times;
    this.#times = { rendered: 0, renderMs: [], readbackMs: [] };
    return times;
  }

  #sample(
    parts: SceneParts,
    camera: PerspectiveCamera | OrthographicCamera,
    [x, y]: readonly [number, number],
    slot: Uint8Array,
  ): void {
    const { width, height } = this.#surface.size;
    const aspect = "aspect" in camera ? camera.aspect : null;
    camera.setViewOffset(width, height, x, y, width, height);
    try {
      this.#surface.draw(parts);
      this.#surface.read(parts, slot);
    } finally {
      camera.clearViewOffset();
      if ("aspect" in camera && aspect !== null && camera.aspect !== aspect) {
        camera.aspect = aspect;
        camera.updateProjectionMatrix();
      }
    }
  }

  #publish(renderedAt: ReturnType<typeof now>, renderMs: number, readbackMs: number, settled: boolean): void {
    this.#number += 1;
    this.#times.rendered += 1;
    this.#ring.publish({ number: this.#number, renderedAt, renderMs, readbackMs, settled });
  }

  #note(renderMs: number, readbackMs: number): void {
    if (this.#times.renderMs.length >= MOST_TIMES) return;
    this.#times.renderMs.push(renderMs);
    this.#times.readbackMs.push(readbackMs);
  }
}

function canBeMoved(camera: PerspectiveCamera | OrthographicCamera): boolean {
  return typeof camera.setViewOffset === "function" && camera.view?.enabled !== true;
}
