/** Owns who asks and how, as far as proxies that are trusted say it (`X-Forwarded-*`). */

import type { IncomingMessage } from "node:http";
import express from "express";
import { isLoopback } from "../platform/loopback.ts";

export type RequestSource = {
  /** The address of who asks. */
  readonly address: string;
  /** Whether it reaches us, or the proxy in front, by TLS. */
  readonly isSecure: boolean;
  /** The host that it named. */
  readonly host: string | undefined;
  /** Whether it comes through the tunnel of the share link. */
  readonly isTunnelled: boolean;
};

/** Whether the proxy at `address` is believed; `hop` counts from us, 0 is who connected. */
export type Trust = (address: string, hop: number) => boolean;

/** The rule for a setting, with the meaning that express gives to `trust proxy`. Null trusts nobody. */
export function trustOf(setting: number | readonly string[] | null): Trust {
  const app = express();
  app.set("trust proxy", setting ?? false);
  return app.get("trust proxy fn") as Trust;
}

export function sourceOf(request: IncomingMessage, trust: Trust): Omit<RequestSource, "isTunnelled"> {
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  const isEncrypted = "encrypted" in request.socket && request.socket.encrypted === true;
  const { host } = request.headers;
  if (!trust(peer, 0)) return { address: peer, isSecure: isEncrypted, host };
  const protocol = firstOf(request.headers["x-forwarded-proto"]);
  return {
    address: addressBehind(peer, request.headers["x-forwarded-for"], trust),
    isSecure: protocol === undefined ? isEncrypted : /^(https|wss)$/i.test(protocol),
    host: firstOf(request.headers["x-forwarded-host"]) ?? host,
  };
}

/** Whether somebody asks for this host by way of this machine, whatever a tunnel that ends here makes of the name. */
export function namesHost({ headers, socket }: IncomingMessage, host: string): boolean {
  // Who asks may have named others before the tunnel did.
  const named = [headers.host, headers["x-forwarded-host"]].flat().flatMap((names) => names?.split(",") ?? []);
  const isOurs = named.some((name) => name.trim().toLowerCase() === host);
  return isOurs && isLoopback(plainAddress(socket.remoteAddress ?? ""));
}

/** From the nearest proxy outwards: the first that is not trusted is who asks. */
function addressBehind(peer: string, header: string | string[] | undefined, trust: Trust): string {
  const listed = [header ?? []].flat().join(",").split(",");
  const hops = [
    peer,
    ...listed
      .map((address) => plainAddress(address.trim()))
      .filter((address) => address !== "")
      .reverse(),
  ];
  return hops.find((address, hop) => hop === hops.length - 1 || !trust(address, hop)) ?? peer;
}

/** An IPv4 address that came to an IPv6 socket is written as what it is. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const first = [header ?? []].flat()[0]?.split(",")[0]?.trim();
  return first === "" ? undefined : first;
}
