/**
 * Owns the contract of a connection on which an output sends video to a server of others. In the mux thread.
 *
 * NL1 `send` never waits. What the network has not taken yet waits in `waitingBytes`, and whoever sends looks at that.
 * NL2 It fails once, with a sentence that has neither keys nor passwords in it, and takes nothing more then.
 */

export type StreamPacket = {
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** In milliseconds from the first one on this connection, each later than the one before. */
  readonly at: number;
};

export type StreamLink = {
  readonly waitingBytes: number;
  readonly sentBytes: number;
  /** Sends a packet; the first one is a key frame. */
  send(packet: StreamPacket): void;
  /** Ends it in order, as far as half a second allows. Idempotent. */
  close(): Promise<void>;
};

export type StreamLinkEvents = {
  /** It takes packets from now on. */
  readonly opened: () => void;
  readonly failed: (reason: string) => void;
};

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the server cut the connection",
  EPIPE: "the server cut the connection",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the name of the host cannot be looked up right now",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to the host",
  ETIMEDOUT: "no answer came",
  UND_ERR_SOCKET: "the server cut the connection",
  UND_ERR_CONNECT_TIMEOUT: "no answer came",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is one that nobody vouches for",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is one that nobody vouches for",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is one that nobody vouches for",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** What went wrong with a socket, in words. */
export function socketWords(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return words[code] ?? `the connection failed${code === "" ? "" : ` (${code})`}`;
}
