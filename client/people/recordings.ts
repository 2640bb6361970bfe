/** Owns what everybody is told of recordings on the server, and what hosts ask about them. */

import type { ServerMessage } from "../../shared/signaling.ts";
import type { Ask } from "./ask-server.ts";
import type { RecordingRequests } from "./recording-requests.ts";
import type { RecordedFile, RecordingWish, ViewerRecordings } from "./viewer-recordings.ts";

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

  async start(wish?: RecordingWish): Promise<RecordedFile> {
    return (await this.#requests()).start(wish);
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

  async #requests(): Promise<RecordingRequests> {
    const { RecordingRequests } = await import("./host-requests.ts");
    return new RecordingRequests(this.#addressOf, this.#fetch);
  }
}
