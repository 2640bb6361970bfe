/** Owns what the ways in ask of streams by HLS: who may watch a room may have its stream. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { Admission } from "./access/identity.ts";
import type { Hls } from "./hls/hls.ts";
import type { HlsRendition } from "./hls/hls-rendition.ts";
import type { HlsHandler, HlsSizeHandler } from "./http/routes/hls-routes.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Rooms } from "./room/rooms.ts";
import { requireRoom } from "./room-answers.ts";

/** Opens the room where who asks may open one, and starts its stream. */
export function hlsOf(rooms: Rooms, entrance: Entrance, hls: Hls, admission: Admission): HlsHandler {
  if (!hls.isEnabled) throw new StreamError("not-allowed", "This server gives no stream by HLS.");
  requireRoom(rooms, admission);
  // One that runs was opened by somebody who may.
  const running = hls.of(admission.room);
  const stream = running?.isRunning === true ? running : hls.of(entrance.open(admission).name);
  if (stream === null) throw new StreamError("no-room");
  stream.use();
  return {
    master: (gone) => stream.master(gone),
    size: (name) => {
      const rendition = stream.rendition(name);
      return rendition === null ? null : sizeOf(rendition);
    },
    noteReload: (waits) => stream.noteReload(waits),
    countSent: (bytes) => stream.countSent(bytes),
  };
}

function sizeOf(rendition: HlsRendition): HlsSizeHandler {
  const { window } = rendition;
  return {
    get playlist(): Buffer | null {
      return window.playlist;
    },
    whenThere: (awaited, done) => rendition.whenThere(awaited, done),
    isNext: (sequence, part) => window.isNext(sequence, part),
    segment: (sequence) => window.segment(sequence),
    part: (sequence, part) => window.part(sequence, part),
    init: (name) => window.initOf(name),
  };
}
