/** Owns the messages between the benchmark and the program that sends data, which is a process of its own as it is for users. */

/** By plain HTTP, a request for each value, or by one WebSocket, a message for each. */
export type SenderWay = "http" | "websocket";

/** Sends values of so many bytes; the first element is 1 and 0 in turn. */
export type ToSender = {
  readonly url: string;
  readonly way: SenderWay;
  readonly bytes: number;
  readonly count: number;
  /** How many a second at most; 0 is one after the answer to another. */
  readonly perSecond: number;
  /** How long to wait between an answer and the next, in milliseconds. */
  readonly pauseMs: number;
};

/** What became of one, in milliseconds since the epoch. */
export type SentValue = {
  readonly begunAt: number;
  /** When the last byte was given to the system. */
  readonly lastByteAt: number;
  readonly answeredAt: number;
  readonly version: number;
  readonly taken: boolean;
};
