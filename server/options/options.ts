/** Owns the options of a stream server: every default and every check. Runs in the main process. */

import { type ChromaWish, chromaWishes, type PictureSize, type VideoCodec, videoCodecs } from "../../shared/video.ts";
import { type GivenParameters, parseParameterValues } from "../platform/given-parameters.ts";
import { isLoopback } from "../platform/loopback.ts";
import {
  boolean,
  fieldsOf,
  isNumber,
  isPath,
  number,
  oneOf,
  optionalText,
  pictureSize,
  wholeNumber,
} from "../platform/option-checks.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import { isStudio } from "../platform/scene-address.ts";
import type { IceSettings } from "../transport/ice/ice-servers.ts";
import { type DataOptions, type ResolvedData, resolveData } from "./data-options.ts";
import { type HlsOptions, type ResolvedHls, resolveHls } from "./hls-options.ts";
import { type JobsOptions, resolveJobs } from "./job-options.ts";
import { type MovieOptions, type ResolvedMovies, resolveMovies } from "./movie-options.ts";
import {
  type AccessOptions,
  type HttpOptions,
  type IceOptions,
  type ProgramServer,
  programServerOf,
  type ResolvedAccess,
  type ResolvedHttp,
  type ResolvedShare,
  resolveAccess,
  resolveHttp,
  resolveIce,
  resolveShare,
  type ShareOptions,
} from "./network-options.ts";
import { resolveOutputs } from "./output-options.ts";
import {
  type ControlOptions,
  type ResolvedControl,
  type ResolvedRooms,
  type ResolvedViewers,
  type RoomsOptions,
  resolveControl,
  resolveRooms,
  resolveViewers,
  type ViewersOptions,
} from "./people-options.ts";
import { type QualityOptions, type ResolvedQuality, resolveQuality } from "./quality-options.ts";
import { type RecordingOptions, type ResolvedRecordings, resolveRecordings } from "./recording-options.ts";
import { type ResolvedScenes, resolveScenes } from "./scene-options.ts";

/** How much is logged, to stderr. Each level has the ones before it. */
export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
/** `"silent"`, `"error"`, `"warn"`, `"info"` or `"debug"`. */
export type LogLevel = (typeof logLevels)[number];

/** What the lines of the log look like. */
export const logFormats = ["auto", "pretty", "json"] as const;
/** `"pretty"` for people, `"json"` for programs, `"auto"` for whichever stderr leads to: a terminal, or something else. */
export type LogFormat = (typeof logFormats)[number];

