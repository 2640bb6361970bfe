/** Owns what hosts do about sending the picture on to servers of others, over `outputs`. */

import { type Ask, answerTo, posting } from "./server-answers.ts";
import type { SentOutput, ViewerOutputs } from "./viewer-outputs.ts";

const states = ["waiting", "connecting", "sending", "ended", "failed"] as const;

export class Outputs implements ViewerOutputs {
  readonly #addressOf: (path: string) => URL;
  readonly #ask: Ask;

  /** `addressOf` gives where a path of the room is now; `ask` is the fetch to use. */
  constructor(addressOf: (path: string) => URL, ask: Ask) {
    this.#addressOf = addressOf;
    this.#ask = ask;
  }

  async start(address: string): Promise<SentOutput> {
    const answer = await answerTo(this.#ask, this.#addressOf("outputs"), posting({ address }));
    return sentOutputOf(await answer.json());
  }

  async list(): Promise<SentOutput[]> {
    const answer: unknown = await (await answerTo(this.#ask, this.#addressOf("outputs"), { method: "GET" })).json();
    const { outputs } = answer as { readonly outputs?: unknown };
    if (!Array.isArray(outputs)) throw notUnderstood();
    return outputs.map(sentOutputOf);
  }

  async end(id: string): Promise<void> {
    await answerTo(this.#ask, this.#addressOf(`outputs/${encodeURIComponent(id)}`), { method: "DELETE" });
  }
}

/** Reads an output of the server's answer. Throws `Error` where it is none. */
export function sentOutputOf(value: unknown): SentOutput {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { id, address, startedAt, bytes, seconds, error } = fields;
  const beganMs = typeof startedAt === "string" ? Date.parse(startedAt) : Number.NaN;
  if (typeof id !== "string" || typeof address !== "string" || Number.isNaN(beganMs)) throw notUnderstood();
  if (typeof bytes !== "number" || typeof seconds !== "number") throw notUnderstood();
  return {
    id,
    address,
    // A newer server may have states that this version does not know (PV1 in shared/signaling.ts).
    state: states.find((state) => state === fields["state"]) ?? "connecting",
    startedAt: beganMs,
    bytes,
    seconds,
    error: typeof error === "string" ? error : null,
  };
}

function notUnderstood(): Error {
  return new Error("The server's answer could not be understood.");
}
