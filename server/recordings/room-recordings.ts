/** Owns what is recorded of a room, in the main process: recordings that run and ran, the replay buffer, and their folder. */

import { basename, isAbsolute, join, resolve } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { VideoCodec } from "../../shared/video.ts";
import type { FileTarget } from "../encode/mux/mux-protocol.ts";
import type { OutputHandle, SessionOutputs } from "../session/session-outputs.ts";
import { codecOfContainer, type RecordDefaults, resolveClip, resolveRecord } from "./record-options.ts";
import { Recording } from "./recording.ts";
import { listFolder, nameFor, removeFile, reserve, settle } from "./recording-files.ts";
import type { RecordingInfo } from "./recording-info.ts";
import { ReplayBuffer } from "./replay-buffer.ts";

/** Each may take an encoder of its own, and readers of the ring are few. */
const MAX_RUNNING = 4;
/** Of those that are over so many are remembered. */
const MAX_REMEMBERED = 100;

export type RoomRecordingsOptions = {
  readonly outputs: SessionOutputs;
  /** Of this room alone; it need not be there. */
  readonly folder: string;
  readonly defaults: RecordDefaults;
  /** Null for no replay buffer. */
  readonly replaySeconds: number | null;
  readonly bitrateBps: number;
  /** What the scene is called now. */
  readonly title: () => string;
};

export type RoomRecordingsEvents = {
  /** A recording began, waits, goes on, ended or failed, or a clip was saved. */
  readonly changed: { readonly info: RecordingInfo };
  readonly warned: { readonly error: StreamError };
};

type Kept = { readonly recording: Recording; readonly handle: OutputHandle };

export class RoomRecordings extends Emitter<RoomRecordingsEvents> {
  readonly replay: ReplayBuffer | null;
  readonly #options: RoomRecordingsOptions;
  readonly #running: Kept[] = [];
  /** What is over, the newest last. */
  readonly #done: RecordingInfo[] = [];
  #failed = 0;

  constructor(options: RoomRecordingsOptions) {
    super();
    this.#options = options;
    const { replaySeconds: seconds, outputs, bitrateBps } = options;
    const failed = (error: StreamError) => this.emit("warned", { error });
    const codec = this.#replayCodec;
    this.replay = seconds === null ? null : new ReplayBuffer({ outputs, codec, seconds, bitrateBps, failed });
  }

