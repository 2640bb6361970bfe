/** Owns the options of a render: what they mean, their defaults and every check. Reads the recording that is replayed. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Json } from "../../shared/custom-message.ts";
import type { Chroma, PictureSize } from "../../shared/video.ts";
import type { JoinedSound } from "../encode/mux/join-movies.ts";
import type { MovieCodec, MovieCoding } from "../encode/video/movie-codec.ts";
import type { FrameRate } from "../encode/video/movie-encoder.ts";
import { type GivenParameters, noParameters, parseParameterValues } from "../platform/given-parameters.ts";
import { boolean, fieldsOf, optionalText, wholeNumber } from "../platform/option-checks.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import type { OfflineEvent } from "../render/offline-protocol.ts";
import { type Recording, readRecording } from "../replay/recording.ts";
import { codingOf, isEvenOnly, sizeOf } from "./coding-options.ts";
import { type DescribedInput, type InputTiming, sizeOfInput, soundOf, timingOf } from "./described-input.ts";
import { checkedRange, type FrameRange } from "./frame-range.ts";
import { msOfFrame, parseFrameRate } from "./frame-rate.ts";
import type { FrameSource } from "./input-frames.ts";
import { type KeyFrame, parseKeyFrames } from "./key-frames.ts";
import { type RenderOutput, renderOutputOf } from "./render-output.ts";
import type { RenderProgressReport } from "./render-progress.ts";
import { eventsOf } from "./timeline.ts";

export type { MovieCodec } from "../encode/video/movie-codec.ts";

/** What `renderScene` takes. */
export type RenderSceneOptions = {
  /** The scene's file, a path or a `file:` URL; a page of HTML as well. Default the scene of `replay`. */
  readonly scene?: string | URL;
  /**
   * A movie, `.mp4`, `.mov`, `.mkv` or `.webm`, or a picture for each frame, `.png`, `.jpg` or `.webp`, with the place of its number in
   * the name: `frames/%05d.png`.
   */
  readonly output: string;
  /** The first and the last frame; frame n is at n / `fps` seconds. Default to the end of `path` or of `replay`; else required. */
  readonly frames?: FrameRange;
  /** Frames a second, 1 to 240, or a fraction like `"30000/1001"`. Default 30. */
  readonly fps?: number | string;
  /** In pixels, 16 to 8192; even numbers, but for pictures and `chroma: "444"`. Default that of `replay`, else 1280x720. */
  readonly size?: PictureSize;
  /** Drawings, each moved by a part of a pixel, of which a frame is the mean: 1, 2, 4 and so on to 256. Default 8. */
  readonly samples?: number;
  /** Whether all around the camera is drawn, equirectangular, whatever the scene says. Default false. */
  readonly panorama?: boolean;
  /** Processes that draw at once, 1 to 64. The output is the same whichever it is. Default the number of cores, at most 4. */
  readonly workers?: number;
  /** Frames of a piece, 1 to 100000: what is rendered in one go, and again where it was interrupted. Default about 120. */
  readonly pieceFrames?: number;
  /**
   * For a scene that hangs on its earlier frames: so many frames before each piece it is moved through without being drawn; `"all"` begins
   * with frame 0. Default 0; always `"all"` with `replay`.
   */
  readonly warmUp?: number | "all";
  /** The state that the scene begins in, as its `getState` gives it. Default its own, or that of `replay`. */
  readonly state?: Json;
  /** Where the state or the camera is at which time; numbers are interpolated between. */
  readonly path?: readonly KeyFrame[];
  /** An event log, a path, whose input is played into the scene. */
  readonly replay?: string;
  /** The room of the log, where several had input. */
  readonly room?: string;
  /** Values for the scene's parameters. Default those of `replay`, else the scene's own. */
  readonly parameters?: ParameterValues;
  /** What `Math.random` follows from: a whole number. Default 1. */
  readonly seed?: number;
  /** What the scene takes for the date at frame 0. Default 2026-01-01T00:00:00Z. */
  readonly date?: Date | string;
  /**
   * A movie, a picture (`.png`, `.jpg`, `.webp`, `.avif`, `.tiff`) or a folder of pictures, in the order of their names, whose frames the
   * scene is given (`input` of its `setup`), one for each frame. `frames`, `fps`, `size` and the sound are then those of it, where they are
   * not said; of a folder 30 a second. With `fps` each frame is given the one of its time. Default none.
   */
  readonly input?: string;
  /**
   * A file whose sound is copied beside the pictures of a movie, from the time of the first frame on; false for no sound. Default that
   * of `input`, else none.
   */
  readonly audio?: string | false;
  /** Of a movie. Default H.264; VP9 for `.webm`. */
  readonly codec?: MovieCodec;
  /** Of a movie: a colour for four pixels, which plays everywhere, or one for each. Default `"420"`. */
  readonly chroma?: Chroma;
  /** Of a movie, JPEG or WebP, 1 to 100. Default 90. */
  readonly quality?: number;
  /** Whether H.264, VP9 and WebP lose nothing. Default false. */
  readonly lossless?: boolean;
  /** Whether what is there may be replaced, finished pieces of an earlier run included. Default false. */
  readonly overwrite?: boolean;
  /** Called with how far it is, after each frame. */
  readonly onProgress?: (progress: RenderProgressReport) => void;
  /** Called with a line that the scene printed, each once, or about what went wrong and was mended. */
  readonly onMessage?: (line: string) => void;
  /** Stops it when aborted; what is finished is kept, and another run goes on. */
  readonly signal?: AbortSignal;
};

