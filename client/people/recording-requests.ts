/** Owns what is asked of the server about recordings. Hosts alone do, so it is loaded when one does. */

import { type Ask, askServer, type Fields, fieldsOf, listIn, notUnderstood, posted } from "./ask-server.ts";
import type { RecordedFile, RecordingWish, ViewerRecordings } from "./viewer-recordings.ts";

const states = ["recording", "waiting", "ended", "failed"] as const;

export class RecordingRequests
  implements Pick<ViewerRecordings, "start" | "list" | "stop" | "remove" | "download" | "saveReplay">
{
  readonly #addressOf: (path: string) => URL;
  readonly #fetch: Ask;

  /** `addressOf` gives where a path of the room is now; `ask` is the fetch to use. */
  constructor(addressOf: (path: string) => URL, ask: Ask) {
    this.#addressOf = addressOf;
    this.#fetch = ask;
  }

  async start(wish: RecordingWish = {}): Promise<RecordedFile> {
    return await this.#askOne("recordings", posted(wish));
  }

  async list(): Promise<RecordedFile[]> {
    return (await listIn(await this.#ask("recordings", { method: "GET" }), "recordings")).map(recordedFileOf);
  }

  stop(file: string): Promise<RecordedFile> {
    return this.#askOne(`${pathOf(file)}/stop`, { method: "POST" });
  }

  async remove(file: string): Promise<void> {
    await this.#ask(pathOf(file), { method: "DELETE" });
  }

  async download(file: string): Promise<Blob> {
    return await (await this.#ask(pathOf(file), { method: "GET" })).blob();
  }

  async saveReplay(): Promise<Blob> {
    return await (await this.#ask("replay", { method: "POST" })).blob();
  }

  #ask(path: string, request: RequestInit): Promise<Response> {
    return askServer(this.#fetch, this.#addressOf(path), request);
  }

  async #askOne(path: string, request: RequestInit): Promise<RecordedFile> {
    return recordedFileOf(fieldsOf(await (await this.#ask(path, request)).json()));
  }
}

/** Reads a recording of the server's answer. Throws `Error` where it is none. */
export function recordedFileOf(fields: Fields): RecordedFile {
  const { file, startedAt, bytes, seconds, error } = fields;
  const beganMs = typeof startedAt === "string" ? Date.parse(startedAt) : Number.NaN;
  if (typeof file !== "string" || typeof bytes !== "number" || Number.isNaN(beganMs)) throw notUnderstood();
  return {
    file,
    // A newer server may have states that this version does not know (PV1 in shared/signaling.ts).
    state: states.find((state) => state === fields["state"]) ?? "ended",
    startedAt: beganMs,
    bytes,
    seconds: typeof seconds === "number" ? seconds : null,
    error: typeof error === "string" ? error : null,
  };
}

function pathOf(file: string): string {
  return `recordings/${encodeURIComponent(file)}`;
}
