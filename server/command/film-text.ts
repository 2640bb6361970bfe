/** Owns what the line says in which a film shows how far it is: what is downloaded and what is encoded, side by side. Pure. */

import type { FilmProgress } from "../film/film-progress.ts";
import { bytesWords } from "./bytes-words.ts";
import { bar } from "./progress.ts";

const BAR = 14;
const TITLE = 18;

/** How far it is, in a line: movies, the download's bar, the encoding's bar. */
export function filmText({ movies, download, encode, queue }: FilmProgress): string {
  const failed = movies.failed > 0 ? ` (${movies.failed} failed)` : "";
  const count = `${movies.done + movies.failed} of ${movies.total}${failed}`;
  if (queue !== null) return `${count}  queue ${bar(queue.part, BAR)} ${queue.running} at work`;
  const loading =
    download === null
      ? ["download", bar(0, BAR), "nothing"]
      : [
          "download",
          bar(partOf(download.bytes, download.ofBytes), BAR),
          shortTitle(download.title),
          `${bytesWords(download.bytesPerSecond)}/s`,
        ];
  const encoding =
    encode === null
      ? ["encode", bar(0, BAR), "nothing"]
      : [
          "encode",
          bar(partOf(encode.seconds, encode.ofSeconds), BAR),
          shortTitle(encode.title),
          `${encode.speed.toFixed(1)}x`,
        ];
  return `${count}  ${loading.join(" ")}  ${encoding.join(" ")}`;
}

function partOf(done: number, all: number | null): number {
  return all === null || all <= 0 ? 0 : done / all;
}

function shortTitle(title: string): string {
  const letters = [...title];
  return letters.length <= TITLE
    ? title
    : `${letters
        .slice(0, TITLE - 1)
        .join("")
        .trimEnd()}…`;
}
