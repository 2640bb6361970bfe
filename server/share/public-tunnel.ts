/** Owns the contract of a tunnel that gives the server a public address. Types only. */

import type { Emitter } from "../../shared/emitter.ts";

export type TunnelEvents = {
  /** It works, for the first time or again; `url` may be another one then. */
  readonly opened: { readonly url: string };
  /** It does not work; a sentence for people. `retryMs` until it is tried again, null if it is not. */
  readonly failed: { readonly sentence: string; readonly retryMs: number | null };
};

export type PublicTunnel = Pick<Emitter<TunnelEvents>, "on"> & {
  /** Opens it. What comes of it are events; never rejects. */
  open(): Promise<void>;
  /** Closes it. Idempotent; resolves within a second or two. */
  close(): Promise<void>;
};

/** The longest wait before a tunnel is tried again. */
export const MAX_RETRY_MS = 60_000;
