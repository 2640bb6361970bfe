/** Owns what the ways in ask of the rooms: how they do, their pictures and controls. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { Admission } from "./access/identity.ts";
import { leadsTo, nameInScene, sceneOf } from "./access/room-name.ts";
import type { Hls } from "./hls/hls.ts";
import type { DataHandler } from "./http/data/data-routes.ts";
import type { ControlsHandler } from "./http/routes/control-routes.ts";
import type { ExactHandler } from "./http/routes/exact-routes.ts";
import type { PictureHandler } from "./http/routes/picture-routes.ts";
import type { Health } from "./monitoring/health.ts";
import type { OutputInfo } from "./outputs/output-info.ts";
import type { Outputs } from "./outputs/outputs.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";

/**
 * Of the rooms that there are, or the one that is asked about; without a shared one, none at all is well too. Of several scenes each
 * is asked about by itself: the server is well as long as not all of them are in trouble, since one that is costs no other.
 */
export function healthOf(
  rooms: Rooms,
  taken: { readonly recordings: Recordings; readonly outputs: Outputs; readonly hls: Hls },
  entrance: Entrance,
  room: string | null,
): Health {
  const healths = rooms.all.map(({ name, announcer }) => {
    const recorded = taken.recordings.of(name);
    const isQuiet = recorded === null || recorded.counts.running + recorded.counts.failed === 0;
    const stream = taken.hls.of(name);
    const sentOn = taken.outputs.of(name)?.infos ?? [];
    return {
      ...announcer.health,
      ...(isQuiet ? {} : { recordings: { ...recorded.counts, ...recorded.recorded } }),
      ...(sentOn.length === 0 ? {} : { outputs: outputsHealth(sentOn) }),
      ...(stream?.isRunning === true ? { hls: { viewers: stream.watching, bytes: stream.sentBytes } } : {}),
    };
  });
  const own = room === null ? healths : healths.filter((health) => leadsTo(room, health.room));
  const isOfServer = rooms.hasSeveralScenes && (room === null || sceneOf(room) === "");
  const asked = rooms.hasSeveralScenes ? own : healths;
  return {
    ok: isOfServer
      ? healths.length === 0 || !healths.every(isInTrouble)
      : asked.every(({ status }) => status === "live"),
    renderer: rooms.renderer,
    rooms: own,
    viewers: room === null ? entrance.count : own.reduce((sum, { viewers }) => sum + viewers, 0),
    waiting: entrance.waiting,
  };
}

/** Who may watch need not know where to. */
function outputsHealth(infos: readonly OutputInfo[]): NonNullable<Health["rooms"][number]["outputs"]> {
  return {
    sending: infos.filter(({ state }) => state === "sending").length,
    troubled: infos.filter(({ error }) => error !== null).length,
    bytes: infos.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

export function picturesOf(rooms: Rooms, entrance: Entrance, admission: Admission): PictureHandler {
  requireRoom(rooms, admission);
  const room = entrance.open(admission);
  return {
    size: () => room.announcer.size,
    watch: (form, watcher) => room.jpegStreams.watch(form, watcher),
    take: (form, known) => room.session.pictures.takeSnapshot(form, known),
  };
}

export function exactOf(rooms: Rooms, admission: Admission): ExactHandler {
  const room = existing(rooms, admission);
  const { viewers, session } = room;
  return {
    isViewer: (viewerId) => viewers.get(viewerId) !== null,
    take: (picture, bitrateBps) => session.exactPicture.take(picture, bitrateBps),
    whenOver: (over) => session.exactPicture.on("changed", over),
    whenReceived: (viewerId, request, received) =>
      room.on("exactReceived", (receipt) => {
        if (receipt.viewerId === viewerId && receipt.request === request) received(receipt.bytes);
      }),
  };
}

export function controlsOf(rooms: Rooms, admission: Admission): ControlsHandler {
  const { panels, session } = existing(rooms, admission);
  const { role } = admission.identity;
  return {
    list: () => (session.status.kind === "starting" ? null : session.panels.controls),
    set: (values) => {
      if (role === "viewer") throw new StreamError("not-allowed", "Your link only lets you watch.");
      if (role !== "host" && !panels.areOpenToControllers) {
        throw new StreamError("not-allowed", "Hosts alone give control in this room, so only they set controls here.");
      }
      panels.setAll(values);
    },
  };
}

/** The data of a room: one that is to be filled is opened, and kept as by somebody who came. */
export function dataOf(rooms: Rooms, entrance: Entrance, admission: Admission, isFilled: boolean): DataHandler {
  requireRoom(rooms, admission);
  const room = isFilled ? entrance.open(admission) : existing(rooms, admission);
  return room.session.data;
}

/** Opens none: what is asked for is of use to those alone who are in it. */
function existing(rooms: Rooms, { room: name }: Admission): Room {
  const room = rooms.find(name);
  if (room === null) throw new StreamError("no-room");
  return room;
}

function isInTrouble({ status }: Health["rooms"][number]): boolean {
  return ["down", "failed", "hanging", "closed"].includes(status);
}

/** A request that stands alone would start a scene that nobody finds again. */
export function requireRoom(rooms: Rooms, { room }: Admission): void {
  if (!rooms.isPrivate || nameInScene(room) !== "") return;
  throw new StreamError("not-allowed", "Every viewer has a room of their own here. Name the room: /s/<name>/…");
}
