/** Owns what answers by HTTP are made of: the rooms, as far as requests reach them, and what is asked of who asks. */

import type { Socket } from "node:net";
import type { Entry } from "../access/access-gate.ts";
import type { Admission } from "../access/identity.ts";
import type { Health } from "../monitoring/health.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { ResolvedHttp } from "../options/network-options.ts";
import type { DataHandler } from "./data/data-routes.ts";
import type { ResponseLimit } from "./lasting-responses.ts";
import type { MoviesHandler } from "./movies/movie-site.ts";
import type { ControlsHandler } from "./routes/control-routes.ts";
import type { ExactHandler } from "./routes/exact-routes.ts";
import type { HlsHandler } from "./routes/hls-routes.ts";
import type { JobsHandler } from "./routes/job-routes.ts";
import type { MultipartOptions } from "./routes/multipart-stream.ts";
import type { OutputsHandler } from "./routes/output-routes.ts";
import type { PictureHandler } from "./routes/picture-routes.ts";
import type { RecordingsHandler } from "./routes/recording-routes.ts";
import type { Preview, SceneList } from "./routes/scene-routes.ts";
import type { WhepHandler } from "./routes/whep-routes.ts";
import type { HttpViewerOptions } from "./viewers/http-viewer.ts";
import type { SignalingSocketOptions } from "./viewers/signaling-socket.ts";

export type HttpSiteOptions = ResolvedHttp & {
  /** What is asked of who wants in. */
  readonly entry: Entry;
  readonly whep: WhepHandler;
  /** The pictures of a room. Throws `StreamError` where there is no such scene and can be none. */
  picturesOf(admission: Admission): PictureHandler;
  /** The exact pictures of a room at rest, in the same way. */
  exactOf(admission: Admission): ExactHandler;
  /** The stream of a room for players by HTTP, in the same way. */
  hlsOf(admission: Admission): HlsHandler;
  /** The controls of a room, for who may set them and for who may not. Throws `StreamError` where there is no such room. */
  controlsOf(admission: Admission): ControlsHandler;
  /** The data of a room, opened where it is to be filled. Throws `StreamError` where there is no such room. */
  dataOf(admission: Admission, isFilled: boolean): DataHandler;
  /** What is recorded of a room. Throws `StreamError` where there can be no such room. */
  recordingsOf(admission: Admission): RecordingsHandler;
  /** What of a room is sent on to servers of others. Throws `StreamError` where there is no such room. */
  outputsOf(admission: Admission): OutputsHandler;
  /** The folder of movies; null where there is none. */
  readonly movies: MoviesHandler | null;
  /** The jobs that hosts of all rooms see; null where none are shown. */
  readonly jobs?: JobsHandler | null;
  /** The scenes, where there are several; else null. */
  readonly scenes: SceneList | null;
  /** A small picture of a room that runs, or of its scene; null where there is none. `known` are the tags of those that are known. */
  previewOf(admission: Admission, known: readonly string[]): Promise<Preview | null>;
  /** Where each who opens the page goes to a room of its own: gives the name of a new one. Else null. */
  readonly newRoom: (() => string) | null;
  /** The address of the page of a room, for who reaches us as `origin`. */
  pageOf(room: string, origin: string): string;
  /** The most pixels of a frame of a program that makes the pictures of a room. */
  readonly maxFramePixels: number;
  readonly metrics: Metrics;
  /** Of one room, of all of a scene ("spheres/*"), or of all where `room` is null. */
  health(room: string | null): Health;
  /** What becomes of what comes through the tunnel of a share link; null without one. */
  readonly tunnel?: TunnelUse | null;
  /** How many may watch by a response that goes on. */
  readonly places: ResponseLimit;
  /** Default: the built page of this package. */
  readonly pageDirectory?: string;
  readonly socket?: SignalingSocketOptions;
  readonly httpViewer?: HttpViewerOptions;
  readonly multipart?: MultipartOptions;
};

/** The tunnel of a share link. */
export type TunnelUse = {
  /** What pictures may take of it for each who watches, in bits a second; null for as much as elsewhere. */
  readonly maxBps: number | null;
  /** A connection came through it. */
  came(socket: Socket): void;
};
