/** Owns what the ways in ask of outputs, by hosts of a room. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { Admission } from "./access/identity.ts";
import type { OutputsHandler, OutputTold } from "./http/routes/output-routes.ts";
import type { OutputInfo } from "./outputs/output-info.ts";
import type { Outputs } from "./outputs/outputs.ts";
import type { Rooms } from "./room/rooms.ts";
import { requireRoom } from "./room-answers.ts";

export function outputsOf(rooms: Rooms, outputs: Outputs, admission: Admission): OutputsHandler {
  requireRoom(rooms, admission);
  const found = outputs.of(admission.room);
  if (found === null) throw new StreamError("no-room");
  return {
    list: () => found.infos.map(told),
    start: (address) => told(found.start(address)),
    end: (id) => found.end(id),
  };
}

function told({ startedAt, ...info }: OutputInfo): OutputTold {
  return { ...info, startedAt: startedAt.toISOString() };
}
