/**
 * Owns what hosts arrange by hand: takes what their pages say, and tells them where all lies. In the render thread of a studio.
 *
 * UA1 Only hosts are heard. They move, size, hide and order what the layout has; no source comes, goes or becomes another one.
 */

import { type Arrangement, type FromStudio, type ItemChange, parseToStudio } from "../../shared/arrangement.ts";
import { decodeMessage, encodeMessage, type MessageBody } from "../../shared/custom-message.ts";
import type { MessageSender } from "../render/render-protocol.ts";
import type { Layout } from "./layout.ts";

/** Of the hosts that have opened it, so many are told; who came later may open it again. */
const MAX_TOLD = 32;

export type ArrangingOptions = {
  readonly layout: () => Layout;
  /** Throws `TypeError` where it cannot be. */
  readonly change: (changes: readonly ItemChange[]) => void;
  readonly send: (person: number, body: MessageBody) => void;
};

export class Arranging {
  readonly #options: ArrangingOptions;
  #told: number[] = [];

  constructor(options: ArrangingOptions) {
    this.#options = options;
  }

  /** UA1 */
  handle(from: MessageSender, body: MessageBody): void {
    if (from.role !== "host") return;
    try {
      const message = parseToStudio(decodeMessage(body));
      if (message === null) return;
      if (message.studio === "open") this.#open(from.person);
      else this.#options.change(message.changes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#send(from.person, { studio: "refused", reason: error.message });
      this.#send(from.person, this.#arrangement);
    }
  }

  /** Something lies otherwise. */
  tell(): void {
    for (const person of this.#told) this.#send(person, this.#arrangement);
  }

  get #arrangement(): FromStudio {
    return { studio: "arrangement", ...arrangementOf(this.#options.layout()) };
  }

  #open(person: number): void {
    this.#told = [...this.#told.filter((told) => told !== person), person].slice(-MAX_TOLD);
    this.#send(person, this.#arrangement);
  }

  #send(person: number, message: FromStudio): void {
    this.#options.send(person, encodeMessage(message));
  }
}

function arrangementOf({ width, height, items }: Layout): Arrangement {
  return {
    width,
    height,
    items: items.map(({ name, x, y, width, height, hidden, opacity }) => ({
      ...{ name, x, y, width, height },
      ...{ hidden, opacity },
    })),
  };
}
