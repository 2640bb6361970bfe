/**
 * Owns `/movies`, the folder of movies, for all who may watch: `GET /movies` lists them, `/movies/<path>` says what one is,
 * `/movies/<path>/frames/<n>.png`, `.jpg`, `.webp` and `.raw` is a frame of it, `/frames/<first>..<last>.png` are several. In the main
 * process.
 *
 * MS1 What is answered with has a strong tag that follows from the file and what was asked for, so that nothing is decoded for who has it.
 * MS2 Who leaves, or loses the right to watch, is not worked for any more.
 * MS3 However slowly frames are taken, those that are in hand have so many bytes at most.
 */

import type { Request, RequestHandler, Response } from "express";
import { StreamError } from "../../../shared/errors.ts";
import type { Admission, Identity } from "../../access/identity.ts";
import type { FoundMovie } from "../../movies/movie-folder.ts";
import type { FrameForm, FrameFormat } from "../../movies/movie-form.ts";
import type { MovieInfo } from "../../movies/movie-info.ts";
import type { Movies } from "../../movies/movies.ts";
import { LastingResponses } from "../lasting-responses.ts";
import { type ErrorStatuses, refuse, refuseFor, refuseMethod } from "../refusals.ts";
import { keyOf } from "../request-limits.ts";
import { contentTypes as pictureTypes, tagsOf } from "../routes/picture-routes.ts";
import { bytesInHand, FrameBudget, framesAhead } from "./frame-budget.ts";
import { sendFrames } from "./frame-stream.ts";
import { moviePlaces } from "./movie-places.ts";
import { type MovieAddress, parseFrameForm, parseMovieAddress } from "./movie-request.ts";

/** The movies, as far as requests reach them. */
export type MoviesHandler = Pick<Movies, "list" | "find" | "info" | "secondsOf" | "tagOf" | "frame">;

export type MovieSiteOptions = {
  /** Null where the server has none. */
  readonly movies: MoviesHandler | null;
  /** Counts so many frames that are asked for; false when that is too many. */
  allows(admission: Admission, count: number): boolean;
};

type FramesAddress = Extract<MovieAddress, { readonly kind: "frames" }>;

type Visit = {
  readonly movies: MoviesHandler;
  readonly movie: FoundMovie;
  readonly admission: Admission;
  readonly request: Request;
  readonly response: Response;
};

const contentTypes: Readonly<Record<FrameFormat, string>> = { ...pictureTypes, raw: "application/octet-stream" };
const statuses: ErrorStatuses = { "input-failed": 422, "too-fast": 429 };
const TOO_LARGE = "So many frames of this size are more than the server holds at the same time. Try again in a second.";
const NO_MOVIE = "There is no such movie. Frames of one are at <path>/frames/<n>.png, .jpg, .webp or .raw.";
const FOREVER = "private, max-age=31536000, immutable";

export class MovieSite {
  readonly #options: MovieSiteOptions;
  readonly #lasting = new LastingResponses(moviePlaces);
  readonly #budget = new FrameBudget();

  /** The owner closes it. */
  constructor(options: MovieSiteOptions) {
    this.#options = options;
  }

  /** Answers what stands under `/movies`. */
  routes(admissionOf: (request: Request) => Admission): RequestHandler {
    return async (request, response) => {
      try {
        await this.#answer(request, response, admissionOf(request));
      } catch (error) {
        if (response.headersSent || response.destroyed) return;
        for (const header of ["ETag", "Content-Length", "Content-Disposition"]) response.removeHeader(header);
        response.set("Cache-Control", "no-store");
        if (error instanceof RangeError) refuse(response, 404, error.message);
        else refuseFor(response, error, statuses);
      }
    };
  }

  /** Cuts those whose asker `isDue`. MS2 */
  end(isDue: (identity: Identity) => boolean): void {
    this.#lasting.end(isDue);
  }

  close(): void {
    this.#lasting.close();
  }

