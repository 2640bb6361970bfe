/**
 * Owns how the main process learns that a scene's process lives, in that process's main thread: a pulse a second over IPC,
 * with how long the render thread has been silent. A process that is stopped sends none.
 *
 * HB1 Silence is counted in this thread's own looks at the render thread, so that a machine which was asleep or has no time for
 *     us counts for nothing.
 */

import { url as debuggerUrl } from "node:inspector";
import type { PulseReader } from "../render/render-pulse.ts";
import type { ScenePulse } from "../session/session-protocol.ts";

const LOOK_MS = 500;
const LOOKS_A_PULSE = 2;

export type HeartbeatOptions = {
  /** That of the render thread; null before it is up. */
  readonly pulse: () => PulseReader | null;
  readonly send: (pulse: ScenePulse) => void;
  /** Where in its source the scene is, once it has been silent for a while; null where that cannot be found out. */
  readonly locate: () => Promise<string | null>;
};

/** So long is worth asking where. */
const LOCATE_MS = 2_000;

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #looks = 0;
  #silent = 0;
  #beats: number | null = null;
  #where: string | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Looks at the render thread; each second time the main process is told. */
  look(): void {
    const pulse = this.#options.pulse();
    const beats = pulse?.beats ?? null;
    const isSilent = beats !== null && beats === this.#beats;
    this.#beats = beats;
    this.#silent = isSilent ? this.#silent + 1 : 0;
    if (!isSilent) this.#where = null;
    if (this.#silent * LOOK_MS === LOCATE_MS && debuggerUrl() === undefined) this.#locate();
    this.#looks += 1;
    if (this.#looks % LOOKS_A_PULSE === 0) this.#send(pulse);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #locate(): void {
    const beats = this.#beats;
    this.#options.locate().then(
      (where) => {
        if (this.#beats === beats) this.#where = where;
      },
      () => undefined,
    );
  }

  #send(pulse: PulseReader | null): void {
    this.#options.send({
      silentMs: this.#silent * LOOK_MS,
      place: pulse?.place ?? "elsewhere",
      where: this.#where,
      isStarting: pulse?.isStarting ?? true,
      isDebugged: debuggerUrl() !== undefined,
    });
  }
}
