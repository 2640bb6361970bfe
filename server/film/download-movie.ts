/**
 * Owns downloading one movie by HTTP into a file. In the process that downloads.
 *
 * DM1 What is there already of the same thing is not downloaded again: it goes on by a range, if the server says that nothing was changed
 *     (RFC 9110, sections 13.1.5 and 14); else it begins anew.
 * DM2 The file has its name only when it is whole.
 * DM3 It is tried again, ever later, as long as something comes now and then; what the server refuses for good is told at once.
 */

import { type FileHandle, open, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BackOff } from "../../shared/back-off.ts";
import { StreamError } from "../../shared/errors.ts";
import { diskWords } from "../platform/disk-words.ts";
import { fetchHttp, type Reach, shownUrl } from "./http-fetch.ts";

export type MovieDownload = {
  readonly address: string;
  /** Where the movie is when it is whole; `.part` and `.json` are beside it before. */
  readonly path: string;
  readonly maxBytes: number;
  readonly reach: Reach;
};

/** How far it is; null where the server does not say how much it is. */
export type DownloadProgress = { readonly bytes: number; readonly ofBytes: number | null };

export type DownloadContext = {
  readonly progressed: (progress: DownloadProgress) => void;
  /** Told of each attempt that failed. */
  readonly failed: (sentence: string) => void;
  readonly signal: AbortSignal;
  /** The first and the longest wait before it is tried again. Default 500 and 30,000 ms. */
  readonly waits?: { readonly startMs: number; readonly maxMs: number };
  /** So long nothing may come. Default 30,000 ms. */
  readonly idleMs?: number;
};

const MAX_TRIES = 6;
/** Longer no server may have us wait. */
const MAX_WAIT_MS = 120_000;
/** Statuses that pass (RFC 9110, RFC 6585). */
const passing = [408, 425, 429, 500, 502, 503, 504];

type Note = { readonly address: string; readonly validator: string; readonly ofBytes: number | null };

/** What is worth another try; `waitMs` is what the server asks for. */
class Fault extends Error {
  readonly waitMs: number;