/** Every option with its value. */
export type ResolvedRender = {
  readonly sceneUrl: string;
  readonly output: RenderOutput;
  readonly frames: FrameRange;
  readonly fps: FrameRate;
  readonly size: PictureSize;
  readonly samples: number;
  readonly panorama: boolean;
  readonly workers: number;
  readonly pieceFrames: number | null;
  readonly warmUp: number | "all";
  /** JSON text. */
  readonly state: string | null;
  readonly path: readonly KeyFrame[];
  readonly events: readonly OfflineEvent[];
  readonly parameters: GivenParameters;
  readonly seed: number;
  /** In milliseconds since the epoch. */
  readonly date: number;
  /** The path of it. */
  readonly input: string | null;
  /** What the scene is given; null for nothing, or where it is not yet known. */
  readonly source: FrameSource | null;
  /** When each frame is, in milliseconds from frame 0; null where that follows from `fps`. */
  readonly times: readonly number[] | null;
  readonly audio: JoinedSound | null;
  readonly coding: MovieCoding;
  readonly overwrite: boolean;
  readonly onProgress: (progress: RenderProgressReport) => void;
  readonly onMessage: (line: string) => void;
  readonly signal: AbortSignal;
};

const names: readonly (keyof RenderSceneOptions)[] = [
  ...(["scene", "output", "frames", "fps", "size", "samples", "panorama", "workers", "pieceFrames", "warmUp"] as const),
  ...([
    "state",
    "path",
    "replay",
    "room",
    "parameters",
    "seed",
    "date",
    "audio",
    "codec",
    "chroma",
    "quality",
  ] as const),
  ...(["input", "lossless", "overwrite", "onProgress", "onMessage", "signal"] as const),
];
const MAX_WORKERS = 64;
const USUAL_WORKERS = 4;
const USUAL_DATE = "2026-01-01T00:00:00Z";
/** What is shown after the last input of a recording. */
const AFTER_MS = 1000;

/** Fills and checks. `described` is what is known of the input, which says much. Throws `TypeError` naming the option and its rule. */
export function resolveRenderOptions(options: RenderSceneOptions, described?: DescribedInput): ResolvedRender {
  fieldsOf("options", options, names);
  const { signal, onProgress = () => undefined, onMessage = () => undefined } = options;
  const isText = (text: string): boolean => text !== "";
  const input = optionalText("options.input", options.input, "the path of a movie, a picture or a folder", isText);
  const timing = described === undefined ? null : timingOf(described, { fps: options.fps, frames: options.frames });
  const fps = timing?.fps ?? parseFrameRate(options.fps ?? 30);
  const log = optionalText("options.replay", options.replay, "the path of an event log", isText);
  const room = optionalText("options.room", options.room, "the name of a room", () => true);
  if (room !== null && log === null) throw new TypeError("options.room is of use with options.replay alone.");
  const recording = log === null ? null : readRecording(log, room);
  const events = recording === null ? [] : eventsOf(recording.steps);
  const rate = fps.num / fps.den;
  const path = options.path === undefined ? [] : parseKeyFrames("options.path", options.path, rate);
  const frames = timing?.frames ?? givenFrames(options, () => framesOf(fps, path, events));
  const output = renderOutputOf(textOf("options.output", options.output), frames);
  const coding = codingOf(options, output);
  const times = timing?.times ?? null;
  const usualSize = described === undefined ? undefined : sizeOfInput(described, isEvenOnly(output, coding));
  return {
    sceneUrl: sceneUrlOf(options.scene ?? recording?.scene),
    output,
    frames,
    fps,
    size: sizeOf(options.size ?? usualSize ?? recording?.size ?? { width: 1280, height: 720 }, output, coding),
    samples: samplesOf(options.samples ?? 8),
    panorama: boolean("options.panorama", options.panorama ?? false),
    workers: wholeNumber("options.workers", options.workers ?? usualWorkers(), 1, MAX_WORKERS),
    pieceFrames:
      options.pieceFrames === undefined ? null : wholeNumber("options.pieceFrames", options.pieceFrames, 1, 100_000),
    warmUp: recording === null ? warmUpOf(options.warmUp ?? 0) : "all",
    state: options.state === undefined ? (recording?.state ?? null) : jsonOf("options.state", options.state),
    path,
    events,
    parameters: parametersOf(options, recording),
    seed: wholeNumber("options.seed", options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER),
    date: dateOf(options.date ?? USUAL_DATE),
    input: input === null ? null : resolve(input),
    source: timing === null || described === undefined ? null : { input: described, shown: timing.shown },
    times,
    audio: audioOf(options.audio, output, { fps, frames, times }, () =>
      described?.kind === "movie" && timing !== null ? soundOfInput(described, timing) : null,
    ),
    coding,
    overwrite: boolean("options.overwrite", options.overwrite ?? false),
    onProgress,
    onMessage,
    signal: signal ?? new AbortController().signal,
  };
}

