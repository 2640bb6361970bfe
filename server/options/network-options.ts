/** Owns the options about who reaches the server and how: address, proxies, TLS, access. */

import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { isIP } from "node:net";
import type { Authenticate } from "../access/authentication.ts";
import { fieldsOf, isNumber, isPath, optionalText, text, texts, wholeNumber } from "../platform/option-checks.ts";
import { randomWord } from "../platform/random-word.ts";

export type { IceOptions } from "./ice-options.ts";
export { publicStun, resolveIce } from "./ice-options.ts";
export { type ResolvedShare, resolveShare, type ShareOptions } from "./share-options.ts";

/** Where the server listens and which pages and proxies it believes. */
export type HttpOptions = {
  /** The port, 0 to 65535; 0 takes any that is free. Default 8080. */
  readonly port?: number;
  /** The name or address to listen on. Default `"127.0.0.1"`, which only this machine reaches. */
  readonly host?: string;
  /**
   * The path under which a proxy mounts the server, like `"/scene"`; it is answered to with and without. In a program's own server
   * (`server`) the path below which all is ours, and nothing else. Default `"/"`.
   */
  readonly basePath?: string;
  /**
   * The address of the page as others reach it, like `"https://example.org/scene/"`: links are made for it, and its host name and
   * origin are ours. Default: where the server listens.
   */
  readonly publicUrl?: string;
  /** PEM files of a certificate and its key; with them the server speaks HTTPS. Default none. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * Which proxies are believed when they say in `X-Forwarded-*` who asks and how: `"loopback"`, `"linklocal"`,
   * `"uniquelocal"`, addresses and subnets, or the number of proxies in front. Default none.
   */
  readonly trustProxy?: number | string | readonly string[];
  /** More host names to answer to where the server is bound to loopback and asks for no token. */
  readonly allowedHosts?: readonly string[];
  /** Origins like `"https://example.org"` whose pages may open viewers, besides our own. */
  readonly allowedOrigins?: readonly string[];
  /** Origins whose pages may show our page in a frame. Default none but our own. */
  readonly frameAncestors?: readonly string[];
  /**
   * Origins whose pages may show our page in a frame and drive it by `postMessage` as whoever is in it: hear its state, people and
   * messages, set controls, send, take snapshots. Default none but our own.
   */
  readonly frameDrivers?: readonly string[];
};

/** Who is let in. */
export type AccessOptions = {
  /**
   * What makes a host: 8 to 256 visible ASCII characters. Everybody must show it, or a link that was made with it; null
   * asks for nothing. Default a random one where `http.host` is not loopback, the scene is shared, there is an `http.publicUrl`, or
   * the server is a program's own (`server`), since nobody knows who reaches that; else null.
   */
  readonly token?: string | null;
  /**
   * Says who makes a request, for an application that knows its users; null for somebody who may not enter. Then it alone
   * decides: there are no tokens and no links. Where it throws, or takes over 10 seconds, nobody is let in. It is asked at
   * every request. Default none.
   */
  readonly authenticate?: Authenticate;
};

/** A server of a program, which listens where and as the program says. */
export type ProgramServer = Server | SecureServer;

export type ResolvedHttp = {
  readonly port: number;
  /** Null in a program's own server, of which nobody knows who reaches it. */
  readonly host: string | null;
  /** Empty, or beginning with a slash and ending without one. */
  readonly basePath: string;
  /** Ends with a slash; null where it is where the server listens. */
  readonly publicUrl: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly trustProxy: number | readonly string[] | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** With `frameDrivers` among them. */
  readonly frameAncestors: readonly string[];
  readonly frameDrivers: readonly string[];
};

export type ResolvedAccess = {
  /** Null where nobody is asked for one. */
  readonly token: string | null;
  /** Whether it was named rather than made up, so that it may be the same at the next start. */
  readonly isOwnToken: boolean;
  readonly authenticate: Authenticate | null;
};

const httpKeys = [
  "port",
  "host",
  "basePath",
  "publicUrl",
  "tls",
  "trustProxy",
  "allowedHosts",
  "allowedOrigins",
  "frameAncestors",
  "frameDrivers",
] as const;
const originRule = "an origin like https://example.org";
const isHostName = (value: string): boolean => /^[\w.:%-]{1,253}$/.test(value);

/** Throws `TypeError` naming the option and its rule, as all of these. Undefined where the server has a port of its own. */
export function programServerOf(value: unknown): ProgramServer | null | undefined {
  if (value === undefined || value === null) return value;
  // Whoever has such a server has loaded these; loaded for all, they would keep the scene waiting for its process.
  const [http, https] = [process.getBuiltinModule("node:http"), process.getBuiltinModule("node:https")];
  if (value instanceof http.Server || value instanceof https.Server) return value;
  throw new TypeError("options.server must be an http.Server or https.Server of Node, or null.");
}

