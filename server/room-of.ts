/** Owns what a room of a server is made of, by the server's options. In the main process. */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResolvedOptions } from "./options/options.ts";
import { noParameters } from "./platform/given-parameters.ts";
import type { ParameterTexts } from "./platform/parameters.ts";
import type { Entrance } from "./room/entrance.ts";
import { Room } from "./room/room.ts";
import type { SceneConfig } from "./session/session-protocol.ts";
import { iceHostOf } from "./share/addresses.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";
import { iceServersFor } from "./transport/ice/ice-servers.ts";

/** Makes a room, whose scene starts at once. `link` is what the link that opens it says of the scene's parameters. */
export function roomOf(
  name: string,
  options: ResolvedOptions,
  budgets: Entrance["budgets"],
  { session, replay }: StreamServerParts,
  link: ParameterTexts = {},
): Room {
  const { sceneUrl, ice, control, access, rooms, share } = options;
  const room = new Room({
    name,
    title: basename(fileURLToPath(sceneUrl)).replace(/\.[^.]*$/, ""),
    control,
    budgets,
    tunnelBps: share?.bitrateBps ?? null,
    hasLinks: access.token !== null && access.authenticate === null,
    iceServers: (viewerId) => iceServersFor(ice, viewerId),
    config: { ...configOf(options), ...replay?.config },
    sceneState: replay?.sceneState ?? null,
    parameters: replay?.parameters ?? { ...noParameters, ...options.parameters, link },
    hangMs: rooms.hangMs,
    ...session,
  });
  replay?.made(room.session);
  return room;
}

export function configOf(options: ResolvedOptions): SceneConfig {
  const { sceneUrl, render, encode, quality, watch, ice, viewers, eventLog } = options;
  const inputs = eventLog === null ? "viewers" : "viewers-told";
  const { presence } = viewers;
  const iceHost = iceHostOf(options);
  return { sceneUrl: sceneUrl.href, ...render, ...encode, quality, watch, iceHost, ice, presence, inputs };
}