/** What `createStreamServer` takes. Only `scene` or `scenes` must be given. */
export type StreamServerOptions = {
  /**
   * The scene module: a path, taken from the working directory, or a `file:` URL. Or `"frames:"`, with a title behind it if you like:
   * then there is no scene, and another program gives the pictures, by the WebSocket `/frames`. Or `"studio:"` and the path of a
   * layout: then the picture is composed of several sources (server/studio/README.md).
   */
  readonly scene?: string | URL;
  /**
   * Several scenes, `"frames:"` or `"studio:"`, in place of one, 1 to 100, by their names: each has its page at `/<name>/`, and is started when somebody opens it
   * and ended when nobody has watched it for a while (`rooms.emptySeconds`). At `/` is a page from which to choose.
   */
  readonly scenes?: Readonly<Record<string, string | URL>>;
  /**
   * Values for the parameters that the scene declares, by name: at most 64 numbers, booleans or texts of at most 1024 characters. A
   * page of HTML, which declares none, finds them in `location.search`. Default: none, so those of the scene hold.
   */
  readonly parameters?: ParameterValues;
  readonly data?: DataOptions;
  /** Load the scene anew when its file, or one that it imports, changes. Viewers stay connected. Default false. */
  readonly watch?: boolean;
  /** How much is logged, to stderr. Default `"info"`. */
  readonly logLevel?: LogLevel;
  /** What its lines look like: `"pretty"`, `"json"`, or `"auto"`, which is the former in a terminal alone. Default `"auto"`. */
  readonly logFormat?: LogFormat;
  /**
   * A file for the event log: who comes, leaves and steers, and all input that reaches the scenes, as JSON lines in gzip members, to
   * which each server appends. `scenecast replay` plays it. Default: none is written.
   */
  readonly eventLog?: string;
  /** Closes the server when it aborts, also while it starts. */
  readonly signal?: AbortSignal;
  /**
   * An `http.Server` or `https.Server` of your program, in which what comes below `http.basePath` is ours and all else stays the
   * program's; null for none: then requests come by `attach`, `handle` and `handleUpgrade`. Default: a port of our own.
   */
  readonly server?: ProgramServer | null;
  readonly http?: HttpOptions;
  readonly access?: AccessOptions;
  /** A public link through a tunnel; `true` for one through ngrok with its defaults. Default false. */
  readonly share?: boolean | ShareOptions;
  readonly ice?: IceOptions;
  readonly viewers?: ViewersOptions;
  readonly rooms?: RoomsOptions;
  readonly control?: ControlOptions;
  readonly render?: {
    /**
     * The size of the picture in pixels: even numbers from 16 to 8192; or `"window"`, which takes the shape of the window of the
     * person who steers, 1280x720 until somebody does: in software with as many pixels as that, on a GPU with up to 2560x1440. Default
     * `"window"`.
     */
    readonly size?: PictureSize | "window";
    /** The most frames a second, 1 to 240. Default 60. */
    readonly maxFps?: number;
    /**
     * The part of each side of the picture, 0.25 to 1, at which it is drawn while things move, where there is no GPU; what is
     * streamed stays of the same size, and at rest the picture is exact. `"auto"` takes, from 1 down to 0.5, what keeps 30 frames
     * a second; with the preference `"fluid"` `maxFps`, with `"sharp"` 1. Default `"auto"`.
     */
    readonly scale?: number | "auto";
    /**
     * Whether all around the camera is drawn, equirectangular, whatever the scene says (`panoramaCamera`); recordings say so to
     * players of 360° video. The scene needs a camera in perspective and no `render()`. Default false.
     */
    readonly panorama?: boolean;
  };
  readonly encode?: {
    /** One codec for everybody, or `"auto"` to choose for each viewer. Default `"auto"`. */
    readonly codec?: VideoCodec | "auto";
    /**
     * How fine colours are: `"444"` has one for each pixel, which keeps thin coloured lines and text sharp while they move,
     * `"420"` one for four. `"auto"` is the former where the scene says that it is made of lines or text (`content`). Viewers
     * that cannot show 4:4:4 get 4:2:0. Not with the codecs `"vp8"` and `"av1"`, which are sent in 4:2:0 alone. Default `"auto"`.
     */
    readonly chroma?: ChromaWish;
    /** What a viewer's stream may take, in bits a second, 100 000 to 200 000 000. Default 8 000 000. */
    readonly bitrateBps?: number;
  };
  readonly quality?: QualityOptions;
  readonly recordings?: RecordingOptions;
  readonly movies?: MovieOptions;
  readonly hls?: HlsOptions;
  /**
   * Servers of others that the shared room is sent on to as H.264, from its start and again whenever they can be reached: at most 8 of
   * `rtmp://host/app/key`, `rtmps://host/app/key`, `srt://host:port`, behind which `streamid`, `passphrase`, `pbkeylen` and `latency`
   * may stand, and `whip+https://token@host/path`, where the token may be left out, and the codec is the first of ours that is taken
   * there. Of a server with several scenes, of which the first is no studio, or with private rooms there are none. Default: none.
   */
  readonly outputs?: readonly string[];
  /** Jobs that hosts of all rooms see at `/jobs`. Default: none are shown. */
  readonly jobs?: JobsOptions;
};

/** The options with every default filled in and every value checked. */
export type ResolvedOptions = ResolvedScenes & {
  readonly parameters: Pick<GivenParameters, "options" | "flags">;
  readonly data: ResolvedData;
  readonly watch: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** The path of the event log; null for none. */
  readonly eventLog: string | null;
  readonly signal: AbortSignal | null;
  /** Undefined where the server has a port of its own. */
  readonly server: ProgramServer | null | undefined;
  readonly http: ResolvedHttp;
  readonly access: ResolvedAccess;
  readonly share: ResolvedShare | null;
  readonly ice: IceSettings;
  readonly viewers: ResolvedViewers;
  readonly rooms: ResolvedRooms;
  readonly control: ResolvedControl;
  readonly render: {
    /** To begin with, where it follows the window of who steers. */
    readonly size: PictureSize;
    readonly followsWindow: boolean;
    readonly maxFps: number;
    readonly scale: number | "auto";
    readonly panorama: boolean;
  };
  /** `codec` is null for `"auto"`. */
  readonly encode: {
    readonly codec: VideoCodec | null;
    readonly chroma: ChromaWish;
    readonly bitrateBps: number;
  };
  readonly quality: ResolvedQuality;
  readonly recordings: ResolvedRecordings;
  readonly movies: ResolvedMovies;
  readonly hls: ResolvedHls;
  readonly outputs: readonly string[];
  /** The folder of jobs, "" for the usual one; null where none are shown. */
  readonly jobs: string | null;
};

