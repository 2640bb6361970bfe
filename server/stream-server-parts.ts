/** Owns what of a server only tests replace. */

import type { HttpServerOptions } from "./http/http-server.ts";
import type { SessionOptions } from "./session/session.ts";
import type { ShareOptions } from "./share/share.ts";

export type StreamServerParts = {
  readonly session?: Pick<SessionOptions, "processes" | "whepDeadlineMs">;
  readonly http?: Pick<HttpServerOptions, "pageDirectory" | "socket" | "httpViewer" | "multipart">;
  readonly share?: Pick<ShareOptions, "load" | "retryMs">;
};
