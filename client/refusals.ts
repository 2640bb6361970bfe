/** Owns what becomes of what the server refuses: a word in passing, another way of the video, or the end of the visit. */

import type { StreamErrorCode } from "../shared/errors.ts";
import type { Display } from "./display.ts";
import { errorMeaning } from "./link/error-meaning.ts";
import type { ServerLink } from "./link/server-link.ts";
import type { Refusal } from "./viewer-state-keeper.ts";

export type RefusalsOptions = {
  readonly display: Pick<Display, "handleRefusal" | "stop">;
  readonly link: Pick<ServerLink, "halt">;
  /** There is no picture while this is so. */
  readonly ended: (refusal: Refusal) => void;
  /** It only did not do what it was asked. */
  readonly omitted: (refusal: Refusal) => void;
};

export class Refusals {
  readonly #options: RefusalsOptions;
  /** What the server said last in an error that this version does not know. */
  #unknownError: string | null = null;

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** The server said that it refused something. */
  handle(code: StreamErrorCode, sentence: string): void {
    const { display, link, ended, omitted } = this.#options;
    const meaning = errorMeaning(code);
    if (meaning === "omission") return omitted({ code, sentence });
    if (code === "unknown") this.#unknownError = sentence;
    if (meaning === "report" || (meaning === "stream" && display.handleRefusal())) {
      console.warn(`The server reported an error (${code}): ${sentence}`);
      return;
    }
    ended({ code, sentence });
    if (meaning !== "stream") display.stop();
    if (meaning === "parting") link.halt();
  }

  /** The link is open: what was said before does not count any more. */
  handleOpen(): void {
    this.#unknownError = null;
  }

  /** The server parted with us, for a reason that this version does not know or that was said before. */
  handleEnd(): void {
    if (this.#unknownError === null) return;
    this.#options.ended({ code: "unknown", sentence: this.#unknownError });
    this.#unknownError = null;
    this.#options.display.stop();
    this.#options.link.halt();
  }
}
