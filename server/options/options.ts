/** Owns the options of a stream server: every default and every check. Runs in the main process. */

import { type GivenParameters, parseParameterValues } from "../platform/given-parameters.ts";
import { isLoopback } from "../platform/loopback.ts";
import { boolean, fieldsOf, isPath, oneOf, optionalText } from "../platform/option-checks.ts";
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
import {
  type EncodeOptions,
  type RenderOptions,
  type ResolvedEncode,
  type ResolvedRender,
  resolveEncode,
  resolveRender,
} from "./picture-options.ts";
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
  readonly render?: RenderOptions;
  readonly encode?: EncodeOptions;
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
  readonly render: ResolvedRender;
  readonly encode: ResolvedEncode;
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
  const encode = resolveEncode(top["encode"] ?? {});
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
    render: resolveRender(top["render"] ?? {}),
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
