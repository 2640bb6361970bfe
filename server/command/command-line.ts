/** Owns what the command line says: its words and its options. Pure but for the search for scenes. */

import { parseArgs } from "node:util";
import type { LogFormat, LogLevel, StreamServerOptions } from "../options/options.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { type Convert360Command, convert360Help, readConvert360Arguments } from "./convert360-flags.ts";
import { dataFlags, dataHelp, dataOptionNames, readDataFlags } from "./data-flags.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { diagnosticsFlags, diagnosticsHelp, readDiagnosticsFlags } from "./diagnostics-flags.ts";
import { type DoctorCommand, doctorHelp, readDoctorArguments } from "./doctor-flags.ts";
import { type FilmCommand, filmHelp, readFilmArguments } from "./film-flags.ts";
import { type Environment, given, inWordsOf, numberOf, type OptionNames } from "./flag-values.ts";
import { hlsFlags, hlsHelp, hlsOptionNames, readHlsFlags } from "./hls-flags.ts";
import { type JobsCommand, jobsHelp, readJobsArguments } from "./jobs-flags.ts";
import { type LinkCommand, linkHelp, readLinkArguments } from "./link-flags.ts";
import { movieFlags, movieHelp, movieOptionNames, readMovieFlags } from "./movie-flags.ts";
import { networkFlags, networkHelp, networkOptionNames, readNetworkFlags } from "./network-flags.ts";
import { type NewCommand, newHelp, readNewArguments } from "./new-flags.ts";
import { outputFlags, outputHelp, outputOptionNames, readOutputFlags } from "./output-flags.ts";
import { parameterFlags, parameterHelp, readParameterFlags } from "./parameter-flags.ts";
import { peopleFlags, peopleHelp, peopleOptionNames, readPeopleFlags } from "./people-flags.ts";
import { pictureFlags, pictureOptions } from "./picture-flags.ts";
import { qualityFlags, qualityHelp, qualityOptionNames, readQualityFlags } from "./quality-flags.ts";
import { type QueueCommand, queueHelp, readServeQueueArguments, readWorkerArguments } from "./queue-flags.ts";
import { type RecordCommand, readRecordArguments, recordHelp } from "./record-flags.ts";
import { readRecordingFlags, recordingFlags, recordingHelp, recordingOptionNames } from "./recording-flags.ts";
import { type RenderCommand, readRenderArguments, renderHelp } from "./render-flags.ts";
import { type ReplayCommand, readReplayArguments, replayHelp } from "./replay-flags.ts";
import { isSceneArgument, type SceneArguments, scenesOf, studioOf, withTitles } from "./scene-arguments.ts";
import { readShareFlags, shareFlags, shareOptionNames } from "./share-flags.ts";
import { readShownJobsFlags, shownJobsFlags, shownJobsHelp, shownJobsOptionNames } from "./shown-jobs-flags.ts";

export const helpText: string = `Render a three.js scene on this machine and stream it to browsers.

  scenecast serve scene.ts       serve a scene
  scenecast serve index.html     serve a three.js page as it is, or the folder that it is in
  scenecast serve <several>      serve several scenes, or a folder of them, each under its name and started when it is
                                 opened; the examples if you name none
  scenecast serve --frames       serve the pictures of another program, as Python's, which gives them by the WebSocket
                                 /frames
  scenecast studio <layout.json>  compose a view of several sources, as its layout says: rooms, movies, streams, images, text;
                                 scenes named behind it can be shown in it
  scenecast new <folder>         write a folder with a scene to begin with
  scenecast link                 make a link with which somebody else can enter: see scenecast link --help
  scenecast render <scene> <out> render a scene off the clock into a movie or pictures: see scenecast render --help
  scenecast record <scene> <file>  record a scene to a file of video: see scenecast record --help
  scenecast hls <movie> …        make movies ready for players of HLS: see scenecast hls --help
  scenecast convert360 <in> <out>  give a video of all around another layout: see scenecast convert360 --help
  scenecast replay <log.gz>      play the input of an event log again: see scenecast replay --help
  scenecast jobs                 do work beside everything else, one task a file: see scenecast jobs --help
  scenecast worker               do tasks of jobs of several machines: see scenecast worker --help
  scenecast doctor               look at this machine: what draws, what encodes, what is slow or missing

  --frames <title>      another program gives the pictures; again for more of them, each under its name, and beside
                        scenes. The title may be left out
  --port <number>       8080; 0 takes any free port
  --host <address>      127.0.0.1, which only this machine can reach; 0.0.0.0 opens it to the network
  --size <size>         window, which follows the window of the person who steers; or 1280x720, even numbers from 16
                        to 8192
  --fps <number>        60; at most this many frames per second, 1 to 240
  --render-scale <part> auto; draw at this part of each side while things move and there is no GPU, 0.25 to 1
  --panorama            draw all around the camera, equirectangular; with a size of 2 to 1, as 3840x1920
  --codec <name>        auto; or h264, vp8, vp9 or av1
  --bitrate <bits/s>    8M; at most this much for each viewer, 100k to 200M
${qualityHelp}
${parameterHelp}
${dataHelp}
  --watch               reload the scene when its file changes
  --end-with-stdin      end when the standard input ends, as it does when the program dies that started the server
  --debug               log everything and show stack traces
  --log-level <level>   info; or silent, error, warn, debug
  --log-format <format> auto; pretty for people, json for programs; auto is pretty in a terminal alone
  --help, --version

${peopleHelp}
${networkHelp}
${recordingHelp}
${movieHelp}
${shownJobsHelp}
${outputHelp}
${hlsHelp}
${diagnosticsHelp}
Exit codes: 0 stopped by Ctrl-C or a signal, 2 bad arguments, 3 the port is in use or not allowed, or the certificate
is bad, 4 no scene file, 5 the scene is invalid or threw an error, 6 no OpenGL, 7 no encoder, 8 what is to be recorded cannot be
written, 1 any other failure.
`;