  constructor(message: string, waitMs: number = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** What another try would not change. */
class Refusal extends Error {}

/** Resolves with its bytes. Rejects with `StreamError` "input-failed", "output-failed" or "closed". */
export async function downloadMovie(download: MovieDownload, context: DownloadContext): Promise<number> {
  const { startMs, maxMs } = context.waits ?? { startMs: 500, maxMs: 30_000 };
  const backOff = new BackOff({ startMs, maxMs });
  const shown = shownUrl(new URL(download.address));
  for (let tries = 1; ; tries += 1) {
    const before = await sizeOf(partOf(download));
    try {
      return await downloadOnce(download, context);
    } catch (error) {
      if (context.signal.aborted) throw new StreamError("closed", "The download was stopped.");
      const final = error instanceof StreamError ? error : causeOf(error);
      if (final !== null) throw final;
      if ((await sizeOf(partOf(download))) > before) {
        tries = 1;
        backOff.reset();
      }
      const reason = error instanceof Error ? error.message : String(error);
      if (tries >= MAX_TRIES || error instanceof Refusal)
        throw new StreamError("input-failed", `${shown} cannot be downloaded: ${reason}.`);
      const waitMs = Math.max(backOff.next(), error instanceof Fault ? error.waitMs : 0);
      context.failed(`${shown}: ${reason}. It is tried again in ${(waitMs / 1000).toFixed(1)} s.`);
      await sleep(waitMs, undefined, { signal: context.signal }).catch(() => undefined);
    }
  }
}

/** Node wraps what a lookup says. */
function causeOf(error: unknown): StreamError | null {
  return error instanceof Error && error.cause instanceof StreamError ? error.cause : null;
}

async function downloadOnce(download: MovieDownload, context: DownloadContext): Promise<number> {
  const { address, reach } = download;
  const there = await sizeOf(partOf(download));
  const note = there > 0 ? await noteOf(download) : null;
  const headers: Record<string, string> = note === null ? {} : { range: `bytes=${there}-`, "if-range": note.validator };
  const { signal, idleMs = 30_000 } = context;
  const response = await fetchHttp({ address: new URL(address), headers, reach, idleMs, signal });
  try {
    const from = beginOf(response, there, note);
    // What cannot be gone on with is begun anew by the next try.
    if (from === "anew") await rm(`${download.path}.json`, { force: true });
    if (from === "anew") throw new Fault("the server sent another part than it was asked for");
    if (from === null) return await finish(download, there);
    const ofBytes = sizeIn(response, from);
    await checkRoom(download, from, ofBytes);
    await writeNote(download, response, ofBytes);
    const bytes = await writeBody(download, response, { from, ofBytes, context });
    if (ofBytes !== null && bytes < ofBytes) throw new Fault(`the connection ended after ${bytes} of ${ofBytes} bytes`);
    return await finish(download, bytes);
  } finally {
    response.destroy();
  }
}

/** Where the body belongs in the file (DM1); null where the file is whole already, "anew" where the answer is of no use for it. */
function beginOf(
  { statusCode = 0, headers }: IncomingMessage,
  there: number,
  note: Note | null,
): number | "anew" | null {
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") {
    throw new Refusal("the server packs what it sends, though that was not asked for");
  }
  if (statusCode === 200) return 0;
  if (statusCode === 206 && note !== null) {
    const [, first, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
    if (Number(first) === there && (note.ofBytes === null || all === "*" || Number(all) === note.ofBytes)) return there;
    return "anew";
  }
  if (statusCode === 416 && note !== null && note.ofBytes === there) return null;
  if (statusCode === 416 && note !== null) return "anew";
  if (passing.includes(statusCode)) throw new Fault(statusWords(statusCode), waitOf(headers["retry-after"]));
  throw new Refusal(statusWords(statusCode));
}

function statusWords(status: number): string {
  return `the server answers with status ${status}`;
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function waitOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(MAX_WAIT_MS, Math.max(0, ms)) : 0;
}

/** Of the whole movie. */
function sizeIn({ headers }: IncomingMessage, from: number): number | null {
  const length = headers["content-length"];
  return length === undefined ? null : from + Number(length);
}

async function checkRoom({ path, maxBytes }: MovieDownload, from: number, ofBytes: number | null): Promise<void> {
  if (ofBytes === null) return;
  if (ofBytes > maxBytes) throw tooLarge(maxBytes);
  const { bavail, bsize } = await statfs(dirname(path));
  if (ofBytes - from <= bavail * bsize) return;
  throw diskWords(path, Object.assign(new Error("no room"), { code: "ENOSPC" }));
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(`it is larger than ${maxBytes} bytes`);
}

type Body = { readonly from: number; readonly ofBytes: number | null; readonly context: DownloadContext };

async function writeBody(
  download: MovieDownload,
  response: IncomingMessage,
  { from, ofBytes, context }: Body,
): Promise<number> {
  let bytes = from;
  await using file = await onDisk(download, () => open(partOf(download), from === 0 ? "w" : "r+"));
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes + chunk.length > download.maxBytes) throw tooLarge(download.maxBytes);
    const at = bytes;
    await onDisk(download, () => writeAll(file, chunk, at));
    bytes += chunk.length;
    context.progressed({ bytes, ofBytes });
  }
  return bytes;
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** DM2 */
async function finish(download: MovieDownload, bytes: number): Promise<number> {
  await onDisk(download, () => rename(partOf(download), download.path));
  await rm(`${download.path}.json`, { force: true });
  return bytes;
}

async function writeNote(download: MovieDownload, { headers }: IncomingMessage, ofBytes: number | null): Promise<void> {
  const { etag } = headers;
  // What is only weakly the same may differ in its bytes.
  const validator = etag !== undefined && !etag.startsWith("W/") ? etag : headers["last-modified"];
  const path = `${download.path}.json`;
  if (validator === undefined) return await rm(path, { force: true });
  const note: Note = { address: download.address, validator, ofBytes };
  await onDisk(download, () => writeFile(path, JSON.stringify(note), { mode: 0o600 }));
}

async function noteOf(download: MovieDownload): Promise<Note | null> {
  try {
    const note = JSON.parse(await readFile(`${download.path}.json`, "utf8")) as Partial<Note>;
    if (note.address !== download.address || typeof note.validator !== "string") return null;
    return { address: note.address, validator: note.validator, ofBytes: note.ofBytes ?? null };
  } catch {
    return null;
  }
}

async function onDisk<Result>({ path }: MovieDownload, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw diskWords(path, error);
  }
}

function partOf({ path }: MovieDownload): string {
  return `${path}.part`;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
