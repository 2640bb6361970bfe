/** Owns what is told of a recording. */

/** `"waiting"`: the scene is not live, and the recording goes on in a file of its own when it is. */
export type RecordingState = "recording" | "waiting" | "ended" | "failed";

/** A file of video that was recorded, or is being recorded. */
export type RecordingInfo = {
  /** Its name in its folder. */
  readonly file: string;
  /** Where it lies. */
  readonly path: string;
  readonly state: RecordingState;
  readonly startedAt: Date;
  readonly bytes: number;
  /** How long it is when it is played; null where that is not known, as of a file that an earlier server made. */
  readonly seconds: number | null;
  /** Why it failed, in a sentence for people; else null. */
  readonly error: string | null;
};
