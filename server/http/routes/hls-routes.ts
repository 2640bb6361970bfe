/**
 * Owns `/hls` of a room, the stream for players by HTTP (RFC 8216 and its second edition): `master.m3u8`, and for each size
 * `<size>/live.m3u8`, `<size>/init….mp4`, `<size>/<number>.m4s` and, for low latency, `<size>/<number>.<part>.m4s`. All addresses in
 * playlists are relative and without a secret: who may watch shows it as everywhere, by cookie or header, with each request.
 *
 * HL1 What is asked for before it is there, a playlist or the next part, waits for it; of one connection so many at most.
 * HL2 All who ask for the same are sent the same memory.
 * HL3 Who does not take what was asked for within a minute is cut, so that nobody holds old segments in memory.
 */

import type { Socket } from "node:net";
import express, { type Request, type Response, type Router } from "express";
import { StreamError } from "../../../shared/errors.ts";
import { type ErrorStatuses, orRefuse, refuse, refuseMethod } from "../refusals.ts";

/** A part, or a whole segment where `part` is null. */
type Awaited = { readonly sequence: number; readonly part: number | null };

/** Who has one size of the stream. */
export type HlsSizeHandler = {
  readonly playlist: Buffer | null;
  /** Calls `done` when it is there, or will not be. Returns what takes it off. Throws `TypeError` and `StreamError`. */
  whenThere(awaited: Awaited, done: (isThere: boolean) => void): () => void;
  isNext(sequence: number, part: number): boolean;
  segment(sequence: number): readonly Uint8Array[] | null;
  part(sequence: number, part: number): Uint8Array | null;
  init(name: string): Uint8Array | null;
};

/** Who has the stream. What it throws is `StreamError`. */
export type HlsHandler = {
  /** Who asked has `gone` when it aborts. */
  master(gone: AbortSignal): Promise<string>;
  size(name: string): HlsSizeHandler | null;
  /** Somebody asked for a playlist; whether it waits for the next part. */
  noteReload(waits: boolean): void;
  countSent(bytes: number): void;
};

export type HlsRoutesOptions = {
  /** Throws `StreamError` where there is no such room, and can be none. */
  readonly hlsOf: (request: Request) => HlsHandler;
  /** How long a part or a segment may take on its way, in milliseconds. Default a minute. */
  readonly maxSendMs?: number;
};

const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
/** A player waits for its playlist and for a part; several may have one connection by a proxy, or by HTTP/2 before it. */
const MAX_WAITING = 100;
const MAX_SEND_MS = 60_000;
const NOTHING = "There is nothing of this name here, or no more.";
const statuses: ErrorStatuses = { "not-allowed": 404, "no-room": 404, "too-fast": 429 };
const waitingOf = new WeakMap<Socket, number>();

type Asked = {
  readonly handler: HlsHandler;
  readonly size: HlsSizeHandler;
  readonly request: Request;
  readonly response: Response;
  readonly maxSendMs: number;
};

export function hlsRoutes({ hlsOf, maxSendMs = MAX_SEND_MS }: HlsRoutesOptions): Router {
  const router = express.Router();
  const only = (_request: Request, response: Response) => refuseMethod(response, "GET, HEAD");
  router
    .route("/hls/master.m3u8")
    .get(orRefuse(statuses, (request, response) => answerMaster(hlsOf(request), request, response)))
    .all(only);
  router
    .route("/hls/:size/:file")
    .get(
      orRefuse(statuses, (request, response) => {
        const handler = hlsOf(request);
        const size = handler.size(String(request.params["size"]));
        if (size === null) return refuse(response, 404, NOTHING);
        answer({ handler, size, request, response, maxSendMs }, String(request.params["file"]));
      }),
    )
    .all(only);
  return router;
}

async function answerMaster(handler: HlsHandler, request: Request, response: Response): Promise<void> {
  const giveBack = takePlace(request, response);
  if (giveBack === null) return;
  const gone = new AbortController();
  response.once("close", () => gone.abort(new StreamError("closed", "The asker has gone.")));
  try {
    sendPlaylist(response, Buffer.from(await handler.master(gone.signal)));
  } finally {
    giveBack();
  }
}

