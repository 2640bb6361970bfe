/** Owns which part serves an output that is wished for, in the scene's process: packets of files and streams are muxed, by WHIP they are not. */

import type { Emitter } from "../../../shared/emitter.ts";
import type { OutputWish } from "../../session/output-wish.ts";
import { MuxOutlets, type MuxOutletsEvents, type MuxOutletsOptions } from "./mux-outlets.ts";
import { WhipOutlets, type WhipOutletsOptions } from "./whip/whip-outlets.ts";

export class OutputOutlets {
  readonly #mux: MuxOutlets;
  readonly #whip: WhipOutlets;

  constructor(options: MuxOutletsOptions & WhipOutletsOptions) {
    this.#mux = new MuxOutlets(options);
    this.#whip = new WhipOutlets(options);
  }

  /** Tells of the work that is done for them in a thread of its own. */
  get work(): Pick<Emitter<MuxOutletsEvents>, "on"> {
    return this.#mux;
  }

  /** Whether files that are begun from now on show all around. */
  setPanorama(isPanorama: boolean): void {
    this.#mux.setPanorama(isPanorama);
  }

  handle(wish: OutputWish): void {
    switch (wish.kind) {
      case "open": {
        const { outputId, opening } = wish;
        return "codec" in opening ? this.#mux.open(outputId, opening) : this.#whip.open(outputId, opening.to);
      }
      case "end":
        if (!this.#whip.end(wish.outputId)) this.#mux.end(wish.outputId);
        return;
      case "clip":
        return this.#mux.saveClip(wish.clip);
    }
  }

  /** Ends all in order, as far as a second allows. */
  async close(): Promise<void> {
    await Promise.all([this.#mux.close(), this.#whip.close()]);
  }
}
