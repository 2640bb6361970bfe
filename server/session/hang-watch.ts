/**
 * Owns noticing that a scene hangs, in the main process: its thread is in a loop, or its process is stopped.
 *
 * HW1 After three seconds without an answer viewers are told so, and told when it goes on.
 * HW2 After `hangMs` the process is ended, to be started again; 0 is never.
 * HW3 A scene that is on its way is told of and never ended: it may be loading for minutes. A process that does not answer at all
 *     while it comes up has a minute.
 * HW4 Silence counts in looks of ours, so that a main process which itself was asleep or kept busy ends nothing.
 * HW5 Where a debugger is attached nothing is a hang.
 */

import { url as debuggerUrl } from "node:inspector";
import { StreamError } from "../../shared/errors.ts";
import { placeWords } from "../render/render-pulse.ts";
import type { ScenePulse } from "./session-protocol.ts";

const LOOK_MS = 500;
/** A pulse comes each second. */
const PULSE_MS = 1_000;
const TOLD_MS = 3_000;
const STARTING_MS = 60_000;
/** What holds of a process that is live and had no time to send a pulse. */
const well: ScenePulse = { silentMs: 0, place: "elsewhere", where: null, isStarting: false, isDebugged: false };

export type HangWatchOptions = {
  /** After how long a process is ended; 0 is never. */
  readonly hangMs: number;
  /** A sentence for viewers; null when it goes on. */
  readonly told: (text: string | null) => void;
  /** Ends the process, with why. */
  readonly end: (error: StreamError) => void;
};

export class HangWatch {
  readonly #options: HangWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #pulse: ScenePulse | null = null;
  #looks = 0;
  #isLive = false;
  #text: string | null = null;
  #hungMs = 0;

  constructor(options: HangWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** How long the scene has not answered, or had not when its process was ended. */
  get hungMs(): number {
    return this.#hungMs;
  }

  /** A process was started, or is gone. */
  reset(): void {
    this.#pulse = null;
    this.#looks = 0;
    this.#isLive = false;
    this.#tell(null);
  }

  /** The scene is live: from now on it has to answer. */
  handleLive(): void {
    this.#isLive = true;
    this.#hungMs = 0;
    this.#looks = 0;
    this.#pulse ??= well;
  }

  handlePulse(pulse: ScenePulse): void {
    this.#pulse = pulse;
    this.#looks = 0;
  }

  /** Looks whether it hangs; called twice a second. */
  look(): void {
    if (this.#pulse === null) return;
    this.#looks += 1;
    const { silentMs, isStarting, isDebugged } = this.#pulse;
    if (isDebugged || debuggerUrl() !== undefined) return this.#tell(null);
    const processMs = Math.max(0, this.#looks * LOOK_MS - PULSE_MS);
    const isProcess = processMs >= TOLD_MS;
    this.#hungMs = isProcess ? processMs : silentMs;
    this.#tell(this.#hungMs >= TOLD_MS && this.#isLive ? this.#words(isProcess) : null);
    if (this.#options.hangMs === 0 || (isStarting && !isProcess)) return;
    const maxMs = this.#isLive ? this.#options.hangMs : Math.max(STARTING_MS, this.#options.hangMs);
    if (this.#hungMs >= maxMs) this.#end(isProcess);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #end(isProcess: boolean): void {
    const seconds = Math.round(this.#hungMs / 1000);
    const what = isProcess ? "The scene's process" : "The scene";
    const error = new StreamError("room-lost", `${what} did not answer for ${seconds} seconds${this.#why(isProcess)}.`);
    this.#pulse = null;
    this.#options.end(error);
  }

  #words(isProcess: boolean): string {
    const { hangMs } = this.#options;
    const what = isProcess ? "The scene's process does not answer" : "The scene does not answer";
    const isEnded = hangMs > 0 && (isProcess || this.#pulse?.isStarting === false);
    const then = isEnded ? ` If that lasts ${hangMs / 1000} seconds, it is started again.` : "";
    return `${what}${this.#why(isProcess)}.${then}`;
  }

  #why(isProcess: boolean): string {
    if (isProcess || this.#pulse === null) return "";
    const { place, where, isStarting } = this.#pulse;
    const what = isStarting && place === "elsewhere" ? "its start" : placeWords[place];
    return `: ${what} does not come to an end${where === null ? "" : ` (${where})`}`;
  }

  #tell(text: string | null): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#options.told(text);
  }
}
