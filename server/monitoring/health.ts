/** Owns what `/healthz` says to who may watch. */

import type { RendererInfo } from "../session/session-protocol.ts";

export type Health = {
  /** Whether every room is live. */
  readonly ok: boolean;
  /** What draws; null until a scene was drawn. */
  readonly renderer: RendererInfo | null;
  readonly rooms: readonly {
    /** The name under `/s/`; "" for the shared room. */
    readonly room: string;
    readonly title: string;
    /** That of the scene, or `hanging` while it is live and does not answer. */
    readonly status: string;
    readonly viewers: number;
  }[];
  readonly viewers: number;
  /** How many wait for a place. */
  readonly waiting: number;
};