/** As they were asked for; those of an input are known later. */
function givenFrames({ frames, input }: RenderSceneOptions, otherwise: () => FrameRange): FrameRange {
  if (frames !== undefined) return checkedRange(frames);
  return input === undefined ? otherwise() : { first: 0, last: 0 };
}

function audioOf(
  value: unknown,
  output: RenderOutput,
  { fps, frames, times }: Pick<ResolvedRender, "fps" | "frames" | "times">,
  ofInput: () => JoinedSound | null,
): JoinedSound | null {
  if (value === false) return null;
  const path = optionalText("options.audio", value, "the path of a file, or false", (text) => text !== "");
  if (path === null) return output.kind === "movie" ? ofInput() : null;
  if (output.kind === "pictures") throw new TypeError("options.audio is of use for a movie alone.");
  const fromSeconds = (times?.[frames.first] ?? msOfFrame(frames.first, fps)) / 1000;
  return { path: resolve(path), fromSeconds, isFromBeginning: false, hasStart: fromSeconds === 0, hasEnd: false };
}

function soundOfInput(
  input: Extract<DescribedInput, { readonly kind: "movie" }>,
  timing: InputTiming,
): JoinedSound | null {
  return input.hasSound ? { path: input.path, isFromBeginning: true, ...soundOf(input, timing) } : null;
}

/** To the end of what is known to happen. */
function framesOf(fps: FrameRate, path: readonly KeyFrame[], events: readonly OfflineEvent[]): FrameRange {
  const ends = [path.at(-1)?.time, events.length === 0 ? undefined : ((events.at(-1)?.ms ?? 0) + AFTER_MS) / 1000];
  const known = ends.filter((end) => end !== undefined);
  if (known.length === 0) throw new TypeError("options.frames must say which frames, as { first: 0, last: 599 }.");
  return checkedRange({ first: 0, last: Math.ceil((Math.max(...known) * 1000) / msOfFrame(1, fps) - 1e-6) });
}

function samplesOf(value: number): number {
  const samples = wholeNumber("options.samples", value, 1, 256);
  if (Number.isInteger(Math.log2(samples))) return samples;
  throw new TypeError("options.samples must be 1, 2, 4, 8, 16, 32, 64, 128 or 256.");
}

function warmUpOf(value: unknown): number | "all" {
  return value === "all" ? value : wholeNumber("options.warmUp", value, 0, 10_000_000);
}

function parametersOf({ parameters }: RenderSceneOptions, recording: Recording | null): GivenParameters {
  const given = parameters === undefined ? {} : parseParameterValues("options.parameters", parameters);
  // In another scene than that of the log some may be of no use.
  if (recording !== null) return { ...noParameters, options: { ...recording.parameters, ...given }, isFirst: false };
  return { ...noParameters, options: given };
}

function sceneUrlOf(scene: string | URL | undefined): string {
  if (scene instanceof URL && scene.protocol === "file:") return scene.href;
  if (typeof scene !== "string" || scene === "") throw new TypeError("options.scene must be the path of a scene.");
  return scene.startsWith("file:") ? pathToFileURL(fileURLToPath(scene)).href : pathToFileURL(resolve(scene)).href;
}

function dateOf(value: unknown): number {
  const date = value instanceof Date ? value.getTime() : typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(date)) return date;
  throw new TypeError("options.date must be a date, written like 2026-01-01T00:00:00Z.");
}

function jsonOf(name: string, value: Json): string {
  const text: unknown = JSON.stringify(value);
  if (typeof text === "string") return text;
  throw new TypeError(`${name} must be JSON.`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${name} must be a path.`);
}

function usualWorkers(): number {
  return Math.max(1, Math.min(USUAL_WORKERS, availableParallelism()));
}
