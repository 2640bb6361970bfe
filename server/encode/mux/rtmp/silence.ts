/**
 * Owns the silence that goes with video by RTMP, as AAC in tags of FLV: players look for sound for up to a minute and a half before they
 * begin, and services refuse what has none. Pure.
 */

/** AAC-LC of two channels at 44 100 samples a second (AudioSpecificConfig of ISO 14496-3), behind the header of the tag. */
export const silenceHeader: Buffer = Buffer.of(0xaf, 0, 0x12, 0x10);

/** One frame of it, in which nothing is heard. */
const frame = Buffer.of(0xaf, 1, 0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80);
const FRAME_MS = (1024 * 1000) / 44_100;
/** Of a longer gap the rest is left out. */
const MAX_FRAMES = 200;

export class Silence {
  #frames = 0;

  /** The frames that begin at `until` or before, in milliseconds, and were not given yet. */
  *until(until: number): Generator<{ readonly at: number; readonly payload: Buffer }> {
    const last = Math.floor(until / FRAME_MS);
    this.#frames = Math.max(this.#frames, last + 1 - MAX_FRAMES);
    for (; this.#frames <= last; this.#frames += 1) yield { at: this.#frames * FRAME_MS, payload: frame };
  }
}
