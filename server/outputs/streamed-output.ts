/** Owns what a room sends on to a server of others, in the main process. The scene's process connects and sends. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import { noFigures, type OutputFigures } from "../encode/mux/mux-protocol.ts";
import { parseOutputAddress, shownAddress } from "../platform/stream-address.ts";
import type { OutputOpening } from "../session/output-wish.ts";
import type { WantedOutput } from "../session/session-outputs.ts";
import type { OutputEvents, OutputInfo, OutputState } from "./output-info.ts";

/** Players and services want a key frame so often. */
const KEY_FRAME_GAP_MS = 2000;
/** While the scene rests: players that are sent nothing wait or leave, and FFmpeg's look at twenty pictures before they begin. */
const REST_GAP_MS = 200;

export class StreamedOutput extends Emitter<OutputEvents> implements WantedOutput {
  readonly keepsRoom = true;
  readonly #id: string;
  readonly #address: string;
  readonly #startedAt = new Date();
  #state: OutputState = "waiting";
  #error: string | null = null;
  #figures: OutputFigures = noFigures;
  /** Of processes of the scene that fell. */
  #before = { bytes: 0, seconds: 0, connections: 0 };

  constructor(id: string, address: string) {
    super();
    this.#id = id;
    this.#address = address;
  }

  get info(): OutputInfo {
    const { bytes, seconds, link } = this.#figures;
    return {
      id: this.#id,
      address: shownAddress(this.#address),
      state: this.#state,
      startedAt: this.#startedAt,
      bytes: this.#before.bytes + bytes,
      seconds: this.#before.seconds + seconds,
      connections: this.#before.connections + (link?.connections ?? 0),
      error: this.#error,
    };
  }

  open(): OutputOpening {
    this.#enter("connecting", null);
    if (parseOutputAddress(this.#address)?.kind === "whip") return { to: { kind: "whip", address: this.#address } };
    return {
      codec: "h264",
      target: null,
      maxKeyFrameGapMs: KEY_FRAME_GAP_MS,
      maxGapMs: REST_GAP_MS,
      to: { kind: "stream", address: this.#address },
    };
  }

  told(figures: OutputFigures): void {
    const times = (figures.link?.failures ?? 0) - (this.#figures.link?.failures ?? 0);
    this.#figures = figures;
    if (times > 0) this.emit("attemptsFailed", { times });
    const { link } = figures;
    if (link !== undefined) this.#enter(link.isSending ? "sending" : "connecting", link.error);
  }

  fell(): void {
    const { bytes, seconds, connections } = this.info;
    this.#before = { bytes, seconds, connections };
    this.#figures = noFigures;
    this.#enter("waiting", null);
  }

  ended(error: StreamError | null): void {
    if (error !== null) this.emit("attemptsFailed", { times: 1 });
    this.#enter(error === null ? "ended" : "failed", error?.message ?? null);
  }

  #enter(state: OutputState, error: string | null): void {
    if (this.#state === state && this.#error === error) return;
    this.#state = state;
    this.#error = error;
    this.emit("changed", {});
  }
}
