/**
 * Owns what stands around the paths of routes: the base path under which a proxy mounts the server, and the room before them, the
 * query behind them. Pure.
 */

import type { IncomingMessage } from "node:http";
import { isRoom, roomIn } from "../access/room-name.ts";

export type Mounted = { readonly kind: "here"; readonly url: string } | { readonly kind: "moved"; readonly to: string };

/** What a request's URL means to us; null where it is not ours. */
export type Mount = (request: IncomingMessage) => Mounted | null;

/** On a port of our own all is ours. */
export function mountOfPort(basePath: string): Mount {
  return ({ url = "" }) => unmount(url, basePath);
}

/** In a program's server what lies below the base path is, by the address that the client named, whatever a router took off it. */
export function mountInProgram(basePath: string): Mount {
  return (request) => {
    const url = addressNamed(request);
    const mounted = unmount(url, basePath);
    return mounted.kind === "here" && mounted.url === url && basePath !== "" ? null : mounted;
  };
}

/**
 * Where a router of the kind of express has us, if our base path is not below that, so that pages would find nothing of what they
 * ask for; else null.
 */
export function strayMount(request: IncomingMessage, basePath: string): string | null {
  const place = "baseUrl" in request && typeof request.baseUrl === "string" ? request.baseUrl : "";
  // Such a router takes no heed of case; what only differs in that is an address that a visitor mistyped.
  return `${basePath}/`.toLowerCase().startsWith(`${place}/`.toLowerCase()) ? null : place;
}

function addressNamed(request: IncomingMessage): string {
  return "originalUrl" in request && typeof request.originalUrl === "string"
    ? request.originalUrl
    : (request.url ?? "");
}

/**
 * What a request's URL means with the base path taken off. One without it is left as it is: some proxies take the prefix
 * off themselves. The base path without its slash moves to the one with it, as the page's links are relative.
 */
export function unmount(url: string, basePath: string): Mounted {
  if (basePath === "" || !url.startsWith(basePath)) return { kind: "here", url };
  const rest = url.slice(basePath.length);
  if (rest.startsWith("/")) return { kind: "here", url: rest };
  if (rest !== "" && !rest.startsWith("?")) return { kind: "here", url };
  // Relative, so that it holds under what a proxy put before it (RFC 9110 section 10.2.2).
  return { kind: "moved", to: `${basePath.slice(basePath.lastIndexOf("/") + 1)}/${rest}` };
}

/**
 * A request's URL without the room before it; "" is the shared room. `room` is null where it leads to no scene, but to what all
 * scenes of a server have in common.
 */
export type InRoom = { readonly kind: "here"; readonly url: string; readonly room: string | null } | Moved | NoRoom;
type Moved = Extract<Mounted, { readonly kind: "moved" }>;
/** It begins like a room's, but there can be none of that name. */
type NoRoom = { readonly kind: "nowhere" };

/** Reads `/<scene>/s/<room>/…` of a URL without the base path; of a server of one scene, where `scenes` is null, `/s/<room>/…`. */
export function splitRoom(url: string, scenes: ReadonlySet<string> | null): InRoom {
  if (scenes === null) return splitRoomIn("", url);
  const [, scene = "", rest = ""] = /^\/([\w-]+)(?=[/?]|$)(.*)$/s.exec(url) ?? [];
  if (!scenes.has(scene)) return { kind: "here", url, room: null };
  return rest.startsWith("/") ? splitRoomIn(scene, rest) : { kind: "moved", to: `${scene}/${rest}` };
}

function splitRoomIn(scene: string, url: string): InRoom {
  const [, room, rest = ""] = /^\/s\/([^/?]*)(.*)$/s.exec(url) ?? [];
  if (room === undefined) return { kind: "here", url, room: roomIn(scene, "") };
  if (room === "" || !isRoom(room)) return { kind: "nowhere" };
  if (rest.startsWith("/")) return { kind: "here", url: rest, room: roomIn(scene, room) };
  // The page's links are relative, so its address ends with a slash.
  return { kind: "moved", to: `${room}/${rest}` };
}

/** The query of what a request asks for. */
export function queryOf({ url }: { readonly url?: string | undefined }): URLSearchParams {
  return URL.parse(url ?? "", "http://host")?.searchParams ?? new URLSearchParams();
}
