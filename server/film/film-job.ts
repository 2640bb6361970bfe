/** Owns what a movie of a film is as a task of a job: how it is to be made, where it is to be had, and what comes of it. Pure. */

import type { Json } from "../../shared/custom-message.ts";
import {
  boolean,
  fields,
  integer,
  list,
  number,
  object,
  oneOf,
  orNull,
  type Reader,
  text,
} from "../../shared/schema.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { TaskInput } from "../jobs/job-queue.ts";
import type { EncodedMovie } from "./encode-movie.ts";
import type { MovieSource } from "./film-sources.ts";
import type { Reach } from "./http-fetch.ts";

/** What all movies of a job have in common, as JSON. */
export type FilmJobSettings = {
  readonly sizes: readonly number[];
  readonly segmentSeconds: number;
  readonly maxDownloadBytes: number;
};

/** A movie at an address. */
export type FarMovie = { readonly title: string; readonly address: string; readonly reach: Reach };

/** Where the files of a movie are among those of its task. */
export const FILES = "output/hls";

/** A file travels itself, and is called by its name there; an address is asked by who does the task. */
export function inputOf({ title, from }: MovieSource): TaskInput {
  if (from.kind === "file") return { kind: "file", path: from.path };
  if (from.kind === "refused") throw new TypeError("What is refused is not sent.");
  const { address, reach } = from;
  return { kind: "value", value: { title, address, reach } };
}

const words = text(10_000);
const readReach: Reader<Reach> = (name, value) => {
  const given = fields(name, value);
  const kind = oneOf(["all", "internet"])(`${name}.kind`, given["kind"]);
  if (kind === "all") return { kind };
  const at = list(1_000, words)(`${name}.at`, given["at"]);
  return { kind, besides: words(`${name}.besides`, given["besides"]), at };
};
const readFar = object<FarMovie>({ title: words, address: text(1_000_000), reach: readReach });
const readSettings = object<FilmJobSettings>({
  sizes: list(8, integer(120, 2160)),
  segmentSeconds: integer(2, 20),
  maxDownloadBytes: integer(1, 1e15),
});
const readSize = object<PictureSize>({ width: integer(1, 65_536), height: integer(1, 65_536) });
const count = number(0, Number.MAX_SAFE_INTEGER);
const readMade = object<EncodedMovie>({
  seconds: count,
  size: readSize,
  frames: count,
  damaged: count,
  renditions: list(8, object<EncodedMovie["renditions"][number]>({ name: text(20), size: readSize, peakBps: count })),
  sound: orNull(object<NonNullable<EncodedMovie["sound"]>>({ channels: count, isCopied: boolean })),
});

/** Throws `TypeError` naming the field and its rule, as do those below. */
export function parseSettings(value: Json): FilmJobSettings {
  return readSettings("settings", value);
}

export function parseFarMovie(value: Json): FarMovie {
  return readFar("input", value);
}

/** What a worker resolved with. */
export function parseMade(value: Json | undefined): EncodedMovie {
  return readMade("result", value);
}
