/** Owns the words of `scenecast link`: its flags and what they mean. Pure. */

import { parseArgs } from "node:util";
import { type Role, roles } from "../../shared/people.ts";
import { isRoom, nameInScene, roomIn, roomRule } from "../access/room-name.ts";
import { isSceneName } from "../options/scene-options.ts";
import { type Environment, portOf } from "./flag-values.ts";

export const linkHelp = `Make a link with which somebody else can enter a scene that scenecast serve is streaming.

  scenecast link                 a link to watch, good for a day

  --role <role>         viewer; a viewer watches, a controller may steer, a host may do everything
  --expires <time>      1d; how long the link works, like 90s, 30m, 2h or 7d
  --room <name>         lead to this room only
  --scene <name>        of several scenes, lead to this one only, or to its room in --room
  --data                it may read and fill the data of the scene, too
  --list                list the links that were made
  --revoke <id>         revoke a link and remove everybody who came by it
  --port <number>       if several servers are running here, use the one on this port
  --url <address>       use a server elsewhere, with its token in --token, in SCENECAST_TOKEN or in the address after #token=
  --token <token>       the token of that server

Exit codes: 0 done, 1 failed, 2 bad arguments.
`;

/** Which server is spoken to. */
export type LinkTarget =
  | { readonly kind: "here"; readonly port: number | null }
  | { readonly kind: "url"; readonly url: string; readonly token: string };

/** What is done there. */
export type LinkAction =
  | {
      readonly kind: "make";
      readonly role: Role;
      readonly expiresSeconds: number;
      readonly room: string | null;
      readonly data: boolean;
    }
  | { readonly kind: "list" }
  | { readonly kind: "revoke"; readonly id: string };

export type LinkCommand = { readonly target: LinkTarget; readonly action: LinkAction };

const flags = {
  role: { type: "string" },
  expires: { type: "string" },
  room: { type: "string" },
  scene: { type: "string" },
  data: { type: "boolean" },
  list: { type: "boolean" },
  revoke: { type: "string" },
  port: { type: "string" },
  url: { type: "string" },
  token: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof flags }>>["values"];

/** Reads what follows `link`; null asks for help. Throws `TypeError` with a line for people. */
export function readLinkArguments(args: readonly string[], environment: Environment): LinkCommand | null {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  if (values.help === true) return null;
  return { action: actionOf(values), target: targetOf(values, environment) };
}

function actionOf({ role, expires, room, scene, data, list, revoke }: Values): LinkAction {
  const making = Object.entries({ role, expires, room, scene, data }).find(([, value]) => value !== undefined)?.[0];
  const other = list === true ? "--list" : "--revoke";
  if (list === true && revoke !== undefined) throw new TypeError("--list and --revoke cannot be used together.");
  if (list === true || revoke !== undefined) {
    if (making !== undefined) throw new TypeError(`--${making} and ${other} cannot be used together.`);
    return revoke === undefined ? { kind: "list" } : { kind: "revoke", id: idOf(revoke) };
  }
  const expiresSeconds = secondsOf(expires ?? "1d");
  return { kind: "make", role: roleOf(role), expiresSeconds, room: roomOf(room, scene), data: data === true };
}

function targetOf({ port, url, token }: Values, environment: Environment): LinkTarget {
  if (url === undefined) {
    if (token !== undefined) throw new TypeError("--token only works together with --url.");
    return { kind: "here", port: port === undefined ? null : portOf(port) };
  }
  if (port !== undefined) throw new TypeError("--port and --url cannot be used together.");
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol) || address.search !== "") {
    throw new TypeError("--url must be an address like https://example.org/scene/.");
  }
  const shown =
    token ?? new URLSearchParams(address.hash.slice(1)).get("token") ?? environment["SCENECAST_TOKEN"] ?? "";
  if (shown === "") throw new TypeError("--url needs the server's token, in --token or SCENECAST_TOKEN.");
  if (!/^[\x21-\x7e]+$/.test(shown)) throw new TypeError("--token must be visible ASCII characters without spaces.");
  address.hash = "";
  if (!address.pathname.endsWith("/")) address.pathname += "/";
  return { kind: "url", url: address.href, token: shown };
}

function roleOf(text: string | undefined): Role {
  const role = roles.find((candidate) => candidate === (text ?? "viewer"));
  if (role === undefined) throw new TypeError(`--role must be one of ${roles.join(", ")}.`);
  return role;
}

/** Null for every room. */
function roomOf(text: string | undefined, scene: string | undefined): string | null {
  if (text !== undefined && !isRoom(text)) throw new TypeError(`--room must be ${roomRule}.`);
  if (scene === undefined) return text ?? null;
  if (!isSceneName(scene)) throw new TypeError("--scene must be the name of a scene, as in the address of its page.");
  return roomIn(scene, nameInScene(text ?? "*"));
}

function secondsOf(text: string): number {
  const [, digits, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN);
  if (seconds >= 60 && seconds <= 365 * 86_400) return seconds;
  throw new TypeError("--expires must be written like 90s, 30m, 2h or 7d, from 60s to 365d.");
}

function idOf(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new TypeError("--revoke must be the id of a link, as shown by --list.");
}
