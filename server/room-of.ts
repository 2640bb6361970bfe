/** Owns what a room of a server is made of, by the server's options. In the main process. */

import { basename } from "node:path";
import { sceneOf } from "./access/room-name.ts";
import { filledFrom } from "./data/formats/filled-from.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { titleOfScene } from "./options/scene-options.ts";
import { noParameters } from "./platform/given-parameters.ts";
import type { ParameterTexts } from "./platform/parameters.ts";
import { fileOfScene, titleOfSource } from "./platform/scene-address.ts";
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
  const { ice, control, access, rooms, share, data } = options;
  const sceneUrl = sceneUrlOf(name, options);
  const room = new Room({
    name,
    title: titleUntilKnown(name, sceneUrl),
    control,
    budgets,
    tunnelBps: share?.bitrateBps ?? null,
    hasLinks: access.token !== null && access.authenticate === null,
    iceServers: (viewerId) => iceServersFor(ice, viewerId),
    config: { ...configOf(options, sceneUrl), ...replay?.config },
    sceneState: replay?.sceneState ?? null,
    // Of several scenes each takes what it declares.
    parameters: replay?.parameters ?? {
      ...noParameters,
      ...options.parameters,
      link,
      isFirst: options.scenes === null,
    },
    data: { maxBytes: data.maxBytes, fill: filledFrom(data.files, options.watch) },
    hangMs: rooms.hangMs,
    ...session,
  });
  replay?.made(room.session);
  return room;
}

/** What a scene is called before it has said so itself. */
function titleUntilKnown(room: string, sceneUrl: URL): string {
  const scene = sceneOf(room);
  const file = fileOfScene(sceneUrl);
  if (file === null) return titleOfSource(sceneUrl, titleOfScene(scene));
  return scene === "" ? basename(file).replace(/\.[^.]*$/, "") : titleOfScene(scene);
}

/** The scene of a room. */
export function sceneUrlOf(room: string, { scenes, sceneUrl }: Pick<ResolvedOptions, "scenes" | "sceneUrl">): URL {
  return scenes?.get(sceneOf(room)) ?? sceneUrl;
}

export function configOf(options: ResolvedOptions, sceneUrl: URL = options.sceneUrl): SceneConfig {
  const { render, encode, quality, watch, ice, viewers, eventLog } = options;
  const inputs = eventLog === null ? "viewers" : "viewers-told";
  const { presence } = viewers;
  const iceHost = iceHostOf(options);
  return { sceneUrl: sceneUrl.href, ...render, ...encode, quality, watch, iceHost, ice, presence, inputs };
}
