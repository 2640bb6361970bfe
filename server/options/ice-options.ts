/** Owns the options about ICE: STUN, TURN, ports, addresses. Every default and every check. */

import { isIP } from "node:net";
import { type Fields, fieldsOf, oneOf, optionalText, texts, wholeNumber } from "../platform/option-checks.ts";
import type { IceSettings, TurnCredentials } from "../transport/ice/ice-servers.ts";

/** How WebRTC finds its way to viewers. */
export type IceOptions = {
  /**
   * STUN servers, as `stun:host:port`, at most 8; an empty list for none. Default none: no server is asked; but with a share link,
   * whose tunnel carries no UDP, two public ones are.
   */
  readonly stun?: readonly string[];
  /** TURN servers, as `turn:host:port?transport=udp`, `…=tcp` or `turns:host:port`, at most 8. Default none. */
  readonly turn?: readonly string[];
  /** A user name that the TURN servers know. Default none. */
  readonly turnUsername?: string;
  /** The password that goes with it. Default none. */
  readonly turnPassword?: string;
  /** Instead of these: a secret that the TURN servers know; each viewer gets a password of its own made from it. Default none. */
  readonly turnSecret?: string;
  /** How long such a password works, in seconds, 60 to 604 800. Default 86 400, a day. */
  readonly turnTtlSeconds?: number;
  /** The UDP ports for video, first and last; a viewer takes one for each address of the machine. Default any. */
  readonly ports?: readonly [first: number, last: number];
  /** The IP address under which viewers reach this machine, where that is not its own, as behind a one-to-one NAT. */
  readonly publicIp?: string;
  /** `"relay"`: video goes through the TURN server only, and the server's own addresses are not told. Default `"all"`. */
  readonly policy?: "all" | "relay";
};

/** Asked for the addresses of both ends where a share link's tunnel is to be passed by; both are free and well known. */
export const publicStun: readonly string[] = ["stun:stun.cloudflare.com:3478", "stun:stun.l.google.com:19302"];

const keys = [
  "stun",
  "turn",
  "turnUsername",
  "turnPassword",
  "turnSecret",
  "turnTtlSeconds",
  "ports",
  "publicIp",
  "policy",
] as const;

const host = String.raw`(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?`;
const stunUrl = new RegExp(`^stuns?:${host}$`, "i");
const turnUrl = new RegExp(String.raw`^(turn:${host}(\?transport=(udp|tcp))?|turns:${host}(\?transport=tcp)?)$`, "i");
const isText = (value: string): boolean => value !== "" && value.length <= 256;

/** Throws `TypeError` naming the option and its rule. `isShared`: viewers come through a tunnel. */
export function resolveIce(value: unknown, isShared: boolean = false): IceSettings {
  const fields = fieldsOf("options.ice", value, keys);
  const turn = urls(
    "options.ice.turn",
    fields["turn"],
    turnUrl,
    "turn:host:port?transport=udp, …=tcp or turns:host:port",
  );
  const policy = oneOf("options.ice.policy", fields["policy"] ?? "all", ["all", "relay"] as const);
  const credentials = credentialsOf(fields);
  if (turn.length > 0 && credentials === null) {
    throw new TypeError("options.ice.turn needs turnUsername and turnPassword, or turnSecret.");
  }
  if (policy === "relay" && turn.length === 0) {
    throw new TypeError("options.ice.policy can be relay only with a TURN server in options.ice.turn.");
  }
  // By TURN alone nobody is told an address of ours.
  const defaultStun = isShared && policy === "all" ? publicStun : [];
  return {
    stun:
      fields["stun"] === undefined ? defaultStun : urls("options.ice.stun", fields["stun"], stunUrl, "stun:host:port"),
    turn,
    credentials,
    ports: portsOf(fields["ports"]),
    publicIp: optionalText("options.ice.publicIp", fields["publicIp"], "an IP address", (text) => isIP(text) !== 0),
    policy,
  };
}

function urls(name: string, value: unknown, pattern: RegExp, form: string): readonly string[] {
  return texts(name, value, { max: 8, rule: `written like ${form}`, fits: (url) => pattern.test(url) });
}

function credentialsOf(fields: Fields): TurnCredentials | null {
  const read = (key: "turnUsername" | "turnPassword" | "turnSecret"): string | null =>
    optionalText(`options.ice.${key}`, fields[key], "text of 1 to 256 characters", isText);
  const [username, password, secret] = [read("turnUsername"), read("turnPassword"), read("turnSecret")];
  const ttlSeconds = wholeNumber("options.ice.turnTtlSeconds", fields["turnTtlSeconds"] ?? 86_400, 60, 604_800);
  if (secret !== null && (username !== null || password !== null)) {
    throw new TypeError("options.ice.turnSecret cannot be combined with turnUsername and turnPassword.");
  }
  if (secret !== null) return { kind: "secret", secret, ttlSeconds };
  if (username !== null && password !== null) return { kind: "static", username, password };
  if (username === null && password === null) return null;
  throw new TypeError("options.ice.turnUsername and turnPassword must be given together.");
}

function portsOf(value: unknown): IceSettings["ports"] {
  if (value === undefined || value === null) return null;
  const [first, last, ...rest] = Array.isArray(value) ? (value as unknown[]) : [];
  const isPort = (port: unknown): port is number =>
    Number.isInteger(port) && Number(port) >= 1024 && Number(port) <= 65_535;
  if (!isPort(first) || !isPort(last) || last <= first || rest.length > 0) {
    throw new TypeError("options.ice.ports must be two ports from 1024 to 65535, the lower one first.");
  }
  return { first, last };
}
