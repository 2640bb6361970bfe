/** Owns the contract of what is sent on to servers of others, as pages see it. `Outputs` keeps it. */

/** What is sent on to a server of others. */
export type SentOutput = {
  /** What `end()` takes. */
  readonly id: string;
  /** Where to, without its key, passphrase or token. */
  readonly address: string;
  /** `"waiting"`: for the scene; `"connecting"`: the server is being tried, again and again. */
  readonly state: "waiting" | "connecting" | "sending" | "ended" | "failed";
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly bytes: number;
  /** How much video was sent, in seconds. */
  readonly seconds: number;
  /** What went wrong last, in a sentence, until it is being sent again; else null. */
  readonly error: string | null;
};

/** What is sent on to servers of others; for hosts. What can fail rejects with an `Error` in the server's words. */
export type ViewerOutputs = {
  /** Sends what is shown to an address as `rtmp://host/app/key`, `rtmps://…`, `srt://host:port` or `whip+https://…`, until it is ended. */
  start(address: string): Promise<SentOutput>;
  /** Those that run, and those that failed and were not ended since. */
  list(): Promise<SentOutput[]>;
  /** Ends one, or forgets one that failed. */
  end(id: string): Promise<void>;
};
