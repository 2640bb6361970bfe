/** Owns what of a server tests and replays replace. */

import type { HttpServerOptions } from "./http/http-server.ts";
import type { GivenParameters } from "./platform/given-parameters.ts";
import type { Session, SessionOptions } from "./session/session.ts";
import type { SceneConfig } from "./session/session-protocol.ts";
import type { TunnelParts } from "./share/tunnel-of.ts";

export type StreamServerParts = {
  readonly session?: Pick<SessionOptions, "processes" | "whepDeadlineMs">;
  readonly http?: Pick<HttpServerOptions, "pageDirectory" | "socket" | "httpViewer" | "multipart">;
  readonly share?: TunnelParts;
  /** What a replay has otherwise than a server whose viewers steer. */
  readonly replay?: {
    readonly config: Partial<SceneConfig>;
    readonly sceneState: string | null;
    readonly parameters: GivenParameters;
    /** Told of the scene when it is being started. */
    readonly made: (session: Session) => void;
  };
};
