/**
 * Owns what is asked to be filmed: files, folders, addresses, and lists of them. In the process that films.
 *
 * VL1 A list from the net may name addresses of HTTP alone, and leads into no network of this machine (HG1).
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { StreamError } from "../../shared/errors.ts";
import { visible } from "../platform/visible-text.ts";
import { fetchHttp, type Reach, shownUrl } from "./http-fetch.ts";

/** Where a movie is to be had. */
export type MovieSource = {
  /** What people call it: the name of its file, or what a playlist says. */
  readonly title: string;
  readonly from:
    | { readonly kind: "file"; readonly path: string }
    | { readonly kind: "address"; readonly address: string; readonly reach: Reach }
    /** Named by a list that may not name it. */
    | { readonly kind: "refused"; readonly text: string; readonly reason: string };
};

const MAX_MOVIES = 10_000;
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const IDLE_MS = 30_000;
const lists = [".txt", ".m3u", ".m3u8"];
/** What counts as a movie in a folder. */
const movies = new Set(
  "3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogm ogv ts webm wmv".split(" ").map((ending) => `.${ending}`),
);

/** Reads what is named, each once, in its order. Rejects with `StreamError` "input-failed" where a list or a folder cannot be read. */
export async function readSources(names: readonly string[], signal: AbortSignal): Promise<readonly MovieSource[]> {
  const all: MovieSource[] = [];
  for (const name of names) all.push(...(await sourcesOf(name, signal)));
  const once = [...new Map(all.map((source) => [sourceKey(source), source])).values()];
  if (once.length > MAX_MOVIES) throw new StreamError("input-failed", `There are more than ${MAX_MOVIES} movies.`);
  return once;
}

/** What makes it this movie and no other. */
export function sourceKey({ from }: MovieSource): string {
  return from.kind === "file" ? from.path : from.kind === "address" ? from.address : `refused ${from.text}`;
}

async function sourcesOf(name: string, signal: AbortSignal): Promise<readonly MovieSource[]> {
  const url = addressIn(name);
  if (url !== null) {
    if (!isList(url.pathname)) return [movieAt(url, { kind: "all" }, null)];
    const { text, at } = await downloadList(url, signal);
    const reach: Reach = { kind: "internet", besides: url.host, at };
    return entriesOf(text, shownUrl(url)).map((entry) => fromNet(entry, url, reach));
  }
  const path = name.startsWith("file:") ? fileURLToPath(name) : resolve(name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return moviesIn(path);
  if (found === undefined || !isList(path)) return [movieFile(path, null)];
  if (found.size > MAX_LIST_BYTES) throw new StreamError("input-failed", `${path} is too long for a list.`);
  return entriesOf(readText(path), path).map((entry) => fromFile(entry, dirname(path)));
}

type Entry = { readonly text: string; readonly title: string | null };

/** A line each, as in M3U: what begins with "#" is none, but the title behind "#EXTINF:". */
function entriesOf(text: string, where: string): readonly Entry[] {
  // A playlist of HLS is one movie in pieces, and not a list of movies.
  if (/^#EXT-X-/m.test(text)) throw new StreamError("input-failed", `${where} is a stream, not a list of movies.`);
  const entries: Entry[] = [];
  let title: string | null = null;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    const trimmed = line.trim();
    if (trimmed.startsWith("#")) title = /^#EXTINF:[^,]*,(.+)$/.exec(trimmed)?.[1]?.trim() ?? title;
    else if (trimmed !== "") {
      entries.push({ text: trimmed, title });
      title = null;
    }
  }
  return entries;
}

function fromFile({ text, title }: Entry, folder: string): MovieSource {
  const url = addressIn(text);
  if (url !== null) return movieAt(url, { kind: "all" }, title);
  return movieFile(text.startsWith("file:") ? fileURLToPath(text) : resolve(folder, text), title);
}

/** VL1 */
function fromNet({ text, title }: Entry, list: URL, reach: Reach): MovieSource {
  const url = URL.parse(text, list.href);
  if (url?.protocol === "http:" || url?.protocol === "https:") {
    return movieAt(url, reach, title);
  }
  const reason = "a list from the net may name addresses of HTTP alone.";
  return { title: titleOf(title ?? text), from: { kind: "refused", text, reason } };
}

function moviesIn(folder: string): readonly MovieSource[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new StreamError("input-failed", `${folder} cannot be read.`, { cause: error });
  }
  const order = new Intl.Collator("en", { numeric: true });
  const found = names.filter((name) => movies.has(extname(name).toLowerCase()) && !name.startsWith("."));
  if (found.length === 0) throw new StreamError("input-failed", `There are no movies in ${folder}.`);
  return [...found].sort(order.compare).map((name) => movieFile(join(folder, name), null));
}

function movieFile(path: string, title: string | null): MovieSource {
  return { title: titleOf(title ?? basename(path, extname(path))), from: { kind: "file", path } };
}

function movieAt(url: URL, reach: Reach, title: string | null): MovieSource {
  const name = basename(decoded(url.pathname));
  const known = title ?? (name === "" ? url.hostname : basename(name, extname(name)));
  return { title: titleOf(known), from: { kind: "address", address: url.href, reach } };
}

function titleOf(text: string): string {
  return visible(text.normalize("NFC").replaceAll(/\s+/g, " ").trim()).slice(0, 200) || "movie";
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function addressIn(text: string): URL | null {
  if (!/^https?:\/\//i.test(text)) return null;
  const url = URL.parse(text);
  if (url === null) throw new StreamError("input-failed", `${visible(text)} is no address.`);
  return url;
}

function isList(path: string): boolean {
  return lists.includes(extname(path).toLowerCase());
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new StreamError("input-failed", `${path} cannot be read.`, { cause: error });
  }
}

/** What it says, and the addresses of the server that it came from. */
async function downloadList(
  address: URL,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly at: readonly string[] }> {
  const shown = shownUrl(address);
  const at: string[] = [];
  const answered = (url: URL, from: string): void => {
    if (url.host === address.host) at.push(from);
  };
  let response: IncomingMessage | null = null;
  try {
    response = await fetchHttp({ address, headers: {}, reach: { kind: "all" }, idleMs: IDLE_MS, signal, answered });
    if (response.statusCode !== 200) throw new Error(`the server answers with status ${response.statusCode}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_LIST_BYTES) throw new Error("it is too long for a list");
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString(), at };
  } catch (error) {
    if (signal.aborted) throw new StreamError("closed", "It was stopped.");
    if (error instanceof StreamError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamError("input-failed", `${shown} cannot be downloaded: ${reason}.`, { cause: error });
  } finally {
    response?.destroy();
  }
}
