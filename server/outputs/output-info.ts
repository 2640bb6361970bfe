/** Owns what is told of an output. */

/**
 * `"waiting"`: the scene is not live; `"connecting"`: the server is being tried, again and again; `"failed"`: it is not tried any more,
 * as no video can be made for it.
 */
export type OutputState = "waiting" | "connecting" | "sending" | "ended" | "failed";

/** What an output itself tells. */
export type OutputEvents = {
  /** It has another state, or another error. */
  readonly changed: Record<never, never>;
  /** So often since it was told last what is sent on to could not be reached, or was lost. */
  readonly attemptsFailed: { readonly times: number };
};

/** What is sent on to a server of others. */
export type OutputInfo = {
  /** What names it in its room. */
  readonly id: string;
  /** Where to, without its key, passphrase or token. */
  readonly address: string;
  readonly state: OutputState;
  readonly startedAt: Date;
  readonly bytes: number;
  /** How much video was sent. */
  readonly seconds: number;
  /** How often it was connected. */
  readonly connections: number;
  /** What went wrong last, in a sentence for people, until it is being sent again; else null. */
  readonly error: string | null;
};
