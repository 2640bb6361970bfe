/** Owns `scenecast hls`: what it prints, how it ends, and with which exit code. */

import { StreamError } from "../../shared/errors.ts";
import { resolveFilmOptions } from "../film/film-options.ts";
import type { FilmProgress } from "../film/film-progress.ts";
import { Film, type FilmSummary } from "../film/film-to-hls.ts";
import { visible } from "../platform/visible-text.ts";
import { exitCodeFor, exitCodes } from "./exit-codes.ts";
import { type FilmCommand, inWordsOfFilm } from "./film-flags.ts";
import { filmText } from "./film-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Makes the film. Resolves with the exit code. */
export async function film({ options }: FilmCommand): Promise<number> {
  const { signal } = stopOnSignals();
  const line = new ProgressLine(process.stderr);
  try {
    const onProgress = (progress: FilmProgress): void => line.show(() => filmText(progress));
    const onMessage = (text: string): void => line.say(visible(text));
    const resolved = resolveFilmOptions({ ...options, onProgress, onMessage, signal });
    const summary = await new Film(resolved).run();
    line.clear();
    process.stdout.write(summaryOf(summary, resolved.to));
    return summary.movies.some(({ state }) => state === "failed") ? exitCodes.failed : 0;
  } catch (error) {
    line.clear();
    if (error instanceof StreamError && error.code === "closed") {
      process.stderr.write("Stopped. What is done is kept: the same command goes on.\n");
      return exitCodes.stopped;
    }
    const sentence = error instanceof Error ? inWordsOfFilm(error.message) : String(error);
    process.stderr.write(`scenecast: ${visible(sentence)}\n`);
    return exitCodeFor(error);
  }
}

function summaryOf({ movies, seconds }: FilmSummary, to: string): string {
  const count = (state: FilmSummary["movies"][number]["state"]): number =>
    movies.filter((movie) => movie.state === state).length;
  const parts = [`${count("made")} made`, `${count("there")} there already`, `${count("failed")} failed`];
  const failed = movies.flatMap(({ error }) => (error === null ? [] : [`  ${visible(error)}\n`]));
  return `${to}: of ${movies.length} movies ${parts.join(", ")}, in ${seconds.toFixed(1)} s.\n${failed.join("")}`;
}
