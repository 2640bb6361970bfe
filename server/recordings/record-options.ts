/** Owns what may be said of a recording, with every check. Pure. */

import { type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { Container } from "../encode/mux/mux-protocol.ts";
import { boolean, fieldsOf, number, oneOf, text } from "../platform/option-checks.ts";
import { containerOf } from "./recording-files.ts";

/** What `room.record` takes. */
export type RecordOptions = {
  /**
   * The path of the file; its ending says what it is made as: `.mp4`, `.mkv` or `.webm`. Where there is one of that name it becomes
   * `film-2.mp4` and so on. Default: a name of the scene's title and the time, of MP4, in the folder of recordings.
   */
  readonly file?: string;
  /**
   * The codec: h264, vp9 or av1 in MP4, vp8, vp9 or av1 in WebM, any in MKV. Default: that of the viewers (`encode.codec`), so that
   * nothing is encoded twice, else h264, in WebM vp9.
   */
  readonly codec?: VideoCodec;
  /** Whether rests of the scene are cut to a second. Default that of the server (`recordings.cutRests`). */
  readonly cutRests?: boolean;
  /**
   * How far key frames, to which a player can jump, may be apart, in seconds, 0.5 to 600; that takes an encoder of its own. Default: as
   * they come with those who watch, without a second encoding.
   */
  readonly keyFrameSeconds?: number;
  /** How long it records, in seconds, up to 86 400. Default: until it is stopped. */
  readonly seconds?: number;
};

/** What `room.saveReplay` takes. */
export type ClipOptions = Pick<RecordOptions, "file" | "cutRests"> & {
  /** How much of late, in seconds; it begins at a key frame, up to two seconds before. Default: all that is held. */
  readonly seconds?: number;
};

/** The same, whole; null for what follows from the server or the scene. */
export type ResolvedRecord = {
  readonly file: string | null;
  readonly container: Container;
  readonly codec: VideoCodec;
  readonly cutRests: boolean;
  readonly keyFrameSeconds: number | null;
  readonly seconds: number | null;
};

export type RecordDefaults = {
  /** The one codec of the server; null where viewers differ. */
  readonly codec: VideoCodec | null;
  readonly cutRests: boolean;
};

const fitting: Readonly<Record<Container, readonly VideoCodec[]>> = {
  mp4: ["h264", "vp9", "av1"],
  mkv: videoCodecs,
  webm: ["vp9", "vp8", "av1"],
};

/** Throws `TypeError` naming the field and its rule. `name` begins the sentence. */
export function resolveRecord(name: string, value: unknown, defaults: RecordDefaults): ResolvedRecord {
  const fields = fieldsOf(name, value, ["file", "codec", "cutRests", "keyFrameSeconds", "seconds"]);
  const file = fileOf(`${name}.file`, fields["file"]);
  const container = (file === null ? null : containerOf(file)) ?? "mp4";
  const gap = fields["keyFrameSeconds"];
  const seconds = fields["seconds"];
  return {
    file,
    container,
    codec: codecFor(`${name}.codec`, fields["codec"], container, defaults.codec),
    cutRests: boolean(`${name}.cutRests`, fields["cutRests"] ?? defaults.cutRests),
    keyFrameSeconds: gap === undefined || gap === null ? null : number(`${name}.keyFrameSeconds`, gap, 0.5, 600),
    seconds: seconds === undefined || seconds === null ? null : secondsOf(`${name}.seconds`, seconds),
  };
}

/** The same of a clip, whose packets are there already. */
export function resolveClip(
  name: string,
  value: unknown,
  {
    cutRests,
    maxSeconds,
    codec,
  }: { readonly cutRests: boolean; readonly maxSeconds: number; readonly codec: VideoCodec },
): Pick<ResolvedRecord, "file" | "container" | "cutRests"> & { readonly seconds: number } {
  const fields = fieldsOf(name, value, ["file", "cutRests", "seconds"]);
  const file = fileOf(`${name}.file`, fields["file"]);
  const container = (file === null ? null : containerOf(file)) ?? "mp4";
  // Throws where what is held cannot be put into it.
  codecFor(`${name}.file`, codec, container, codec);
  return {
    file,
    container,
    cutRests: boolean(`${name}.cutRests`, fields["cutRests"] ?? cutRests),
    seconds: Math.min(maxSeconds, secondsOf(`${name}.seconds`, fields["seconds"] ?? maxSeconds)),
  };
}

/** The codec that is recorded into files of this kind, where nothing is said of it. */
export function codecOfContainer(container: Container, ofServer: VideoCodec | null): VideoCodec {
  const [first = "h264"] = fitting[container];
  return ofServer !== null && fitting[container].includes(ofServer) ? ofServer : first;
}

function codecFor(name: string, value: unknown, container: Container, ofServer: VideoCodec | null): VideoCodec {
  if (value === undefined || value === null) return codecOfContainer(container, ofServer);
  const codec = oneOf(name, value, videoCodecs);
  if (fitting[container].includes(codec)) return codec;
  throw new TypeError(`${name}: files of ${container} hold ${fitting[container].join(", ")}, not ${codec}.`);
}

function fileOf(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const isPath = (path: string) => !path.includes("\0") && containerOf(path) !== null;
  return text(name, value, "a path that ends in .mp4, .mkv or .webm", isPath);
}

function secondsOf(name: string, value: unknown): number {
  if (typeof value === "number" && value > 0 && value <= 86_400) return value;
  throw new TypeError(`${name} must be a number above 0, up to 86400.`);
}