/** What was asked for. */
export type Command =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | {
      readonly kind: "serve";
      readonly options: StreamServerOptions;
      /** Values for parameters of the scene, as they were written. */
      readonly parameters: ParameterTexts;
      readonly debug: boolean;
      /** Whether the server ends when its standard input does. */
      readonly endsWithInput: boolean;
      readonly diagnostics: Diagnostics;
    }
  | ({ readonly kind: "new" } & NewCommand)
  | ({ readonly kind: "link" } & LinkCommand)
  | ({ readonly kind: "render" } & RenderCommand)
  | ({ readonly kind: "replay" } & ReplayCommand)
  | ({ readonly kind: "jobs" } & JobsCommand)
  | QueueCommand
  | ({ readonly kind: "record" } & RecordCommand)
  | ({ readonly kind: "film" } & FilmCommand)
  | ({ readonly kind: "convert360" } & Convert360Command)
  | ({ readonly kind: "doctor" } & DoctorCommand);

const flags = {
  frames: { type: "string", multiple: true },
  port: { type: "string" },
  host: { type: "string" },
  watch: { type: "boolean" },
  "end-with-stdin": { type: "boolean" },
  debug: { type: "boolean" },
  "log-level": { type: "string" },
  "log-format": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  ...pictureFlags,
  ...qualityFlags,
  ...parameterFlags,
  ...dataFlags,
  ...peopleFlags,
  ...networkFlags,
  ...shareFlags,
  ...recordingFlags,
  ...movieFlags,
  ...shownJobsFlags,
  ...outputFlags,
  ...hlsFlags,
  ...diagnosticsFlags,
} as const;

/** The name on the command line of each option of the server. */
const optionNames: OptionNames = [
  ["options.scene", "The scene"],
  ["options.eventLog", "--event-log"],
  ["options.logLevel", "--log-level"],
  ["options.logFormat", "--log-format"],
  ["options.http.port", "--port"],
  ["options.http.host", "--host"],
  ["options.render.size.width", "The width in --size"],
  ["options.render.size.height", "The height in --size"],
  ["options.render.maxFps", "--fps"],
  ["options.render.scale", "--render-scale"],
  ["options.render.panorama", "--panorama"],
  ["options.encode.codec", "--codec"],
  ["options.encode.bitrateBps", "--bitrate"],
  ...qualityOptionNames,
  ...dataOptionNames,
  ...peopleOptionNames,
  ...networkOptionNames,
  ...shareOptionNames,
  ...recordingOptionNames,
  ...movieOptionNames,
  ...shownJobsOptionNames,
  ...outputOptionNames,
  ...hlsOptionNames,
];

type CommandWords = {
  readonly help: string;
  /** Reads what follows the word; null asks for help. Throws `TypeError`. */
  readonly read: (args: readonly string[], environment: Environment) => Command | null;
};

