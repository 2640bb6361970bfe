/** Owns what is known of STUN and TURN servers, and the credentials that a viewer gets for them. Pure. */

import { createHmac } from "node:crypto";
import type { IceServer } from "../../../shared/signaling.ts";

/** How ICE goes about it: the servers that help, the ports, the addresses. Checked by `resolveOptions`. */
export type IceSettings = {
  /** URLs of STUN servers, asked by the viewers and by the server. */
  readonly stun: readonly string[];
  /** URLs of TURN servers, for the viewers; with `policy` "relay" for the server as well. */
  readonly turn: readonly string[];
  /** What the TURN servers want; null without TURN servers. */
  readonly credentials: TurnCredentials | null;
  /** The UDP ports that video may take; null for any. */
  readonly ports: { readonly first: number; readonly last: number } | null;
  /** The address under which the world reaches this machine, told to viewers in place of its own. */
  readonly publicIp: string | null;
  /** `relay`: the server sends and receives through its TURN server only. */
  readonly policy: "all" | "relay";
};

export type TurnCredentials =
  | { readonly kind: "static"; readonly username: string; readonly password: string }
  /** Credentials of limited life are made from a secret that the TURN server knows too. */
  | { readonly kind: "secret"; readonly secret: string; readonly ttlSeconds: number };

/** The servers for one viewer, with credentials in its name. `nowMs` is the time since 1970 in milliseconds. */
export function iceServersFor(settings: IceSettings, viewerId: string, nowMs: number = Date.now()): IceServer[] {
  const { stun, turn, credentials } = settings;
  const login = credentials === null ? null : loginOf(credentials, viewerId, nowMs);
  return [
    ...stun.map((urls) => ({ urls })),
    ...(login === null ? [] : turn.map((urls) => ({ urls, username: login.username, credential: login.password }))),
  ];
}

/** draft-uberti-behave-turn-rest-00, section 2.2: the user name is the time of expiry, a colon and a name. */
function loginOf(
  credentials: TurnCredentials,
  viewerId: string,
  nowMs: number,
): { username: string; password: string } {
  if (credentials.kind === "static") return credentials;
  const username = `${Math.floor(nowMs / 1000) + credentials.ttlSeconds}:${viewerId}`;
  return { username, password: createHmac("sha1", credentials.secret).update(username).digest("base64") };
}
