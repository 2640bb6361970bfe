/**
 * Owns the HTTP of a queue's owner: who may ask what, how large it may be, and how it is answered. In the owner's process. The words are in
 * owner-messages.ts.
 *
 * QS1 Without the key or a token nothing is answered but 401, and no body is read.
 * QS2 No request is larger than `MAX_JSON_BYTES`, or `PART_BYTES` for files, and none that says nothing for a minute is waited for.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { StreamError } from "../../../shared/errors.ts";
import { MAX_JSON_BYTES, PART_BYTES } from "./owner-messages.ts";
import type { OwnerRoutes } from "./owner-route.ts";
import { SentRefusal } from "./sent-files.ts";

const SILENT_MS = 60_000;
const MAX_CONNECTIONS = 2_000;
const MAX_TOKEN = 200;

/** Not listening yet. `key` is that of the record. */
export function ownerServer(routes: OwnerRoutes, key: string): Server {
  const server = createServer({ requestTimeout: 0, headersTimeout: SILENT_MS, keepAliveTimeout: 10_000 });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(SILENT_MS);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(routes, key, request, response).catch((error: unknown) => refuse(response, error));
  });
  return server;
}

async function answer(
  routes: OwnerRoutes,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Cache-Control", "no-store");
  const shown = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (shown === "" || shown.length > MAX_TOKEN) return end(response, 401, "Show a key or a token.");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://owner");
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  if (route === undefined) return end(response, 404, "There is nothing of this name.");
  if (request.method !== route.method) return end(response, 405, `Ask by ${route.method}.`);
  // QS1; whether a token is anybody's, the route sees.
  if (route.isForKey && !isSame(shown, key)) return end(response, 401, "The key is wrong.");
  const body = await bodyOf(request, route.method === "PUT" ? PART_BYTES : MAX_JSON_BYTES);
  const made = await route.answer({ query: searchParams, token: shown, body });
  if ("file" in made) return await sendFile(made.file, request, response);
  if ("status" in made) return void response.writeHead(204).end();
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(made.json ?? null));
}

async function sendFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size } = await stat(path);
  const [, from] = /^bytes=(\d{1,15})-$/.exec(request.headers.range ?? "") ?? [];
  const start = Math.min(Number(from ?? 0), size);
  response.writeHead(from === undefined ? 200 : 206, {
    "Content-Length": size - start,
    "Content-Type": "application/octet-stream",
    ...(from === undefined ? {} : { "Content-Range": `bytes ${start}-${Math.max(start, size - 1)}/${size}` }),
  });
  if (start === size) return void response.end();
  await pipeline(createReadStream(path, { start }), response).catch(() => response.destroy());
}

/** QS2 */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): SentRefusal => new SentRefusal(413, `A request may have ${maxBytes} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof SentRefusal) end(response, error.status, error.message);
  else if (error instanceof TypeError) end(response, 400, error.message);
  else if (error instanceof StreamError) end(response, error.code === "output-failed" ? 507 : 503, error.message);
  else if (error instanceof SyntaxError) end(response, 400, "The request is no JSON.");
  else end(response, 500, "The owner failed.");
}

function end(response: ServerResponse, status: number, error: string): void {
  if (response.headersSent) return void response.destroy();
  // What is still to come is not read.
  response.writeHead(status, { "Content-Type": "application/json", Connection: "close" });
  response.end(JSON.stringify({ error }));
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