  get folder(): string {
    return resolve(this.#options.folder);
  }

  /** Those of this server, the newest first: each file that is being written, or was. */
  get infos(): readonly RecordingInfo[] {
    const running = this.#running.toReversed().flatMap(({ recording }) => recording.infos);
    return [...running, ...this.#done.toReversed()];
  }

  /** How many run, and how many have failed. */
  get counts(): { readonly running: number; readonly failed: number } {
    return { running: this.#running.length, failed: this.#failed };
  }

  /** What those that run have written so far, the longest of them in seconds. */
  get recorded(): { readonly bytes: number; readonly seconds: number } {
    const infos = this.#running.map(({ recording }) => recording.info);
    return {
      bytes: infos.reduce((sum, { bytes }) => sum + bytes, 0),
      seconds: Math.max(0, ...infos.map(({ seconds }) => seconds ?? 0)),
    };
  }

  /** The same, and what lies in the folder of earlier. */
  async list(): Promise<readonly RecordingInfo[]> {
    const known = this.infos;
    const paths = new Set(known.map(({ path }) => resolve(path)));
    const files = await listFolder(this.folder);
    return [...known, ...files.filter(({ path }) => !paths.has(path))];
  }

  /** Begins a recording. Throws `TypeError` naming the option, and `StreamError` where the file cannot be written or too many run. */
  start(options: unknown): Recording {
    const { file, ...rest } = resolveRecord("options", options, this.#options.defaults);
    if (this.#running.length >= MAX_RUNNING) {
      throw new StreamError("too-fast", `A room is recorded by at most ${MAX_RUNNING} recordings at once.`);
    }
    const recording = new Recording(this.#pathOf(file, rest.container), rest);
    recording.on("changed", () => this.#handleChange(recording));
    // Before it is wanted, as it may be over at once.
    const kept = { recording, handle: { outputId: "", end: (): void => undefined } as OutputHandle };
    this.#running.push(kept);
    kept.handle = this.#options.outputs.want(recording);
    if (recording.state === "waiting") this.emit("changed", { info: recording.info });
    return recording;
  }

  /** The recording that writes to this file now; null where none does. */
  find(file: string): Recording | null {
    return this.#running.find(({ recording }) => recording.infos.some((info) => info.file === file))?.recording ?? null;
  }

  /** Ends one in order; resolves when its file is whole. */
  async stop(recording: Recording): Promise<RecordingInfo> {
    this.#running.find((kept) => kept.recording === recording)?.handle.end();
    await recording.over;
    return recording.info;
  }

  /** Writes the last seconds to a file. Rejects with `TypeError` naming the option, and `StreamError` where there is nothing. */
  async saveReplay(options: unknown): Promise<RecordingInfo> {
    const { replay } = this;
    if (replay === null) {
      throw new StreamError("not-allowed", "No replay buffer is kept here. Start the server with --replay 30s.");
    }
    const { cutRests } = this.#options.defaults;
    const { codec, seconds: maxSeconds } = replay;
    const { file, seconds, ...rest } = resolveClip("options", options, { cutRests, maxSeconds, codec });
    const startedAt = new Date();
    const path = reserve(this.#pathOf(file, rest.container, " replay"));
    const to: FileTarget = { kind: "file", path, ...rest, maxSeconds: null };
    try {
      const figures = await replay.save(seconds, to);
      return this.#remember(infoOf(path, startedAt, figures));
    } finally {
      settle(path);
    }
  }

  /** Whether this server recorded the file. */
  knows(file: string): boolean {
    return this.infos.some((info) => info.file === file);
  }

  /** Removes a file that this server recorded; false where there is none any more. Rejects with `StreamError` while it is written. */
  async remove(file: string): Promise<boolean> {
    if (this.find(file) !== null) throw new StreamError("not-allowed", "It is still being recorded. Stop it first.");
    const index = this.#done.findIndex((info) => info.file === file);
    const [info] = index < 0 ? [] : this.#done.splice(index, 1);
    return info !== undefined && (await removeFile(info.path));
  }

  close(): void {
    this.replay?.close();
  }

  get #replayCodec(): VideoCodec {
    return codecOfContainer("mp4", this.#options.defaults.codec);
  }

  #pathOf(file: string | null, container: string, what: string = ""): string {
    if (file !== null) return isAbsolute(file) ? file : resolve(file);
    return join(this.folder, `${nameFor(`${this.#options.title()}${what}`, new Date())}.${container}`);
  }

  #handleChange(recording: Recording): void {
    const { info, infos, state } = recording;
    if (state === "ended" || state === "failed") {
      const index = this.#running.findIndex((kept) => kept.recording === recording);
      if (index >= 0) this.#running.splice(index, 1);
      if (state === "failed") this.#failed += 1;
      // A file in which nothing came to be is gone, but for why.
      const kept = infos.filter(({ bytes, error }) => bytes > 0 || error !== null);
      this.#keepDone(kept.toReversed());
    }
    this.emit("changed", { info });
  }

  #remember(info: RecordingInfo): RecordingInfo {
    this.#keepDone([info]);
    this.emit("changed", { info });
    return info;
  }

  #keepDone(infos: readonly RecordingInfo[]): void {
    this.#done.push(...infos);
    this.#done.splice(0, this.#done.length - MAX_REMEMBERED);
  }
}

function infoOf(
  path: string,
  startedAt: Date,
  { bytes, seconds }: { readonly bytes: number; readonly seconds: number },
): RecordingInfo {
  return { file: basename(path), path, state: "ended", startedAt, bytes, seconds, error: null };
}
