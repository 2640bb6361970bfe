/**
 * A process that decodes movies: it does one job after the other, and while it decodes a frame the one before is encoded in a thread.
 * What is wrong with a movie may end it, and nothing else with it. Started by URL only.
 */

import { constants, setPriority } from "node:os";
import { toPlainError } from "../../shared/errors.ts";
import { encodeStill } from "../encode/pictures/still-picture.ts";
import { flushCompiledModules } from "../platform/compile-cache.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import { hasAlpha } from "../platform/rgba-pixels.ts";
import { putFrame } from "./frame-places.ts";
import type { FromMovieDecoder, ToMovieDecoder } from "./movie-decoder-protocol.ts";
import type { FrameForm } from "./movie-form.ts";
import type { MoviePicture } from "./movie-info.ts";
import { MovieReader } from "./movie-reader.ts";

type FrameJob = Extract<ToMovieDecoder, { readonly kind: "frame" }>;

profileThread("movies");

try {
  // Who watches a scene does not wait for frames of a movie.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // It may not be allowed; the frames come either way.
}

const readers = new Map<string, MovieReader>();
let turn: Promise<void> = Promise.resolve();

function send(message: FromMovieDecoder): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

process.on("message", (message: ToMovieDecoder) => {
  turn = turn.then(() => handle(message));
});
process.on("disconnect", () => process.exit(0));
// The pool decides when to end; Ctrl-C reaches every process of the terminal.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);

send({ kind: "ready" });

async function handle(message: ToMovieDecoder): Promise<void> {
  try {
    switch (message.kind) {
      case "open":
        return await open(message);
      case "frame": {
        const reader = readers.get(message.movie);
        if (reader === undefined) throw new Error(`The movie ${message.movie} is not open.`);
        const { size } = message.form;
        const picture = reader.read(message.frame, size === null ? {} : { size });
        if (reader.isMisled) return send({ kind: "misled", job: message.job });
        // Encoding goes on while the next one is decoded.
        return void finish(message, picture);
      }
      case "close":
        readers.get(message.movie)?.close();
        readers.delete(message.movie);
    }
  } catch (error) {
    if (message.kind !== "close") send({ kind: "failed", job: message.job, error: toPlainError(error) });
  }
}

async function open(opening: Extract<ToMovieDecoder, { readonly kind: "open" }>): Promise<void> {
  const { job, movie, path, index, isReadWhole } = opening;
  const options = {
    ...(index === null ? {} : { index }),
    ...(isReadWhole ? { maxWholeBytes: Number.POSITIVE_INFINITY } : {}),
  };
  if (isReadWhole) readers.get(movie)?.close();
  const known = isReadWhole ? undefined : readers.get(movie);
  const reader = known ?? (await MovieReader.open(path, options));
  readers.set(movie, reader);
  send({ kind: "opened", job, info: reader.info, index: reader.index });
}

async function finish({ job, form, place }: FrameJob, picture: MoviePicture): Promise<void> {
  try {
    const bytes = await encoded(picture, form);
    const frame = place !== null && putFrame(place, bytes) ? bytes.length : bytes;
    send({ kind: "frame", job, frame, memoryBytes: process.memoryUsage.rss() });
    flushCompiledModules();
  } catch (error) {
    send({ kind: "failed", job, error: toPlainError(error) });
  }
}

async function encoded({ pixels, width, height }: MoviePicture, form: FrameForm): Promise<Uint8Array> {
  const { format, quality } = form;
  if (format === "raw") return pixels;
  // Most movies have none, and then the pictures need none.
  const still = { format, quality, lossless: false, isTopDown: true, isQuick: true, hasAlpha: hasAlpha(pixels) };
  return await encodeStill(pixels, { width, height }, still);
}
