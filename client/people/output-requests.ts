/** Owns what is asked of the server about sending the picture on. Hosts alone do, so it is loaded when one does. */

import { type Ask, askServer, type Fields, fieldsOf, listIn, notUnderstood, posted } from "./ask-server.ts";
import type { SentOutput, ViewerOutputs } from "./viewer-outputs.ts";

const states = ["waiting", "connecting", "sending", "ended", "failed"] as const;

export class OutputRequests implements ViewerOutputs {
  readonly #addressOf: (path: string) => URL;
  readonly #fetch: Ask;

  /** `addressOf` gives where a path of the room is now; `ask` is the fetch to use. */
  constructor(addressOf: (path: string) => URL, ask: Ask) {
    this.#addressOf = addressOf;
    this.#fetch = ask;
  }

  async start(address: string): Promise<SentOutput> {
    return sentOutputOf(fieldsOf(await (await this.#ask("outputs", posted({ address }))).json()));
  }

  async list(): Promise<SentOutput[]> {
    return (await listIn(await this.#ask("outputs", { method: "GET" }), "outputs")).map(sentOutputOf);
  }

  async end(id: string): Promise<void> {
    await this.#ask(`outputs/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  #ask(path: string, request: RequestInit): Promise<Response> {
    return askServer(this.#fetch, this.#addressOf(path), request);
  }
}

/** Reads an output of the server's answer. Throws `Error` where it is none. */
function sentOutputOf({ id, address, state, startedAt, bytes, seconds, error }: Fields): SentOutput {
  const beganMs = typeof startedAt === "string" ? Date.parse(startedAt) : Number.NaN;
  if (typeof id !== "string" || typeof address !== "string" || Number.isNaN(beganMs)) throw notUnderstood();
  if (typeof bytes !== "number" || typeof seconds !== "number") throw notUnderstood();
  return {
    id,
    address,
    // A newer server may have states that this version does not know (PV1 in shared/signaling.ts).
    state: states.find((known) => known === state) ?? "connecting",
    startedAt: beganMs,
    bytes,
    seconds,
    error: typeof error === "string" ? error : null,
  };
}
