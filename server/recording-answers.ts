/** Owns what the ways in ask of recordings, by hosts of a room: names of files in its folder, no paths. In the main process. */

import { dirname, join, resolve, sep } from "node:path";
import { StreamError } from "../shared/errors.ts";
import type { Admission } from "./access/identity.ts";
import type { RecordingsHandler, RecordingTold } from "./http/routes/recording-routes.ts";
import { isPlainFile, isRecordingName, listFolder, removeFile } from "./recordings/recording-files.ts";
import type { RecordingInfo } from "./recordings/recording-info.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { RoomRecordings } from "./recordings/room-recordings.ts";
import type { Rooms } from "./room/rooms.ts";
import { requireRoom } from "./room-answers.ts";

const nameRule =
  "file must be a name of at most 120 letters (240 bytes), digits, spaces, dots, hyphens and brackets that ends in .mp4, .mkv or .webm.";

/** What lies in the folder of a room can be had while the room is not there. */
export function recordingsOf(rooms: Rooms, recordings: Recordings, admission: Admission): RecordingsHandler {
  requireRoom(rooms, admission);
  const folder = resolve(recordings.folderOf(admission.room));
  const running = (): RoomRecordings => {
    const found = recordings.of(admission.room);
    if (found === null) throw new StreamError("no-room");
    return found;
  };
  const found = recordings.of(admission.room);
  return {
    replaySeconds: found?.replay?.seconds ?? null,
    list: async () => (await (found?.list() ?? listFolder(folder))).map((info) => told(info, folder)),
    start: (wish) => inWords(folder, () => running().start(inFolder(wish, folder)).info),
    stop: async (file) => {
      const room = running();
      const recording = room.find(file);
      return recording === null ? null : told(await room.stop(recording), folder);
    },
    remove: async (file) => {
      if (found?.knows(file) === true) return await found.remove(file);
      return isRecordingName(file) && (await removeFile(resolve(folder, file)));
    },
    saveReplay: (wish) => inWords(folder, () => running().saveReplay(inFolder(wish, folder))),
    placeOf: (file) => {
      const known = found?.infos.find((info) => info.file === file);
      if (known === undefined && !isRecordingName(file)) return null;
      const root = known === undefined ? folder : dirname(resolve(known.path));
      return isPlainFile(join(root, file)) ? { root, file } : null;
    },
  };
}

/** The wish with the whole path of its file. */
function inFolder(wish: unknown, folder: string): unknown {
  if (typeof wish !== "object" || wish === null || !("file" in wish) || wish.file == null) return wish;
  if (typeof wish.file !== "string" || !isRecordingName(wish.file)) throw new TypeError(nameRule);
  return { ...wish, file: resolve(folder, wish.file) };
}

/** What was recorded. Where it lies is nobody's business, where it fails neither. */
async function inWords(folder: string, record: () => RecordingInfo | Promise<RecordingInfo>): Promise<RecordingTold> {
  try {
    return told(await record(), folder);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    throw new StreamError(error.code, withoutFolder(error.message, folder), { cause: error });
  }
}

function told({ path, startedAt, error, ...info }: RecordingInfo, folder: string): RecordingTold {
  const words = error === null ? null : withoutFolder(error.replaceAll(path, info.file), folder);
  return { ...info, startedAt: startedAt.toISOString(), error: words };
}

function withoutFolder(sentence: string, folder: string): string {
  return sentence.replaceAll(`${folder}${sep}`, "").replaceAll(folder, "the folder of recordings");
}