/** Fills in the defaults and checks everything. Throws `TypeError` naming the option and its rule. */
export function resolveOptions(options: StreamServerOptions): ResolvedOptions {
  const groups = [
    "http",
    "access",
    "share",
    "ice",
    "viewers",
    "rooms",
    "control",
    "render",
    "encode",
    "quality",
    "recordings",
    "movies",
    "hls",
    "jobs",
  ];
  const top = fieldsOf("options", options, [
    "scene",
    "scenes",
    "parameters",
    "data",
    "watch",
    "logLevel",
    "logFormat",
    "eventLog",
    "signal",
    "server",
    "outputs",
    ...groups,
  ]);
  const server = programServerOf(top["server"]);
  const http = resolveHttp(top["http"] ?? {}, server !== undefined);
  const share = resolveShare(top["share"] ?? false);
  if (share !== null && server !== undefined) {
    throw new TypeError("options.share must be false with options.server: the tunnel would open all of your program.");
  }
  const isReached = share !== null || http.publicUrl !== null || http.host === null || !isLoopback(http.host);
  const access = resolveAccess(top["access"] ?? {}, isReached);
  const isOpen = access.token !== null || access.authenticate !== null || isReached;
  const encode = encodeOf(top["encode"] ?? {});
  const rooms = resolveRooms(top["rooms"] ?? {});
  const scenes = resolveScenes(top["scene"], top["scenes"]);
  // Of a studio and the scenes that it shows it is clear which one is meant.
  const hasOneRoom = (scenes.scenes === null || isStudio(scenes.sceneUrl)) && rooms.kind === "shared";
  return {
    ...scenes,
    parameters: { options: parseParameterValues("options.parameters", top["parameters"] ?? {}), flags: {} },
    data: resolveData(top["data"] ?? {}),
    watch: boolean("options.watch", top["watch"] ?? false),
    logLevel: oneOf("options.logLevel", top["logLevel"] ?? "info", logLevels),
    logFormat: oneOf("options.logFormat", top["logFormat"] ?? "auto", logFormats),
    eventLog: optionalText("options.eventLog", top["eventLog"], "a path", isPath),
    signal: signalOf(top["signal"]),
    server,
    http,
    access,
    share,
    ice: resolveIce(top["ice"] ?? {}, share !== null),
    viewers: resolveViewers(top["viewers"] ?? {}),
    rooms,
    control: resolveControl(top["control"] ?? {}, isOpen),
    render: renderOf(top["render"] ?? {}),
    encode,
    quality: resolveQuality(top["quality"] ?? {}, encode.bitrateBps),
    recordings: resolveRecordings(top["recordings"] ?? {}, hasOneRoom),
    movies: resolveMovies(top["movies"] ?? {}),
    hls: resolveHls(top["hls"] ?? {}, hasOneRoom),
    outputs: resolveOutputs(top["outputs"] ?? [], hasOneRoom),
    jobs: resolveJobs(top["jobs"]),
  };
}

function signalOf(value: unknown): AbortSignal | null {
  if (value === undefined || value === null) return null;
  if (!(value instanceof AbortSignal)) throw new TypeError("options.signal must be an AbortSignal.");
  return value;
}

function renderOf(value: unknown): ResolvedOptions["render"] {
  const { size, maxFps, scale, panorama } = fieldsOf("options.render", value, ["size", "maxFps", "scale", "panorama"]);
  return {
    ...sizeOf(size ?? "window"),
    maxFps: number("options.render.maxFps", maxFps ?? 60, 1, 240),
    scale: scaleOf(scale ?? "auto"),
    panorama: boolean("options.render.panorama", panorama ?? false),
  };
}

function encodeOf(value: unknown): ResolvedOptions["encode"] {
  const fields = fieldsOf("options.encode", value, ["codec", "chroma", "bitrateBps"]);
  const codec = oneOf("options.encode.codec", fields["codec"] ?? "auto", ["auto", ...videoCodecs] as const);
  const bitrateBps = wholeNumber("options.encode.bitrateBps", fields["bitrateBps"] ?? 8_000_000, 100_000, 200_000_000);
  const chroma = chromaFor(fields["chroma"] ?? "auto", codec);
  return { codec: codec === "auto" ? null : codec, chroma, bitrateBps };
}

function sizeOf(value: unknown): Pick<ResolvedOptions["render"], "size" | "followsWindow"> {
  if (value === "window") return { size: { width: 1280, height: 720 }, followsWindow: true };
  if (typeof value !== "object") {
    throw new TypeError('options.render.size must be "window" or an object of width and height.');
  }
  return { size: pictureSize("options.render.size", value), followsWindow: false };
}

function chromaFor(value: unknown, codec: VideoCodec | "auto"): ChromaWish {
  const chroma = oneOf("options.encode.chroma", value, chromaWishes);
  if (chroma === "444" && (codec === "vp8" || codec === "av1")) {
    throw new TypeError(`options.encode.chroma must be auto or 420 with ${codec}: 4:4:4 is sent as h264 or vp9.`);
  }
  return chroma;
}

function scaleOf(value: unknown): number | "auto" {
  if (value === "auto" || isNumber(value, 0.25, 1)) return value;
  throw new TypeError('options.render.scale must be "auto" or a number from 0.25 to 1.');
}
