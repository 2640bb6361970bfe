/** Owns what `/healthz` says to who may watch. */

import type { RendererInfo } from "../session/session-protocol.ts";

export type Health = {
  /** Whether every scene is streamed. */
  readonly ok: boolean;
  /** Who draws; null until a scene was drawn. */
  readonly renderer: RendererInfo | null;
  readonly scenes: readonly {
    /** The name under `/s/`; "" for the common scene. */
    readonly room: string;
    readonly title: string;
    readonly state: string;
    readonly viewers: number;
  }[];
  readonly viewers: number;
  /** How many wait for a place. */
  readonly waiting: number;
};
