/**
 * Owns what is told of each of several scenes to those who choose one: its title, how it does, how many watch, a picture. Nothing of
 * it starts a scene or keeps one running. In the main process.
 */

import { statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SceneCard } from "../shared/scene-cards.ts";
import { fitInside } from "../shared/video.ts";
import type { Identity } from "./access/identity.ts";
import { leadsTo, nameInScene, roomIn, sceneOf } from "./access/room-name.ts";
import type { Preview, SceneList } from "./http/routes/scene-routes.ts";
import { ownNameOf, titleOfScene } from "./options/scene-options.ts";
import { fileOfScene } from "./platform/scene-address.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";

const previewBox = { width: 640, height: 360 };
const PREVIEW_QUALITY = 80;

export class SceneShelf implements SceneList {
  readonly names: ReadonlySet<string>;
  readonly #scenes: ReadonlyMap<string, URL>;
  readonly #rooms: Rooms;
  /** What scenes that ran were called. */
  readonly #titles = new Map<string, string>();
  readonly #stills: ReadonlyMap<string, string>;

  constructor(scenes: ReadonlyMap<string, URL>, rooms: Rooms) {
    this.names = new Set(scenes.keys());
    this.#scenes = scenes;
    this.#rooms = rooms;
    this.#stills = new Map([...scenes].flatMap(([name, url]) => stillBeside(url).map((path) => [name, path] as const)));
    rooms.on("opened", ({ room }) => {
      // What a room with a name is called is for those who know the name.
      if (nameInScene(room.name) !== "" && !rooms.isPrivate) return;
      room.on("statusChanged", () => this.#titles.set(sceneOf(room.name), room.announcer.title));
    });
  }

  cards(identity: Identity): readonly SceneCard[] {
    return [...this.#scenes.keys()].map((name) => this.#cardOf(name, identity)).filter((card) => card !== null);
  }

  /** What stands for a scene that does not run; null where there is nothing. */
  async still(scene: string): Promise<Preview | null> {
    const path = this.#stills.get(scene);
    if (path === undefined) return null;
    try {
      const { size, mtimeMs } = await stat(path);
      return { tag: `${size}-${Math.round(mtimeMs)}`, type: "image/webp", bytes: await readFile(path) };
    } catch {
      // It was taken away, or cannot be read.
      return null;
    }
  }

  /** Null of a scene that `identity` may not enter by its page. */
  #cardOf(name: string, identity: Identity): SceneCard | null {
    const [all, shared] = [roomIn(name, "*"), roomIn(name, "")];
    const rooms = this.#rooms.all.filter((room) => sceneOf(room.name) === name);
    if (!leadsTo(identity.room, shared)) return null;
    const told = rooms.filter((room) => room.name === shared || isHostOf(identity, all));
    const main = rooms.find((room) => room.name === shared) ?? told[0];
    return {
      name,
      title: main?.announcer.title ?? this.#titles.get(name) ?? titleOfScene(name),
      status: main?.status ?? "waiting",
      // A program that is waited for is no error.
      isTroubled: main?.source === null && main.announcer.notice !== null,
      viewers: told.reduce((sum, { viewers }) => sum + viewers.count, 0),
      hasPreview: isShown(rooms.find((room) => room.name === shared)) || this.#stills.has(name),
    };
  }
}

/** AC8, of one scene: of every room, or of all rooms of it. */
function isHostOf({ role, room }: Identity, all: string): boolean {
  return role === "host" && leadsTo(room, all);
}

/** A small picture of a room that runs; null where it shows nothing. */
export async function previewOf(room: Room | null, known: readonly string[]): Promise<Preview | null> {
  if (room === null || !isShown(room)) return null;
  const size = fitInside(room.announcer.size, previewBox);
  const { tag, bytes } = await room.session.pictures.takeSnapshot(
    { format: "webp", quality: PREVIEW_QUALITY, size },
    known,
  );
  return { tag, type: "image/webp", bytes };
}

function isShown(room: Room | undefined): boolean {
  return room?.status === "live" && !room.announcer.isHanging;
}

/** The picture beside a scene: `points.webp` of `points.ts`, or `picture.webp` of a scene with a folder of its own. */
function stillBeside(sceneUrl: URL): string[] {
  const file = fileOfScene(sceneUrl);
  if (file === null) return [];
  const name = ownNameOf(file) ?? "picture";
  const path = join(dirname(file), `${name}.webp`);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
}