  async #answer(request: Request, response: Response, admission: Admission): Promise<void> {
    const { movies, allows } = this.#options;
    if (movies === null) return refuse(response, 404, "This server has no folder of movies.");
    if (!["GET", "HEAD"].includes(request.method)) return refuseMethod(response, "GET, HEAD");
    const address = parseMovieAddress(request.url.split("?")[0] ?? "");
    if (address === null) return refuse(response, 404, NO_MOVIE);
    const count = address.kind === "frames" ? address.last - address.first + 1 : 1;
    if (!allows(admission, count))
      throw new StreamError(
        "too-fast",
        "Too many frames are being asked for by your link or from your address. Try again in a second.",
      );
    if (address.kind === "list") return await sendList(movies, response);
    const movie = await movies.find(address.names);
    if (movie === null) return refuse(response, 404, NO_MOVIE);
    const visit = { movies, movie, admission, request, response };
    if (address.kind === "movie") await sendInfo(visit);
    else await this.#sendFrames(visit, address);
  }

  async #sendFrames(visit: Visit, address: FramesAddress): Promise<void> {
    const { movies, movie, admission, request, response } = visit;
    const { version } = request.query;
    if (version !== undefined && version !== movie.version)
      return refuse(response, 404, "The movie is another one now.");
    const info = await movies.info(movie);
    if (address.last >= info.frameCount) {
      throw new RangeError(`The movie has ${info.frameCount} frames, from 0 to ${info.frameCount - 1}.`);
    }
    const form = parseFrameForm(address.format, request.query, info);
    const { first, last, isRange } = address;
    const tag = movies.tagOf(movie, isRange ? `${first}..${last}` : String(first), form);
    response.set({ ETag: `"${tag}"`, "Cache-Control": version === undefined ? "private, no-cache" : FOREVER });
    // MS1
    if (tagsOf(request.headers["if-none-match"]).includes(tag)) return void response.status(304).end();
    describe(response, address, form, info);
    if (request.method === "HEAD") return void response.end();
    const refusal = this.#lasting.add(response, admission);
    if (refusal !== null) throw new StreamError("too-fast", refusal);
    // MS3
    const pixels = pixelsOf(form, info);
    const giveBack = this.#budget.take(keyOf(admission), bytesInHand(address.format, pixels, last - first + 1));
    if (giveBack === null) throw new StreamError("too-fast", TOO_LARGE);
    response.once("close", giveBack);
    await answerWithFrames(visit, address, form, framesAhead(address.format, pixels));
  }
}

/** MS2 */
async function answerWithFrames(visit: Visit, address: FramesAddress, form: FrameForm, ahead: number): Promise<void> {
  const { movies, movie, admission, response } = visit;
  const gone = new AbortController();
  const leave = (): void => gone.abort(new StreamError("closed", "The asker has gone."));
  response.once("close", leave);
  const { signal } = gone;
  const asker = keyOf(admission) ?? "this machine";
  const frame = (number: number): Promise<Uint8Array> => movies.frame(movie, number, form, { asker, signal });
  try {
    if (!address.isRange) {
      const [bytes, seconds] = await Promise.all([frame(address.first), movies.secondsOf(movie, address.first)]);
      response.set("X-Frame-Seconds", String(seconds));
      return void response.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    const { first, last, format } = address;
    await sendFrames(response, { first, last, format, ahead, signal, frame });
  } finally {
    response.off("close", leave);
  }
}

function pixelsOf({ size }: FrameForm, info: MovieInfo): number {
  const { width, height } = size ?? info;
  return width * height;
}

/** What is said of what comes. */
function describe(
  response: Response,
  { first, last, isRange, format }: FramesAddress,
  form: FrameForm,
  info: MovieInfo,
): void {
  const { width, height } = form.size ?? info;
  response.set({ "X-Frame-Width": String(width), "X-Frame-Height": String(height) });
  if (!isRange) return void response.type(contentTypes[format]);
  if (format === "raw") {
    response.type(contentTypes.raw).set("Content-Length", String((last - first + 1) * width * height * 4));
  } else response.type("application/x-tar");
}

async function sendList(movies: MoviesHandler, response: Response): Promise<void> {
  const { movies: found, isCut } = await movies.list();
  response.set("Cache-Control", "no-store").json({
    movies: found.map(({ name, bytes, modifiedAt }) => ({
      path: name,
      // Relative to the address of the list, without a slash at its end.
      href: `movies/${name.split("/").map(encodeURIComponent).join("/")}`,
      bytes,
      modifiedAt: modifiedAt.toISOString(),
    })),
    isCut,
  });
}

async function sendInfo({ movies, movie, request, response }: Visit): Promise<void> {
  const info = await movies.info(movie);
  const tag = `${movie.version}-info`;
  response.set({ ETag: `"${tag}"`, "Cache-Control": "private, no-cache" });
  if (tagsOf(request.headers["if-none-match"]).includes(tag)) return void response.status(304).end();
  response.json({ path: movie.name, version: movie.version, ...info });
}
