/** Owns what everybody is told of recordings on the server, and what hosts ask about them. */

import type { ServerMessage } from "../../shared/signaling.ts";
<<<<<<< HEAD
import { type Ask, answerTo, posting } from "./server-answers.ts";
||||||| f486442
import { sentenceOf } from "./links.ts";
=======
import type { Ask } from "./ask-server.ts";
import type { RecordingRequests } from "./recording-requests.ts";
>>>>>>> b15-record
import type { RecordedFile, RecordingWish, ViewerRecordings } from "./viewer-recordings.ts";

<<<<<<< HEAD
const states = ["recording", "waiting", "ended", "failed"] as const;

||||||| f486442
type Ask = (url: URL, request: RequestInit) => Promise<Response>;
const states = ["recording", "waiting", "ended", "failed"] as const;

=======
>>>>>>> b15-record
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
    // It says so where it is otherwise.
    this.#isOn = false;
    this.#replaySeconds = null;
  }

  handle({ isOn, replaySeconds }: Extract<ServerMessage, { readonly kind: "recording" }>): void {
    this.#isOn = isOn;
    this.#replaySeconds = replaySeconds;
  }

<<<<<<< HEAD
  async start(wish: RecordingWish = {}): Promise<RecordedFile> {
    const answer = await this.#ask("recordings", posting(wish));
    return recordedFileOf(await answer.json());
||||||| f486442
  async start(wish: RecordingWish = {}): Promise<RecordedFile> {
    const headers = { "Content-Type": "application/json" };
    const answer = await this.#ask("recordings", { method: "POST", headers, body: JSON.stringify(wish) });
    return recordedFileOf(await answer.json());
=======
  async start(wish?: RecordingWish): Promise<RecordedFile> {
    return (await this.#requests()).start(wish);
>>>>>>> b15-record
  }

  async list(): Promise<RecordedFile[]> {
    return (await this.#requests()).list();
  }

  async stop(file: string): Promise<RecordedFile> {
    return (await this.#requests()).stop(file);
  }

  async remove(file: string): Promise<void> {
    return (await this.#requests()).remove(file);
  }

  addressOf(file: string): URL {
    return this.#addressOf(`recordings/${encodeURIComponent(file)}`);
  }

  async download(file: string): Promise<Blob> {
    return (await this.#requests()).download(file);
  }

  async saveReplay(): Promise<Blob> {
    return (await this.#requests()).saveReplay();
  }

<<<<<<< HEAD
  #ask(path: string, request: RequestInit): Promise<Response> {
    return answerTo(this.#fetch, this.#addressOf(path), request);
||||||| f486442
  async #ask(path: string, request: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(this.#addressOf(path), { ...request, cache: "no-store" });
    } catch (cause) {
      throw new Error("The server could not be reached.", { cause });
    }
    if (response.ok) return response;
    throw new Error(sentenceOf(await response.text()) ?? `The server answered ${response.status}.`);
=======
  async #requests(): Promise<RecordingRequests> {
    const { RecordingRequests } = await import("./host-requests.ts");
    return new RecordingRequests(this.#addressOf, this.#fetch);
>>>>>>> b15-record
  }
}
