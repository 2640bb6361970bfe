/** Owns what a server tells of a room: its events to the program that runs it, its figures to the metrics. Main process. */

import { decodeMessage } from "../shared/custom-message.ts";
import type { Emitter } from "../shared/emitter.ts";
import type { PanelControl } from "../shared/panels.ts";
import type { Hls } from "./hls/hls.ts";
import type { HlsStream } from "./hls/hls-stream.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import type { Outputs } from "./outputs/outputs.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { RoomRecordings } from "./recordings/room-recordings.ts";
import type { Room } from "./room/room.ts";
import { viewerInfo } from "./room-handle.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";

/** Tells the program. */
export function reportRoom(room: Room, emitter: Emitter<StreamServerEvents>): void {
  const { name } = room;
  emitter.emit("roomOpened", { room: name });
  room.on("viewerJoined", ({ viewerId, entry }) => emitter.emit("viewerJoined", viewerInfo(room, viewerId, entry)));
  room.on("viewerLeft", ({ viewerId }) => emitter.emit("viewerLeft", { viewerId, room: name }));
  room.on("messageReceived", ({ viewerId, body }) =>
    emitter.emit("messageReceived", { viewerId, room: name, data: decodeMessage(body) }),
  );
  room.on("noticed", ({ text }) => emitter.emit("noticed", { room: name, text }));
  room.on("consolePrinted", (line) => emitter.emit("consolePrinted", { room: name, ...line }));
  room.on("statusChanged", (event) => emitter.emit("statusChanged", { room: name, ...event }));
  room.on("reported", ({ report }) => emitter.emit("reported", { room: name, report }));
  const { session } = room;
  const tellPanels = (changed: readonly PanelControl[] | null): void => {
    emitter.emit("panelsChanged", { room: name, controls: session.panels.controls, changed });
  };
  session.on("panelsTold", () => tellPanels(null));
  session.on("panelsChanged", ({ changed }) => changed.length > 0 && tellPanels(changed));
  reportControl(room, emitter);
}

function reportControl(room: Room, emitter: Emitter<StreamServerEvents>): void {
  let told = "";
  room.people.control.on("changed", () => {
    const { mode, locked } = room.people.control;
    const event = { room: room.name, mode, locked, holder: room.people.holder, asking: room.people.asking };
    const text = JSON.stringify(event);
    if (text === told) return;
    told = text;
    emitter.emit("controlChanged", event);
  });
}

/** Tells the metrics. */
export function measureRoom(room: Room, metrics: Metrics): void {
  const { name } = room;
  room.on("statusChanged", ({ status }) => {
    if (status === "restarting" || status === "down") metrics.handleRestart(name);
    if (status !== "live") metrics.setEncoders(name, 0);
  });
  room.on("reported", ({ report }) => metrics.handleReport(name, report));
  room.on("felt", ({ presses, stalls }) => metrics.experience.handleFelt(presses, stalls));
  room.on("jpegEncoded", () => metrics.countJpegEncoded());
  room.session.exactPicture.on("made", ({ format, encodeMs }) => metrics.countExactPictureMade(format, encodeMs));
}

/** What is recorded of all rooms. */
export function measureRecordings(recordings: Recordings, metrics: Metrics): void {
  metrics.recordings.now.follow(() => {
    const all = recordings.all;
    const sum = (amount: (one: RoomRecordings) => number) => all.reduce((total, one) => total + amount(one), 0);
    return {
      running: sum(({ counts }) => counts.running),
      bytes: sum(({ recorded }) => recorded.bytes),
      replayBytes: sum(({ replay }) => replay?.figures.bytes ?? 0),
    };
  });
  recordings.on("changed", ({ info }) => {
    if (info.state === "failed") metrics.recordings.countFailed();
  });
}

/** What of all rooms is sent on. */
export function measureOutputs(outputs: Outputs, metrics: Metrics): void {
  metrics.outputs.now.follow(() => {
    const infos = outputs.all.flatMap((room) => room.infos);
    return {
      all: infos.length,
      sending: infos.filter(({ state }) => state === "sending").length,
      bytes: infos.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
  outputs.on("attemptsFailed", ({ times }) => metrics.outputs.countFailures(times));
}

/** The streams by HLS of all rooms. */
export function measureHls(hls: Hls, metrics: Metrics): void {
  metrics.hls.now.follow(() => {
    const sum = (amount: (stream: HlsStream) => number) => hls.all.reduce((total, stream) => total + amount(stream), 0);
    return {
      watching: sum(({ watching }) => watching),
      waiting: sum(({ waiting }) => waiting),
      heldBytes: sum(({ heldBytes }) => heldBytes),
    };
  });
  hls.on("sent", ({ bytes }) => metrics.hls.countSent(bytes));
}
