/**
 * Owns telling that a scene which is drawn frame by frame does not come back from a call, as from a loop that never ends. In the thread
 * that started the render thread.
 *
 * SU1 After ten seconds in one call it is told which and where, of each once. It is never ended: nobody knows how long a frame may take.
 */

import { type PulsePlace, type PulseReader, placeWords } from "./render-pulse.ts";

const LOOK_MS = 1_000;
const TOLD_SECONDS = 10;

export type StuckWatchOptions = {
  readonly pulse: Pick<PulseReader, "beats" | "place">;
  /** Resolves with where in its source the scene is; with null where that cannot be found out. */
  readonly locate: () => Promise<string | null>;
  /** Hears a sentence. */
  readonly told: (sentence: string) => void;
};

export class StuckWatch {
  readonly #options: StuckWatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #known = new Set<PulsePlace>();
  #beats: number | null = null;
  #silentLooks = 0;

  constructor(options: StuckWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { pulse, locate, told } = this.#options;
    const { beats, place } = pulse;
    // Before the first beat the thread is on its way, and loads what is not the scene's.
    const isSilent = beats > 0 && beats === this.#beats;
    this.#beats = beats;
    this.#silentLooks = isSilent ? this.#silentLooks + 1 : 0;
    if (this.#silentLooks !== TOLD_SECONDS || this.#known.has(place)) return;
    this.#known.add(place);
    const where = await locate().catch(() => null);
    // Many drawings of one picture may take as long.
    if (pulse.beats !== beats || (place === "draw" && where === null)) return;
    const at = where === null ? "" : ` (${where})`;
    told(
      `The scene has not answered for ${TOLD_SECONDS} seconds: ${placeWords[place]} has not come to an end${at}. The render waits for it.`,
    );
  }
}
