/**
 * Owns asking an address of HTTP for what is there, redirects followed. In the process that downloads.
 *
 * HG1 For what a list from the net names, no connection is made to an address of this machine or of its networks, whatever names and
 *     redirects say, but to the server that the list came from, at the very address that it came from: its name may mean another one now.
 */

import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { StreamError } from "../../shared/errors.ts";
import { lookupWithin } from "../platform/lookup-within.ts";
import { isPublicAddress } from "../platform/public-address.ts";

/** What may be reached: everything, or the internet and this one host (with its port) at one of these addresses. */
export type Reach =
  | { readonly kind: "all" }
  | { readonly kind: "internet"; readonly besides: string; readonly at: readonly string[] };

export type HttpQuestion = {
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly reach: Reach;
  /** So long nothing may come, in milliseconds. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Hears from which address each answer came. */
  readonly answered?: (url: URL, address: string) => void;
};

const MAX_REDIRECTS = 10;
const redirects = [301, 302, 303, 307, 308];

/** Resolves with the answer, whose body is to be read or destroyed. Rejects with `StreamError` "input-failed" where asking again is of no use. */
export async function fetchHttp({ address, ...question }: HttpQuestion): Promise<IncomingMessage> {
  let at = address;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    checkAddress(at, question.reach);
    const response = await ask(at, address, question);
    const { statusCode = 0, headers } = response;
    question.answered?.(at, response.socket.remoteAddress ?? "");
    if (!redirects.includes(statusCode)) return response;
    response.destroy();
    const next = headers.location === undefined ? null : URL.parse(headers.location, at.href);
    if (next === null) throw new StreamError("input-failed", `${shownUrl(address)} leads nowhere.`);
    at = next;
  }
  throw new StreamError("input-failed", `${shownUrl(address)} leads round in a circle.`);
}

/** As people may see it: without what lets in. */
export function shownUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

/** HG1, for what is written as a number; names are looked up when the connection is made. */
function checkAddress(url: URL, reach: Reach): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new StreamError("input-failed", `${shownUrl(url)} is no address of HTTP.`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (reach.kind === "all" || isIP(host) === 0 || mayConnect(url, host, reach)) return;
  throw refused(url);
}

function mayConnect(
  { host }: URL,
  address: string,
  { besides, at }: Extract<Reach, { readonly kind: "internet" }>,
): boolean {
  return isPublicAddress(address) || (host === besides && at.includes(address));
}

function refused(url: URL): StreamError {
  const sentence = `${shownUrl(url)} is in a network of this machine, where a list from the net may not lead.`;
  return new StreamError("input-failed", sentence);
}

function ask(
  url: URL,
  first: URL,
  { headers, reach, idleMs, signal }: Omit<HttpQuestion, "address">,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const start = url.protocol === "https:" ? requestHttps : requestHttp;
  // Who redirects elsewhere is not to hand on what lets in.
  const auth = url.origin === first.origin ? authOf(first) : null;
  const request = start(url, {
    headers: { "accept-encoding": "identity", "user-agent": "scenecast", ...headers },
    ...(auth === null ? {} : { auth }),
    ...(reach.kind === "all"
      ? {}
      : {
          lookup: lookupWithin(
            (to) => mayConnect(url, to, reach),
            () => refused(url),
          ),
        }),
    timeout: idleMs,
    signal,
    agent: false,
  });
  request.on("timeout", () => request.destroy(new Error(`nothing came for ${Math.round(idleMs / 1000)} s`)));
  request.once("response", resolve);
  request.on("error", reject);
  request.end();
  return promise;
}

function authOf({ username, password }: URL): string | null {
  return username === "" ? null : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}
