/** Owns what hosts do about sending the picture on to servers of others. */

import type { Ask } from "./ask-server.ts";
import type { OutputRequests } from "./output-requests.ts";
import type { SentOutput, ViewerOutputs } from "./viewer-outputs.ts";

export class Outputs implements ViewerOutputs {
  readonly #addressOf: (path: string) => URL;
  readonly #fetch: Ask;

  /** `addressOf` gives where a path of the room is now; `ask` is the fetch to use. */
  constructor(addressOf: (path: string) => URL, ask: Ask) {
    this.#addressOf = addressOf;
    this.#fetch = ask;
  }

  async start(address: string): Promise<SentOutput> {
    return (await this.#requests()).start(address);
  }

  async list(): Promise<SentOutput[]> {
    return (await this.#requests()).list();
  }

  async end(id: string): Promise<void> {
    return (await this.#requests()).end(id);
  }

  async #requests(): Promise<OutputRequests> {
    const { OutputRequests } = await import("./host-requests.ts");
    return new OutputRequests(this.#addressOf, this.#fetch);
  }
}