function answer(asked: Asked, file: string): void {
  const { size, response } = asked;
  if (file === "live.m3u8") return answerPlaylist(asked);
  if (file.startsWith("init")) return sendMedia(asked, "video/mp4", size.init(file));
  const [, sequence, , part] = /^(\d{1,15})(\.(\d{1,6}))?\.m4s$/.exec(file) ?? [];
  if (sequence === undefined) return refuse(response, 404, NOTHING);
  if (part === undefined) return sendMedia(asked, "video/iso.segment", size.segment(Number(sequence)));
  answerPart(asked, Number(sequence), Number(part));
}

function answerPlaylist(asked: Asked): void {
  const { handler, size, request, response } = asked;
  const awaited = awaitedIn(request);
  handler.noteReload(awaited !== null);
  const send = () => {
    const { playlist } = size;
    if (playlist === null) return refuse(response, 503, "There is no picture yet. Try again in a second.");
    handler.countSent(playlist.length);
    sendPlaylist(response, playlist);
  };
  // Who asks for the playlist that there is, before there is one, waits as well.
  if (awaited === null && size.playlist !== null) return send();
  wait(asked, awaited ?? { sequence: 0, part: null }, (isThere) => {
    if (isThere) send();
    else refuse(response, 503, "This did not come in time. Try again in a second.");
  });
}

function answerPart(asked: Asked, sequence: number, part: number): void {
  const { size } = asked;
  const send = () => sendMedia(asked, "video/iso.segment", size.part(sequence, part));
  // What the hint of the playlist named, and is being made.
  if (size.part(sequence, part) === null && size.isNext(sequence, part)) wait(asked, { sequence, part }, send);
  else send();
}

function wait({ size, response, request }: Asked, awaited: Awaited, done: (isThere: boolean) => void): void {
  const giveBack = takePlace(request, response);
  if (giveBack === null) return;
  try {
    const off = size.whenThere(awaited, (isThere) => {
      giveBack();
      done(isThere);
    });
    response.once("close", off);
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** HL1: a place of those that wait on this connection. Returns what gives it back, as the end of the answer does; null where it refused. */
function takePlace({ socket }: Request, response: Response): (() => void) | null {
  const waiting = waitingOf.get(socket) ?? 0;
  if (waiting >= MAX_WAITING) {
    refuse(response, 429, "This connection waits for too much at once.");
    return null;
  }
  waitingOf.set(socket, waiting + 1);
  let isBack = false;
  const giveBack = (): void => {
    if (isBack) return;
    isBack = true;
    waitingOf.set(socket, (waitingOf.get(socket) ?? 1) - 1);
  };
  response.once("close", giveBack);
  return giveBack;
}

/** What `_HLS_msn` and `_HLS_part` ask for (section 6.2.5); null where they ask for nothing. Throws `TypeError`. */
function awaitedIn({ query }: Request): Awaited | null {
  const { _HLS_msn: sequence, _HLS_part: part } = query;
  if (sequence === undefined && part === undefined) return null;
  if (sequence === undefined) throw new TypeError("_HLS_part must come with _HLS_msn.");
  return {
    sequence: wholeNumber("_HLS_msn", sequence),
    part: part === undefined ? null : wholeNumber("_HLS_part", part),
  };
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value === "string" && /^\d{1,15}$/.test(value)) return Number(value);
  throw new TypeError(`${name} must be a whole number.`);
}

/** A new one is there as soon as the next part is. */
function sendPlaylist(response: Response, text: Buffer): void {
  response.writeHead(200, {
    "Content-Type": PLAYLIST_TYPE,
    "Content-Length": text.length,
    "Cache-Control": "no-cache",
  });
  response.end(text);
}

/** What a name stands for never changes (LW1). */
function sendMedia(
  { handler, response, request, maxSendMs }: Asked,
  type: string,
  found: Uint8Array | readonly Uint8Array[] | null,
): void {
  if (found === null) return refuse(response.set("Cache-Control", "no-cache"), 404, NOTHING);
  const pieces = found instanceof Uint8Array ? [found] : found;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": length,
    "Cache-Control": "private, max-age=60, immutable",
  });
  if (request.method === "HEAD") return void response.end();
  handler.countSent(length);
  // HL3
  const deadline = setTimeout(() => response.destroy(), maxSendMs);
  response.once("close", () => clearTimeout(deadline));
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}
