/** Owns the contract of what is recorded on the server, as pages see it. `Recordings` keeps it. */

/** What a recording on the server is to be. */
export type RecordingWish = {
  /** Its name there, which ends in .mp4, .mkv or .webm. Default one of the title and the time. */
  readonly file?: string;
  /** For how long, in seconds, up to 86 400. Default until it is stopped. */
  readonly seconds?: number;
  /** Whether rests of the scene are cut to a second. Default as the server has it. */
  readonly cutRests?: boolean;
};

/** A recording on the server. */
export type RecordedFile = {
  readonly file: string;
  /** `"waiting"`: for the scene, which is not there. */
  readonly state: "recording" | "waiting" | "ended" | "failed";
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly bytes: number;
  /** How long it is; null where nobody knows. */
  readonly seconds: number | null;
  /** Why it failed, in a sentence; else null. */
  readonly error: string | null;
};

/** What is recorded on the server; for hosts, but for `isOn`. What can fail rejects with an `Error` in the server's words. */
export type ViewerRecordings = {
  /** Whether what is shown is being recorded, by whomever. */
  readonly isOn: boolean;
  /** Whether this viewer may start, list and stop recordings. False before the server said it. */
  readonly canRecord: boolean;
  /** How much of late `saveReplay` saves, in seconds; null where nothing is held. */
  readonly replaySeconds: number | null;
  /** Begins one. */
  start(wish?: RecordingWish): Promise<RecordedFile>;
  /** Those that run and those that there are of this room, the newest first. */
  list(): Promise<RecordedFile[]>;
  /** Ends one; resolves when its file is whole. */
  stop(file: string): Promise<RecordedFile>;
  /** Removes a file that is not being written. */
  remove(file: string): Promise<void>;
  /** Where a file is. A page of another site, and one in a frame, may need `download` in place of it. */
  addressOf(file: string): URL;
  /** Fetches a file into the memory of the page. */
  download(file: string): Promise<Blob>;
  /** Saves the last seconds on the server, and gives them. */
  saveReplay(): Promise<Blob>;
};
