/** Owns what `/healthz` says to who may watch. */

import type { RendererInfo } from "../session/session-protocol.ts";

export type Health = {
  /** Whether every room is live; of several scenes, whether not all of them are in trouble. */
  readonly ok: boolean;
  /** What draws; null until a scene was drawn. */
  readonly renderer: RendererInfo | null;
  readonly rooms: readonly {
    /** The name under `/s/`, "" for the shared room; of several scenes with the scene's name and a slash before it. */
    readonly room: string;
    /** The name of the scene, where there are several. */
    readonly scene?: string;
    readonly title: string;
    /** That of the scene, or `hanging` while it is live and does not answer. */
    readonly status: string;
    readonly viewers: number;
    /** How many recordings run, and have failed; the bytes and seconds that those that run have so far. Left out while there were none. */
    readonly recordings?: {
      readonly running: number;
      readonly failed: number;
      readonly bytes: number;
      readonly seconds: number;
    };
    /** What is sent on to servers of others: how many take it, how many could not be reached last. Left out where there is none. */
    readonly outputs?: { readonly sending: number; readonly troubled: number; readonly bytes: number };
    /** How many watch by HLS, which are no viewers, and what they were sent. Left out while nobody does. */
    readonly hls?: { readonly viewers: number; readonly bytes: number };
  }[];
  readonly viewers: number;
  /** How many wait for a place. */
  readonly waiting: number;
};