/** Of `jobs serve`, which takes other words than `jobs`. */
const serveQueue: CommandWords = { help: queueHelp, read: readServeQueueArguments };
/** All that have words of their own; what begins with none of these is `serve`. */
const commands: ReadonlyMap<string, CommandWords> = new Map<string, CommandWords>([
  ["new", { help: newHelp, read: (args) => as("new", readNewArguments(args)) }],
  ["link", { help: linkHelp, read: (args, environment) => as("link", readLinkArguments(args, environment)) }],
  ["render", { help: renderHelp, read: (args) => as("render", readRenderArguments(args)) }],
  ["replay", { help: replayHelp, read: (args) => as("replay", readReplayArguments(args)) }],
  ["convert360", { help: convert360Help, read: (args) => as("convert360", readConvert360Arguments(args)) }],
  ["record", { help: recordHelp, read: (args) => as("record", readRecordArguments(args)) }],
  ["hls", { help: filmHelp, read: (args) => as("film", readFilmArguments(args)) }],
  ["worker", { help: queueHelp, read: readWorkerArguments }],
  ["jobs", { help: jobsHelp, read: (args) => as("jobs", readJobsArguments(args)) }],
  ["doctor", { help: doctorHelp, read: (args, environment) => as("doctor", readDoctorArguments(args, environment)) }],
]);

/** What can follow our name, as sentences say it. */
export const commandWords: readonly string[] = ["serve", "studio", ...commands.keys(), "--help"];

/** Reads the arguments, and secrets from the environment. Throws `TypeError` with a line for people. */
export function parseCommandLine(args: readonly string[], environment: Environment = process.env): Command {
  const [word = "", second] = args;
  const isQueue = word === "jobs" && second === "serve";
  const command = isQueue ? serveQueue : commands.get(word);
  if (command === undefined) return parseServe(args, environment);
  const { help, read } = command;
  const rest = args.slice(isQueue ? 2 : 1);
  return inPlainWords(`scenecast ${word} --help`, () => read(rest, environment)) ?? { kind: "help", text: help };
}

function as<Kind extends string, Read extends object>(
  kind: Kind,
  read: Read | null,
): ({ readonly kind: Kind } & Read) | null {
  return read === null ? null : { kind, ...read };
}

function parseServe(args: readonly string[], environment: Environment): Command {
  const { values, positionals } = inPlainWords("scenecast --help", () =>
    parseArgs({ args: withTitles(args), options: flags, allowPositionals: true, strict: true }),
  );
  if (values.help) return { kind: "help", text: helpText };
  if (values.version) return { kind: "version" };
  const debug = values.debug ?? false;
  const network = readNetworkFlags(values, environment);
  const { port, host } = values;
  return {
    kind: "serve",
    debug,
    endsWithInput: values["end-with-stdin"] ?? false,
    diagnostics: readDiagnosticsFlags(values),
    parameters: readParameterFlags(values),
    options: {
      ...scenesIn(positionals, values.frames),
      // Words from lists are checked with the other options, where the lists are.
      logLevel: (values["log-level"] ?? (debug ? "debug" : "info")) as LogLevel,
      ...given({ logFormat: values["log-format"] as LogFormat | undefined, eventLog: values["event-log"] }),
      watch: values.watch ?? false,
      ...readPeopleFlags(values),
      ...readDataFlags(values),
      ...readQualityFlags(values),
      ...readRecordingFlags(values),
      ...readMovieFlags(values),
      ...readShownJobsFlags(values),
      ...readOutputFlags(values, environment),
      ...readHlsFlags(values),
      ...network,
      share: readShareFlags(values, environment),
      http: { ...network.http, ...given({ port: port === undefined ? port : numberOf(port), host }) },
      ...pictureOptions(values),
    },
  };
}

/** A sentence about an option of the server in the words of the command line. */
export function inWordsOfCommandLine(sentence: string): string {
  return inWordsOf(optionNames, sentence);
}

/** Has what Node says of arguments said shorter; `help` is where more stands. */
function inPlainWords<Read>(help: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error)) throw error;
    const option = /'(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(error.message)?.[1];
    if (option !== undefined) {
      throw new TypeError(
        `What follows ${option} begins with a dash; if that is meant, write ${option}=… See ${help}.`,
      );
    }
    // Node's advice about dashes and quotes, in the sentences after the first, is of no use here.
    throw new TypeError(`${error.message.split(/\.(?:\s|$)/)[0]}. See ${help}.`);
  }
}

function scenesIn(positionals: readonly string[], frames: readonly string[] | undefined): SceneArguments {
  if (positionals[0] === "studio") return studioOf(positionals.slice(1), frames);
  if (positionals[0] === "serve") return scenesOf(positionals.slice(1), frames);
  const stray = positionals[0];
  if (stray !== undefined && !isSceneArgument(stray)) {
    throw new TypeError(`There is no command "${stray}". See scenecast --help.`);
  }
  return scenesOf(positionals, frames);
}
