/**
 * Owns one question to a server of WHIP over HTTP. In the scene's process.
 *
 * WN1 What a server of the internet leads us to, where it passes us on or for the session, is asked nothing where it lies on this machine
 *     or in its networks, whatever its name says: so nobody reaches through us what would not let them in.
 */

import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { lookupWithin } from "../../../platform/lookup-within.ts";
import { bareHost } from "../../../platform/loopback.ts";
import { isPublicAddress } from "../../../platform/public-address.ts";
import { WhipRefusal } from "./whip-answer.ts";

export type WhipQuestion = {
  readonly url: URL;
  readonly method: "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether only the internet may be asked (WN1). */
  readonly isFromAfar: boolean;
  readonly signal: AbortSignal;
};

export type WhipReply = {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  /** To be read or destroyed. */
  readonly body: Readable;
  /** Whether it came from the internet. */
  readonly isFromAfar: boolean;
};

/** Rejects with what the connection says, or `WhipRefusal` (WN1). Redirects are answers. */
export type Ask = (question: WhipQuestion) => Promise<WhipReply>;

/** `isPublic` says which addresses are of the internet. */
export function askBy(isPublic: (address: string) => boolean): Ask {
  return ({ url, method, headers, body, isFromAfar, signal }) => {
    const host = bareHost(url.hostname);
    if (isFromAfar && isIP(host) !== 0 && !isPublic(host)) return Promise.reject(ledAstray());
    const { promise, resolve, reject } = Promise.withResolvers<WhipReply>();
    const start = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = start(url, {
      method,
      headers: { "User-Agent": "scenecast", ...headers },
      ...(isFromAfar ? { lookup: lookupWithin(isPublic, ledAstray) } : {}),
      agent: false,
      signal,
    });
    request.once("response", (response) => {
      // What becomes of it later is for who reads it.
      response.on("error", () => undefined);
      const get = (name: string): string | null => textOf(response.headers[name.toLowerCase()]);
      const from = response.socket.remoteAddress ?? "";
      resolve({ status: response.statusCode ?? 0, headers: { get }, body: response, isFromAfar: isPublic(from) });
    });
    request.on("error", reject);
    request.end(body);
    return promise;
  };
}

export const askOverNet: Ask = askBy(isPublicAddress);

function textOf(value: string | string[] | undefined): string | null {
  return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
}

function ledAstray(): WhipRefusal {
  return new WhipRefusal("the server passes us on into a network of this machine", { isFinal: true });
}
