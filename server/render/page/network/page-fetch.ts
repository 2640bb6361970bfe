/**
 * Owns `fetch` of a page: Node's own, which also takes relative addresses and files. In the render thread and
 * the workers of scenes.
 */

import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Addresses } from "./addresses.ts";
import { inFlight, withCountedBody } from "./in-flight.ts";

export type Fetch = typeof globalThis.fetch;

const types: Readonly<Record<string, string>> = {
  ...{ ".json": "application/json", ".gltf": "model/gltf+json", ".glb": "model/gltf-binary", ".js": "text/javascript" },
  ...{ ".mjs": "text/javascript", ".wasm": "application/wasm", ".png": "image/png", ".jpg": "image/jpeg" },
  ...{
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".avif": "image/avif",
  },
  ...{ ".txt": "text/plain", ".csv": "text/csv", ".html": "text/html", ".css": "text/css", ".xml": "text/xml" },
  ...{ ".mp4": "video/mp4", ".webm": "video/webm", ".ttf": "font/ttf", ".woff2": "font/woff2", ".ktx2": "image/ktx2" },
};

const nativeFetch = globalThis.fetch;

/**
 * What the global object must have under this name for Node's Request to count relative addresses from it: an address. It is
 * what undici, which Node's fetch is, calls the global origin. As a string it is no origin to undici, so that it sends no
 * `Origin: null`, which servers refuse. (To have a Request of our own, or only to look at Node's, would load undici at every
 * start: 30 ms and 10 MB.)
 */
export const requestBase: symbol = Symbol.for("undici.globalOrigin.1");

/**
 * The `fetch` of a page at `addresses.base`. A file that is not there is answered with status 404, as a server would. It asks
 * as a program does: without `Origin` and `Referer`. Node's Request goes with it, by `requestBase`.
 */
export function pageFetch(addresses: Addresses): Fetch {
  const fetchOne: Fetch = async (input, options) => {
    const isRequest = typeof input === "object" && "url" in input;
    const url = isRequest ? new URL(input.url) : addresses.resolve(String(input));
    const signal = options?.signal ?? (isRequest ? input.signal : null);
    signal?.throwIfAborted();
    const file = addresses.fileOf(url);
    if (file !== null) return await fileResponse(file, url.href);
    try {
      // Else some versions of Node send a "file:///".
      return await nativeFetch(isRequest ? input : url, { referrerPolicy: "no-referrer", ...options });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new TypeError(`${url.href} cannot be fetched: ${reasonOf(error)}`, { cause: error });
    }
  };
  return (input, options) => inFlight(fetchOne(input, options).then(withCountedBody));
}

/** The type of a file by its name; empty where it is not known. */
export function typeOfFile(file: string): string {
  return types[extname(file).toLowerCase()] ?? "";
}

async function fileResponse(file: string, address: string): Promise<Response> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) {
    return withAddress(new Response(null, { status: 404, statusText: "there is no such file" }), address);
  }
  const blob = await openAsBlob(file, { type: typeOfFile(file) });
  const headers = { "content-length": String(found.size), "last-modified": found.mtime.toUTCString() };
  return withAddress(new Response(blob, { headers }), address);
}

function withAddress(response: Response, address: string): Response {
  return Object.defineProperty(response, "url", { value: address });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
