/**
 * Owns when a viewer's video is sent with parity (flex-fec.ts). Pure; it tells the time only from what it is given.
 *
 * PR1 While, over some seconds, more than five packets in a thousand are lost, until fewer than two are. A burst counts
 *     little, as it is what a full queue drops.
 * PR2 However near the viewer is: it finds out late that the last packet of a frame is missing.
 * PR3 Not for a frame of fewer than four packets, of which parity would take more than a fifth of the rate: the picture would
 *     suffer more than its motion gains.
 * PR4 What parity takes is missing to video: the encoder is told so.
 */

import { bytesOf, type FrameStep, plainSteps, protectedSteps } from "./flex-fec.ts";

const BEGIN_LOSS = 0.005;
const END_LOSS = 0.002;
const MAX_COUNTED_LOSS = 0.02;
const MEMORY_MS = 3000;
const MIN_PACKETS = 4;
/** A second of frames. */
const FRAMES_MEMORY = 30;

export class ParityPolicy {
  #loss = 0;
  #notedAt: number | null = null;
  #isLossy = false;
  #videoBytes = 0;
  #parityBytes = 0;

  /** Takes the part of the packets of late that were lost, 0 to 1. */
  noteLoss(loss: number, at: number): void {
    const elapsed = Math.max(0, at - (this.#notedAt ?? at));
    this.#notedAt = at;
    this.#loss += (Math.min(loss, MAX_COUNTED_LOSS) - this.#loss) * (1 - Math.exp(-elapsed / MEMORY_MS));
    this.#isLossy = this.#loss > (this.#isLossy ? END_LOSS : BEGIN_LOSS);
  }

  /** What to send of the next frame, whose packets are of these sizes. `ssrc` is that of the video. */
  stepsOf(sizes: readonly number[], ssrc: number): FrameStep[] {
    const isProtected = this.#isLossy && sizes.length >= MIN_PACKETS;
    const steps = isProtected ? protectedSteps(sizes, ssrc) : plainSteps(sizes);
    const videoBytes = sizes.reduce((sum, size) => sum + size, 0);
    const kept = 1 - 1 / FRAMES_MEMORY;
    this.#videoBytes = this.#videoBytes * kept + videoBytes;
    this.#parityBytes = this.#parityBytes * kept + bytesOf(steps) - videoBytes;
    return steps;
  }

  /** PR4: the part of what is sent that is video, 0 to 1. */
  get videoPart(): number {
    return this.#videoBytes === 0 ? 1 : this.#videoBytes / (this.#videoBytes + this.#parityBytes);
  }
}
