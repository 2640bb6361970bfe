/** Owns which events of a server go to the log, and in which words. Main process. */

import type { Emitter } from "../shared/emitter.ts";
import type { Hls } from "./hls/hls.ts";
import type { HttpServer } from "./http/http-server.ts";
import { type Log, printable, sparsely } from "./monitoring/log.ts";
import type { Outputs } from "./outputs/outputs.ts";
import { isOpenToAll } from "./platform/whip-address.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";

const openWords =
  "What is sent on by whip+http can be read and changed on its way, and its token too: use whip+https where the server has it.";

/** Strangers can make up as many as they like of what is told once. */
const MAX_TOLD_ONCE = 100;

/** The viewers and the share link. */
export function logServer(log: Log, events: Emitter<StreamServerEvents>): void {
  events.on("viewerJoined", ({ viewerId, room, way, role }) =>
    log.info("A viewer joined.", { viewerId, room, way, role }),
  );
  events.on("viewerLeft", (event) => log.info("A viewer left.", event));
  events.on("shareChanged", ({ detail }) =>
    detail === null ? log.info("The share link is working.") : log.warn(detail),
  );
  events.on("shareUsed", ({ warning }) => warning !== null && log.warn(warning));
}

/** The scenes, those that are there and those that come. */
export function logRooms(log: Log, rooms: Rooms): void {
  for (const room of rooms.all) logRoom(log, room);
  rooms.on("opened", ({ room }) => logRoom(log, room));
  rooms.on("closed", ({ room }) => log.info("A room was closed.", { room: room.name }));
}

/** What is recorded. */
export function logRecordings(log: Log, recordings: Recordings): void {
  recordings.on("changed", ({ room, info: { path, state, error } }) => {
    const fields = { ...(room === "" ? {} : { room }), file: path };
    if (state === "failed") log.error(`A recording failed: ${error}`, fields);
    else if (state === "waiting") log.info("A recording waits for the scene.", fields);
    else log.info(state === "ended" ? "A recording is done." : "A recording began.", fields);
  });
  recordings.on("warned", ({ room, error }) =>
    log.warn(`The last seconds are not held any more: ${error.message}`, { room }),
  );
}

/** What is sent on, each state once; what is tried again and again, sparsely. */
export function logOutputs(log: Log, outputs: Outputs): void {
  const warn = sparsely(log.warn);
  outputs.on("changed", ({ room, info: { address, state, error } }) => {
    const fields = { ...(room === "" ? {} : { room }), address };
    if (state === "waiting" && isOpenToAll(address)) warn(openWords, fields);
    if (state === "failed") log.error(`What was sent on failed: ${error}`, fields);
    else if (error !== null) warn(`It cannot be sent on right now: ${error}`, fields);
    else if (state === "sending") log.info("The picture is being sent on.", fields);
    else if (state === "ended") log.info("The picture is not sent on any more.", fields);
  });
}

/** The streams by HLS; while there is one, the scene is encoded for it. */
export function logHls(log: Log, hls: Hls): void {
  const fieldsOf = (room: string) => (room === "" ? {} : { room });
  hls.on("started", ({ room }) => log.info("The stream by HLS began.", fieldsOf(room)));
  hls.on("stopped", ({ room }) => log.info("The stream by HLS ended, as nobody asks for it.", fieldsOf(room)));
  hls.on("failed", ({ room, name, error }) => {
    if (error.code !== "closed") log.warn(`The stream by HLS has no ${name} size: ${error.message}`, fieldsOf(room));
  });
}

/** One that never came up is the answer to whoever started the server, so it is not logged. */
function logRoom(log: Log, room: Room): void {
  const fields = room.name === "" ? undefined : { room: room.name };
  room.session.on("logged", ({ level, text }) => log[level](text, fields));
  room.on("consolePrinted", ({ level, text }) => log[level](text, { ...fields, console: true }));
  logStart(log, room, fields);
  room.on("noticed", ({ text }) =>
    text === null ? log.info("The scene is working again.", fields) : log.warn(text, fields),
  );
  room.on("statusChanged", ({ status, detail }) => {
    if (status === "restarting") log.warn(`Restarting the scene. ${detail}`, fields);
    else if (status === "down") log.error(detail ?? "The scene is down.", fields);
    else if (status === "failed" && (room.announcer.renderer !== null || fields !== undefined)) {
      log.error(detail ?? "The scene failed.", fields);
    } else log.debug(`The scene is ${status}.`, fields);
  });
}

/** How a start goes, ever more sparsely, and at once when it looks as if it would never end. */
function logStart(log: Log, room: Room, fields: Readonly<Record<string, unknown>> | undefined): void {
  let seconds = 0;
  let next = 1;
  let wasLate = false;
  room.on("startProgressed", ({ sentence, isLate }) => {
    seconds += 1;
    const isNews = isLate && !wasLate;
    wasLate = isLate;
    if (seconds < next && !isNews) return;
    if (seconds >= next) next *= 2;
    log[isLate ? "warn" : "info"](sentence, fields);
  });
}

/** What the HTTP server refused and failed at; sparsely, as strangers can cause it. */
export function logHttp(log: Log, http: HttpServer): void {
  const logRefused = sparsely(log.warn);
  const logFailed = sparsely(log.error);
  const told = new Set<string>();
  http.on("refused", ({ reason, detail, isToldOnce }) => {
    const fields = { detail: printable(detail) };
    if (isToldOnce !== true) return logRefused(`Refused ${reason}.`, fields);
    if (told.has(reason) || told.size >= MAX_TOLD_ONCE) return;
    told.add(reason);
    log.warn(`Refused ${reason}.`, fields);
  });
  http.on("failed", ({ error }) => {
    logFailed("A request failed.", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
}
