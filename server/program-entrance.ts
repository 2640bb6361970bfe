/** Owns where a program goes that makes pictures: to its room, which is opened for it, if there it is awaited. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { NewProgram } from "./access/program-connection.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { isFrameSource } from "./platform/scene-address.ts";
import type { Entrance } from "./room/entrance.ts";
import { sceneUrlOf } from "./room-of.ts";

const notAwaited =
  'No program is awaited here, since a scene draws the pictures. Start the server with --frames (the scene "frames:").';

export type ProgramEntranceOptions = Pick<ResolvedOptions, "scenes" | "sceneUrl"> & {
  readonly entrance: Pick<Entrance, "open">;
};

/** Lets a program into its room, or tells it why not. */
export function takeProgram(program: NewProgram, { entrance, ...scenes }: ProgramEntranceOptions): void {
  const { admission, connection } = program;
  if (!isFrameSource(sceneUrlOf(admission.room, scenes))) return connection.end("not-allowed", notAwaited);
  try {
    void entrance.open(admission).source?.join(program);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    connection.end(error.code, error.message);
  }
}
