/** Owns a server that asks for a token, with a page and a scene that are none, and what is sent to it. */

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import type { Role } from "../../../../shared/people.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { type RawRequest, type RawResponse, rawRequest } from "../../../support/raw-request.ts";

export const token = "correct-horse-battery";

export const bearer = (shown: string): Record<string, string> => ({ authorization: `Bearer ${shown}` });

/** One of the functions here, for a server that is known. */
export type ToServer<Ask> = Ask extends (server: StreamServer, ...rest: infer Rest) => infer Answer
  ? (...rest: Rest) => Answer
  : never;

export function startGuarded(more: Omit<StreamServerOptions, "scene"> = {}): Promise<StreamServer> {
  const pageDirectory = mkdtempSync(join(tmpdir(), "scenecast-page-"));
  mkdirSync(join(pageDirectory, "assets"));
  writeFileSync(join(pageDirectory, "index.html"), "<title>The page</title>");
  writeFileSync(join(pageDirectory, "assets", "page-0f3a.js"), "1;");
  return startFakeServer({ http: { pageDirectory }, more: { access: { token }, ...more } });
}

export function sendTo(server: StreamServer, path: string, request: RawRequest = {}): Promise<RawResponse> {
  return rawRequest(new URL(path, server.url), request);
}

/** Asks for a cookie. */
export function showTo(
  server: StreamServer,
  shown: string,
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  const body = JSON.stringify({ token: shown });
  return sendTo(server, "access", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** The token of a new link. */
export async function linkTokenOf(
  server: StreamServer,
  role: Role,
  room: string | null = null,
): Promise<{ id: string; shown: string }> {
  const { id, link } = await server.createLink({ role, room });
  return { id, shown: decodeURIComponent(new URL(link).hash.replace("#token=", "")) };
}
