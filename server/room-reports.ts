/** Owns what a server tells of a room: its events to the program that runs it, its figures to the metrics. */

import type { Emitter } from "../shared/emitter.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import { viewerInfo } from "./people-desk.ts";
import type { Room } from "./room/room.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";

/** `metrics` gives null before there are any. */
export function reportRoom(room: Room, emitter: Emitter<StreamServerEvents>, metrics: () => Metrics | null): void {
  const { name } = room;
  emitter.emit("roomOpened", { room: name });
  room.on("viewerJoined", ({ viewerId, entry }) => emitter.emit("viewerJoined", viewerInfo(room, viewerId, entry)));
  room.on("viewerLeft", ({ viewerId }) => emitter.emit("viewerLeft", { viewerId, room: name }));
  room.on("noticed", ({ text }) => emitter.emit("noticed", { room: name, text }));
  room.on("consolePrinted", (line) => emitter.emit("consolePrinted", { room: name, ...line }));
  room.on("stateChanged", ({ state, detail }) => {
    if (state === "restarting") metrics()?.handleRestart();
    if (state !== "live") metrics()?.setEncoders(name, 0);
    emitter.emit("stateChanged", { room: name, state, detail });
  });
  room.on("reported", ({ report }) => {
    metrics()?.handleReport(report);
    metrics()?.setEncoders(name, report.encoders);
    emitter.emit("reported", { room: name, report });
  });
  room.on("jpegEncoded", () => metrics()?.countJpegEncoded());
  room.session.exactStill.on("made", ({ format, encodeMs }) => metrics()?.countExactStillMade(format, encodeMs));
  reportControl(room, emitter);
}

function reportControl(room: Room, emitter: Emitter<StreamServerEvents>): void {
  let told = "";
  room.company.control.on("changed", () => {
    const { mode, locked } = room.company.control;
    const event = { room: room.name, mode, locked, holder: room.company.holder, asking: room.company.asking };
    const text = JSON.stringify(event);
    if (text === told) return;
    told = text;
    emitter.emit("controlChanged", event);
  });
}
