/** Owns the outputs that go by WHIP, in the scene's process: they begin, tell how they do once a second, and end. */

import { type StreamError, toPlainError } from "../../../../shared/errors.ts";
import { parseWhipAddress } from "../../../platform/whip-address.ts";
import type { WhipTarget } from "../../../session/output-wish.ts";
import type { FromSession } from "../../../session/session-protocol.ts";
import { WhipOutput, type WhipOutputOptions } from "./whip-output.ts";

export type WhipOutletsOptions = Pick<WhipOutputOptions, "sinks" | "call"> & {
  /** To the main process. */
  readonly send: (message: FromSession) => void;
};

const TELL_MS = 1000;

export class WhipOutlets {
  readonly #options: WhipOutletsOptions;
  readonly #running = new Map<string, WhipOutput>();
  #teller: NodeJS.Timeout | undefined;

  constructor(options: WhipOutletsOptions) {
    this.#options = options;
  }

  open(outputId: string, { address }: WhipTarget): void {
    const parsed = parseWhipAddress(address);
    if (parsed === null) throw new TypeError("target.address must be one of WHIP.");
    const { sinks, call } = this.#options;
    const output = new WhipOutput(parsed, {
      sinks,
      call,
      changed: () => this.#tell(outputId, output),
      failed: (error) => void this.#finish(outputId, error),
    });
    this.#running.set(outputId, output);
    this.#teller ??= setInterval(() => this.#tellAll(), TELL_MS);
  }

  /** False where there is none of this name. */
  end(outputId: string): boolean {
    if (!this.#running.has(outputId)) return false;
    void this.#finish(outputId, null);
    return true;
  }

  /** Ends all in order, as far as a second allows. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((outputId) => this.#finish(outputId, null)));
  }

  async #finish(outputId: string, reason: StreamError | null): Promise<void> {
    const output = this.#running.get(outputId);
    if (output === undefined) return;
    this.#running.delete(outputId);
    if (this.#running.size === 0) {
      clearInterval(this.#teller);
      this.#teller = undefined;
    }
    await output.end();
    const error = reason === null ? null : toPlainError(reason);
    this.#options.send({ kind: "output-told", outputId, news: { ...output.figures, isOver: true, error } });
  }

  #tell(outputId: string, output: WhipOutput): void {
    if (this.#running.get(outputId) !== output) return;
    this.#options.send({ kind: "output-told", outputId, news: { ...output.figures, isOver: false, error: null } });
  }

  #tellAll(): void {
    for (const [outputId, output] of this.#running) this.#tell(outputId, output);
  }
}
