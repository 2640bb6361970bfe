/** Owns what hosts do about recordings on the server, over `recordings` and `replay`, and what everybody is told of them. */

import type { ServerMessage } from "../../shared/signaling.ts";
import { type Ask, answerTo, posting } from "./server-answers.ts";
import type { RecordedFile, RecordingWish, ViewerRecordings } from "./viewer-recordings.ts";

const states = ["recording", "waiting", "ended", "failed"] as const;

export class Recordings implements ViewerRecordings {
  readonly #addressOf: (path: string) => URL;
  readonly #fetch: Ask;
  #canRecord = false;
  #isOn = false;
  #replaySeconds: number | null = null;

  /** `addressOf` gives where a path of the room is now; `ask` is the fetch to use. */
  constructor(addressOf: (path: string) => URL, ask: Ask) {
    this.#addressOf = addressOf;
    this.#fetch = ask;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get canRecord(): boolean {
    return this.#canRecord;
  }

  get replaySeconds(): number | null {
    return this.#replaySeconds;
  }

  /** To the server this is a new viewer. */
  handleWelcome({ role }: Extract<ServerMessage, { readonly kind: "welcome" }>): void {
    this.#canRecord = role === "host";
  }

  handle({ isOn, replaySeconds }: Extract<ServerMessage, { readonly kind: "recording" }>): void {
    this.#isOn = isOn;
    this.#replaySeconds = replaySeconds;
  }

  async start(wish: RecordingWish = {}): Promise<RecordedFile> {
    const answer = await this.#ask("recordings", posting(wish));
    return recordedFileOf(await answer.json());
  }

  async list(): Promise<RecordedFile[]> {
    const answer: unknown = await (await this.#ask("recordings", { method: "GET" })).json();
    const { recordings } = answer as { readonly recordings?: unknown };
    if (!Array.isArray(recordings)) throw notUnderstood();
    return recordings.map(recordedFileOf);
  }

  async stop(file: string): Promise<RecordedFile> {
    const answer = await this.#ask(`${pathOf(file)}/stop`, { method: "POST" });
    return recordedFileOf(await answer.json());
  }

  async remove(file: string): Promise<void> {
    await this.#ask(pathOf(file), { method: "DELETE" });
  }

  addressOf(file: string): URL {
    return this.#addressOf(pathOf(file));
  }

  async download(file: string): Promise<Blob> {
    return await (await this.#ask(pathOf(file), { method: "GET" })).blob();
  }

  async saveReplay(): Promise<Blob> {
    return await (await this.#ask("replay", { method: "POST" })).blob();
  }

  #ask(path: string, request: RequestInit): Promise<Response> {
    return answerTo(this.#fetch, this.#addressOf(path), request);
  }
}

/** Reads a recording of the server's answer. Throws `Error` where it is none. */
export function recordedFileOf(value: unknown): RecordedFile {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
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

function notUnderstood(): Error {
  return new Error("The server's answer could not be understood.");
}
