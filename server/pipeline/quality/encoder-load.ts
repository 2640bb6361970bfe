/** Owns what an encoder made in the last second of motion: whether its bit rate holds it back is seen from that. Pure. */

import type { PacketMessage } from "../../encode/video/encode-protocol.ts";

const WINDOW_MS = 1000;
/** Of less time nothing can be said. */
const LEAST_MS = 200;

type Coded = { readonly at: number; readonly bits: number; readonly frame: number };

export class EncoderLoad {
  #coded: Coded[] = [];

  /** Notes a picture. Key frames and pictures of a scene at rest are as large as they are for other reasons. */
  note(
    { data, frame, isKeyFrame, atRest }: Pick<PacketMessage, "data" | "frame" | "isKeyFrame" | "atRest">,
    at: number,
  ): void {
    if (!isKeyFrame && !atRest) this.#coded.push({ at, bits: data.length * 8, frame });
  }

  /** What it made, and how many frames a second were drawn meanwhile; null where nothing moved for long enough. */
  of(at: number): { readonly bitsPerSecond: number; readonly drawnFps: number } | null {
    this.#coded = this.#coded.filter((coded) => coded.at > at - WINDOW_MS);
    const [first, last] = [this.#coded[0], this.#coded.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
    const seconds = (last.at - first.at) / 1000;
    const bits = this.#coded.reduce((sum, coded) => sum + coded.bits, -first.bits);
    return { bitsPerSecond: bits / seconds, drawnFps: Math.max(1, (last.frame - first.frame) / seconds) };
  }
}
