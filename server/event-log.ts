/** Owns which events of a server go to the log, and in which words. */

import type { HttpServer } from "./http/http-server.ts";
import { type Log, printable, sparsely } from "./log.ts";
import type { Session } from "./session/session.ts";
import type { StreamServer } from "./stream-server.ts";

/** The viewers and the scene. A scene that never came up is the answer to whoever started it, so it is not logged. */
export function logServer(log: Log, server: StreamServer, session: Session): void {
  session.on("logged", ({ level, text }) => log[level](text));
  server.on("viewerJoined", (event) => log.info("Viewer joined", { ...event, viewers: server.viewers }));
  server.on("viewerLeft", (event) => log.info("Viewer left", { ...event, viewers: server.viewers }));
  server.on("noticed", ({ text }) => (text === null ? log.info("The scene works again.") : log.warn(text)));
  server.on("shareChanged", ({ detail }) => (detail === null ? log.info("The share link works.") : log.warn(detail)));
  server.on("stateChanged", ({ state, detail }) => {
    if (state === "restarting") log.warn(`Starting the scene again. ${detail}`);
    else if (state === "failed" && server.renderer !== null) log.error(detail ?? "The scene failed.");
    else log.debug(`The scene is ${state}.`);
  });
}

/** What the HTTP server refused and failed at; sparsely, as strangers can cause it. */
export function logHttp(log: Log, http: HttpServer): void {
  const logRefused = sparsely(log.warn);
  const logFailed = sparsely(log.error);
  http.on("refused", ({ reason, detail }) => logRefused(`Refused ${reason}.`, { detail: printable(detail) }));
  http.on("failed", ({ error }) => {
    logFailed("A request failed.", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
}
