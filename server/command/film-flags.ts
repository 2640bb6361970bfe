/** Owns the words of `scenecast hls`. Pure. */

import { parseArgs } from "node:util";
import type { FilmOptions } from "../film/film-options.ts";
import { amountOf, given, inWordsOf, numberOf, type OptionNames } from "./flag-values.ts";

export const filmHelp = `Make movies ready for players of HLS: each in several sizes with a master playlist, in a folder of its own.

  scenecast hls <movie> … --to <folder>

Each movie is a file, a folder of movies, an address (http:// or https://), or a list of such, .txt, .m3u or .m3u8, a file or
at an address, with a line for each. One is downloaded while another is encoded. In the folder stand index.json, which lists
all, and for each movie a folder with master.m3u8.

  --to <folder>           where they are written
  --sizes <heights>       360,720,1080; heights of 16:9 into whose boxes the pictures fit, upright ones too, none larger than
                          the movie. 360 has 360 kbit/s, 720 has 870 and 1080 has 2100
  --segment <seconds>     6; how long a segment is
  --ahead <number>        2; so many movies are downloaded before they are encoded, at most; 0 does one after the other
  --queue <address>       redis://host:6379; the workers of this queue download and encode, each a movie: see scenecast worker
                          --help. Files are sent to the queue's owner first
  --max-download <bytes>  50G; a movie that is larger is not downloaded
  --help

After Ctrl-C, a fall or a power cut the same command goes on: whole movies stay as they are, a half download goes on where the
server can, a half encoded movie after its last whole segment.

Exit codes: 0 all are there, 1 some failed and the others are there, 2 bad arguments, 7 no encoder, 8 a list cannot be read,
the queue cannot be used or the folder cannot be written, as with a full disk, 130 stopped by Ctrl-C or a signal.
`;

export type FilmCommand = { readonly options: FilmOptions };

const flags = {
  to: { type: "string" },
  sizes: { type: "string" },
  segment: { type: "string" },
  ahead: { type: "string" },
  queue: { type: "string" },
  "max-download": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The name on the command line of each option. */
const optionNames: OptionNames = [
  ["options.sources", "The movies"],
  ["options.to", "--to"],
  ["options.sizes", "--sizes"],
  ["options.segmentSeconds", "--segment"],
  ["options.ahead", "--ahead"],
  ["options.queue", "--queue"],
  ["options.maxDownloadBytes", "--max-download"],
];

/** Reads what follows `hls`; null asks for help. Throws `TypeError` with a line for people. */
export function readFilmArguments(args: readonly string[]): FilmCommand | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  if (positionals.length === 0 || values.to === undefined) {
    throw new TypeError("Name the movies and the folder: scenecast hls <movie> … --to <folder>.");
  }
  const { sizes, segment, ahead, queue, "max-download": maxDownload } = values;
  const more = given({
    sizes: sizes === undefined ? sizes : sizes.split(",").map(numberOf),
    segmentSeconds: segment === undefined ? segment : numberOf(segment),
    ahead: ahead === undefined ? ahead : numberOf(ahead),
    queue,
    maxDownloadBytes: maxDownload === undefined ? maxDownload : amountOf(maxDownload, "--max-download"),
  });
  return { options: { sources: positionals, to: values.to, ...more } };
}

/** A sentence about an option in the words of the command line. */
export function inWordsOfFilm(sentence: string): string {
  return inWordsOf(optionNames, sentence).replace("Each of options.sources", "Each of the movies");
}
