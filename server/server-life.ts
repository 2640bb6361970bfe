/**
 * Owns the life of a server: what is started and ended, in which order, and what is there meanwhile. In the main process, which
 * draws nothing. What a program may do with it, stream-server.ts says.
 */

import { statSync } from "node:fs";
import { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import { roomIn } from "./access/room-name.ts";
import type { EventRecorder } from "./event-recorder.ts";
import type { FrontDoor } from "./front-door.ts";
import { Hls } from "./hls/hls.ts";
import type { JobDesk } from "./job-desk.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { FOLDER_ADDRESS } from "./outputs/folder-output.ts";
import { Outputs } from "./outputs/outputs.ts";
import { sweepKeptFolders } from "./platform/kept-folder.ts";
import type { ParameterTexts } from "./platform/parameters.ts";
import { fileOfScene, isStudio } from "./platform/scene-address.ts";
import { Recordings } from "./recordings/recordings.ts";
import { Entrance } from "./room/entrance.ts";
import { Places } from "./room/places.ts";
import { Rooms } from "./room/rooms.ts";
import { RoomMirrors } from "./room-mirrors.ts";
import { roomOf } from "./room-of.ts";
import { reportRoom } from "./room-reports.ts";
import type { Sharing } from "./sharing.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";

type State =
  /** The scene comes up, and nobody is answered yet. */
  | { readonly kind: "starting" }
  | { readonly kind: "open"; readonly door: FrontDoor }
  | { readonly kind: "closed"; readonly port: number | null; readonly done: Promise<void> };

export class ServerLife {
  readonly options: ResolvedOptions;
  readonly events: Emitter<StreamServerEvents> = new Emitter<StreamServerEvents>();
  readonly rooms: Rooms;
  readonly recordings: Recordings;
  readonly outputs: Outputs = new Outputs();
  readonly hls: Hls;
  #jobs: JobDesk | null = null;
  readonly #parts: StreamServerParts;
  readonly #entrance: Entrance;
  #recorder: EventRecorder | null = null;
  #sharing: Sharing | null = null;
  readonly #close = (): void => void this.close();
  #state: State = { kind: "starting" };

  /** Throws `StreamError` where it cannot begin. The caller starts it, and closes it also when that rejects. */
  constructor(options: ResolvedOptions, parts: StreamServerParts) {
    if (options.signal?.aborted) throw wasClosed();
    this.options = options;
    this.#parts = parts;
    const makeRoom = (name: string, link: ParameterTexts) => roomOf(name, options, this.#entrance.budgets, parts, link);
    this.rooms = new Rooms({ ...options.rooms, hasSeveralScenes: options.scenes !== null, make: makeRoom });
    this.recordings = new Recordings({ ...options.recordings, ...options.encode });
    const { maxFps } = options.render;
    this.hls = new Hls({ ...options.hls, maxFps, bitrateBps: options.encode.bitrateBps });
    this.rooms.on("opened", ({ room }) => {
      reportRoom(room, this.events);
      this.recordings.follow(room);
      this.hls.follow(room);
      this.outputs.follow(room, this.hls.folderOf(room.name));
    });
    this.rooms.on("closed", ({ room }) => {
      this.recordings.forget(room.name);
      this.outputs.forget(room.name);
      this.hls.forget(room.name);
      this.events.emit("roomClosed", { room: room.name });
    });
    new RoomMirrors(this.rooms, options.scenes);
    this.recordings.on("changed", ({ room, info }) => this.events.emit("recordingChanged", { room, recording: info }));
    this.outputs.on("changed", ({ room, info }) => this.events.emit("outputChanged", { room, output: info }));
    this.#entrance = new Entrance({ rooms: this.rooms, places: new Places(options.viewers.max, options.access) });
    options.signal?.addEventListener("abort", this.#close, { once: true });
  }

  /**
   * Resolves when viewers can watch, of several scenes when one can be chosen; `listening` is told when they are answered, which
   * is before.
   */
  async start(listening: () => void): Promise<void> {
    const { scenes, sceneUrl } = this.options;
    for (const url of scenes?.values() ?? [sceneUrl]) requireFile(url);
    this.hls.tryFolder();
    // What servers left that were killed lies in memory.
    void sweepKeptFolders();
    await this.#openEventLog();
    // First of all: the scene takes longer to come up than all the rest, so the rest is loaded meanwhile.
    const first = scenes === null ? this.rooms.start() : null;
    this.#beginOutputs();
    await this.#open();
    listening();
    await first?.session.ready;
    // What comes of the share link is an event; the server goes on without it.
    this.#sharing?.open(this.door);
  }

  /** What answers. Throws `StreamError` "closed" before there is anything, and afterwards. */
  get door(): FrontDoor {
    if (this.#state.kind !== "open") throw wasClosed();
    return this.#state.door;
  }

  /** The same; null before and afterwards. */
  get openDoor(): FrontDoor | null {
    return this.#state.kind === "open" ? this.#state.door : null;
  }

  /** The share link; null where none was asked for. */
  get sharing(): Sharing | null {
    return this.#sharing;
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** The port of our own, the last one when it is closed; null where there is none. */
  get port(): number | null {
    if (this.#state.kind === "closed") return this.#state.port;
    const { server, http } = this.options;
    return this.#state.kind === "open" ? this.#state.door.port : server === undefined ? http.port : null;
  }

  /** Ends every viewer, the scenes' processes and the port. Idempotent; resolves within two seconds. */
  close(): Promise<void> {
    if (this.#state.kind === "closed") return this.#state.done;
    const done = Promise.withResolvers<void>();
    const door = this.openDoor;
    this.#state = { kind: "closed", port: this.port, done: done.promise };
    done.resolve(this.#end(door));
    return done.promise;
  }

  /** Of several scenes they are of the first one, a studio, which is started for them. */
  #beginOutputs(): void {
    const { scenes, outputs } = this.options;
    const { file, cutRests } = this.options.recordings;
    const { folder } = this.options.hls;
    if (file === null && folder === null && outputs.length === 0) return;
    const [scene = ""] = scenes?.keys() ?? [];
    const name = roomIn(scene, "");
    if (scenes !== null) this.rooms.open(name, { role: "host", isKept: false });
    if (file !== null) this.recordings.of(name)?.start({ file, cutRests });
    if (folder !== null) this.outputs.of(name)?.start(FOLDER_ADDRESS);
    for (const address of outputs) this.outputs.of(name)?.start(address);
  }

  async #openEventLog(): Promise<void> {
    if (this.options.eventLog === null) return;
    const { openEventRecorder } = await import("./event-recorder.ts");
    this.#recorder = openEventRecorder(this.options, this.rooms);
  }

  async #open(): Promise<void> {
    const { FrontDoor } = await import("./front-door.ts");
    const sharing = await this.#makeSharing();
    this.#jobs = await this.#openJobs();
    this.#sharing = sharing;
    const opening = FrontDoor.open({
      ...this.options,
      parts: this.#parts,
      rooms: this.rooms,
      entrance: this.#entrance,
      events: this.events,
      recordings: this.recordings,
      jobs: this.#jobs,
      outputs: this.outputs,
      hls: this.hls,
      sharing,
    });
    const door = await opening.catch(() => null);
    if (door !== null && this.#state.kind !== "closed") {
      this.#state = { kind: "open", door };
      return;
    }
    await Promise.all([door?.close(), sharing?.close()]);
    // Why there is none.
    await opening;
    throw wasClosed();
  }

  async #openJobs(): Promise<JobDesk | null> {
    const { jobs } = this.options;
    if (jobs === null) return null;
    const { JobDesk } = await import("./job-desk.ts");
    return new JobDesk(jobs === "" ? null : jobs);
  }

  async #makeSharing(): Promise<Sharing | null> {
    const { http, share } = this.options;
    if (share === null) return null;
    const { Sharing } = await import("./sharing.ts");
    return new Sharing({ http, share, parts: this.#parts.share ?? {}, rooms: this.rooms, events: this.events });
  }

  async #end(door: FrontDoor | null): Promise<void> {
    this.options.signal?.removeEventListener("abort", this.#close);
    this.#entrance.close();
    await Promise.all([this.#sharing?.close(), door?.close(), this.rooms.close()]);
    this.recordings.close();
    await this.outputs.close();
    await this.#jobs?.close();
    await this.#recorder?.close();
    this.events.emit("closed", {});
  }
}

function requireFile(sceneUrl: URL): void {
  const path = fileOfScene(sceneUrl);
  if (path === null || statSync(path, { throwIfNoEntry: false })?.isFile() === true) return;
  const what = isStudio(sceneUrl) ? "layout of a studio at" : "scene file";
  throw new StreamError("scene-missing", `There is no ${what} ${path}.`);
}

function wasClosed(): StreamError {
  return new StreamError("closed", "The server was closed.");
}