/** `isProgramServer`: whether a program's own server listens. */
export function resolveHttp(value: unknown, isProgramServer: boolean): ResolvedHttp {
  const fields = fieldsOf("options.http", value, httpKeys);
  for (const key of isProgramServer ? (["port", "host", "tls"] as const) : []) {
    if (fields[key] === undefined) continue;
    throw new TypeError(
      `options.http.${key} must be left out with options.server, which listens as your program says.`,
    );
  }
  const publicUrl = publicUrlOf(fields["publicUrl"]);
  const known = publicUrl === null ? null : new URL(publicUrl);
  const origins = (key: "allowedOrigins" | "frameAncestors" | "frameDrivers"): readonly string[] =>
    texts(`options.http.${key}`, fields[key], {
      max: 32,
      rule:
        key === "frameAncestors"
          ? `${originRule}, or the scheme of an application's pages, like vscode-webview:`
          : originRule,
      // Browsers know wildcards and schemes where they are told who may show a page; we compare origins.
      fits: (value) =>
        key === "frameAncestors" ? isOrigin(value) || isOwnScheme(value) : isOrigin(value) && !value.includes("*"),
    }).map((origin) => (isOwnScheme(origin) ? origin : new URL(origin).origin));
  const frameDrivers = origins("frameDrivers");
  return {
    port: wholeNumber("options.http.port", fields["port"] ?? 8080, 0, 65_535),
    host: isProgramServer
      ? null
      : text("options.http.host", fields["host"] ?? "127.0.0.1", "a host name or an IP address", isHostName),
    basePath: basePathOf(fields["basePath"]),
    publicUrl,
    tls: tlsOf(fields["tls"]),
    trustProxy: trustProxyOf(fields["trustProxy"]),
    allowedHosts: texts("options.http.allowedHosts", fields["allowedHosts"], {
      max: 32,
      rule: "a host name without a port",
      fits: (name) => /^[\w.-]{1,253}$/.test(name) || isIP(name) !== 0,
    })
      .map((name) => name.toLowerCase())
      .concat(known?.hostname ?? []),
    // A proxy that names us otherwise in `Host` makes our own page one of another origin.
    allowedOrigins: [...origins("allowedOrigins"), ...(known === null ? [] : [known.origin])],
    frameAncestors: [...new Set([...origins("frameAncestors"), ...frameDrivers])],
    frameDrivers,
  };
}

/** Throws `TypeError`. A token is made where none was named and others than this machine reach the server, which `isReached` says. */
export function resolveAccess(value: unknown, isReached: boolean): ResolvedAccess {
  const fields = fieldsOf("options.access", value, ["token", "authenticate"]);
  const authenticate = authenticateOf(fields["authenticate"]);
  const rule = "8 to 256 visible ASCII characters without spaces";
  const isToken = (token: string): boolean => /^[\x21-\x7e]{8,256}$/.test(token);
  const token = optionalText("options.access.token", fields["token"], rule, isToken);
  if (authenticate !== null && token !== null) {
    throw new TypeError("options.access.authenticate cannot be combined with options.access.token.");
  }
  if (fields["token"] !== undefined || authenticate !== null || !isReached) {
    return { token, isOwnToken: token !== null, authenticate };
  }
  return { token: randomWord(18), isOwnToken: false, authenticate };
}

function authenticateOf(value: unknown): Authenticate | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "function") throw new TypeError("options.access.authenticate must be a function.");
  return value as Authenticate;
}

function basePathOf(value: unknown): string {
  const rule = "a path that begins with a slash, like /scene";
  const path = text(
    "options.http.basePath",
    value ?? "/",
    rule,
    (text) => /^(\/[\w.~@:+%-]+)*\/?$/.test(text) && !/\/\.\.?(\/|$)/.test(text),
  );
  return path.replace(/\/$/, "");
}

function publicUrlOf(value: unknown): string | null {
  const rule = "an address like https://example.org/scene/, without a query, a fragment or a password";
  const isPage = (text: string): boolean => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === "";
  };
  const url = optionalText("options.http.publicUrl", value, rule, isPage);
  return url === null ? null : new URL(url).href.replace(/\/?$/, "/");
}

function tlsOf(value: unknown): ResolvedHttp["tls"] {
  if (value === undefined || value === null) return null;
  const fields = fieldsOf("options.http.tls", value, ["cert", "key"]);
  return {
    cert: text("options.http.tls.cert", fields["cert"], "the path of a certificate file", isPath),
    key: text("options.http.tls.key", fields["key"], "the path of the certificate's key file", isPath),
  };
}

function trustProxyOf(value: unknown): ResolvedHttp["trustProxy"] {
  if (value === undefined || value === null) return null;
  if (isNumber(value, 1, 16) && Number.isInteger(value)) return value;
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
  if (Array.isArray(names) && names.length > 0 && names.every(isProxyName)) return names;
  throw new TypeError(
    "options.http.trustProxy must be loopback, linklocal, uniquelocal, addresses or subnets, or a number from 1 to 16.",
  );
}

function isProxyName(value: unknown): value is string {
  if (typeof value !== "string") return false;
  if (["loopback", "linklocal", "uniquelocal"].includes(value)) return true;
  const [address = "", bits, ...rest] = value.split("/");
  const maxBits = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits);
}

/** Of an application's own pages: of the web's schemes, and of data, anybody's pages are. */
function isOwnScheme(value: string): boolean {
  return (
    /^[a-z][a-z\d+.-]{1,31}:$/.test(value) &&
    !/^(https?|wss?|ftp|data|blob|filesystem|about|javascript|file):$/.test(value)
  );
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "" && url.hash === "";
}
