/** Owns the messages between the benchmark and the players by HLS, which are in a process of their own. */

/** Plays with so many players, each with two connections, as players do that wait for their playlist and fetch what it names. */
export type ToPlayers = {
  /** Of the playlist of one size. */
  readonly url: string;
  readonly token: string;
  readonly players: number;
  readonly seconds: number;
};

export type PlayersReport = {
  readonly requests: number;
  readonly bytes: number;
  /** Answers that were no part and no playlist. */
  readonly failures: number;
  /** How long after its last picture a part was whole at a player, in milliseconds; one in ten of them. */
  readonly lateMs: readonly number[];
};
