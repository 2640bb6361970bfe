/**
 * Owns one scene and everybody who watches it, in the main process: joins the scene's session to its viewers. Who is let
 * in, entrance.ts decides; how long it lives, rooms.ts.
 */

import { randomUUID } from "node:crypto";
import type { ConsoleLine } from "../../shared/console.ts";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
import type { IceServer, SceneState, ViewerMessage } from "../../shared/signaling.ts";
import type { Identity } from "../access/identity.ts";
import type { ResolvedControl } from "../options/people-options.ts";
import { Session, type SessionOptions, type SessionState } from "../session/session.ts";
import type { SessionReport, StartReport } from "../session/session-protocol.ts";
import { Company } from "./company.ts";
import { HostConsole } from "./host-console.ts";
import { JpegStreams } from "./jpeg-streams.ts";
import { SceneAnnouncer } from "./scene-announcer.ts";
import { SceneRelay } from "./scene-relay.ts";
import { ViewerDirectory, type ViewerEntry, type ViewerLine, type ViewerWay } from "./viewer-directory.ts";

export type RoomOptions = SessionOptions & {
  /** The name under `/s/`; "" for the common scene. */
  readonly name: string;
  /** The title until the scene says its own. */
  readonly title: string;
  readonly control: ResolvedControl;
  /** Whether links can be made for this server. */
  readonly hasLinks: boolean;
  iceServers(viewerId: string): readonly IceServer[];
};

/** Somebody with a line who comes in. */
export type Guest = {
  readonly viewerId: string;
  readonly way: Exclude<ViewerWay, "whep">;
  readonly line: ViewerLine;
  readonly identity: Identity;
  /** What it wants to be called. */
  readonly name: string | null;
};

export type RoomEvents = {
  readonly viewerJoined: { readonly viewerId: string; readonly entry: ViewerEntry };
  readonly viewerLeft: { readonly viewerId: string; readonly entry: ViewerEntry };
  readonly stateChanged: { readonly state: SceneState; readonly detail: string | null };
  readonly noticed: { readonly text: string | null };
  /** How the first start of the scene goes, once a second. */
  readonly startProgressed: StartReport;
  /** The scene printed something. */
  readonly consolePrinted: ConsoleLine;
  readonly reported: { readonly report: SessionReport };
  /** A picture of a Motion JPEG stream was encoded. */
  readonly jpegEncoded: Record<never, never>;
  /** A viewer says how much has come of a still that it asked for under this number. */
  readonly stillReceived: { readonly viewerId: string; readonly still: number; readonly bytes: number };
};

export class Room extends Emitter<RoomEvents> {
  readonly name: string;
  readonly session: Session;
  readonly viewers: ViewerDirectory = new ViewerDirectory();
  readonly company: Company;
  readonly announcer: SceneAnnouncer;
  readonly jpegStreams: JpegStreams;
  readonly #relay: SceneRelay;
  readonly #console: HostConsole = new HostConsole(this.viewers);
  #usedAt = performance.now();
  #closed: Promise<void> | null = null;

  /** Starts the scene; wait for `session.ready`. The caller closes it, also when that rejects. */
  constructor({ name, title, control, hasLinks, iceServers, ...session }: RoomOptions) {
    super();
    this.name = name;
    const { size, presence } = session.config;
    // First of all: the scene takes longer to come up than all the rest.
    this.session = Session.start(session);
    this.company = new Company({ viewers: this.viewers, control, presence });
    this.announcer = new SceneAnnouncer({
      viewers: this.viewers,
      room: name,
      title,
      size,
      presence,
      hasLinks,
      iceServers,
    });
    this.#relay = new SceneRelay({ session: this.session, viewers: this.viewers, company: this.company });
    this.jpegStreams = new JpegStreams(this.session.pictures);
    this.#followSession();
    this.#followPeople();
  }

  get state(): SceneState {
    return this.announcer.state;
  }

  /** Whether anybody is here, watchers of Motion JPEG included. */
  get isOccupied(): boolean {
    return this.viewers.count + this.jpegStreams.watchers > 0;
  }

  /** When somebody last came or used input, on the clock of `performance.now()`. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** Lets somebody in. */
  enter({ viewerId, way, line, identity, name }: Guest): void {
    const person = this.company.prepare(identity.name ?? name, identity.name !== null);
    const entry = { way, identity, person, line };
    this.announcer.welcome(viewerId, entry);
    this.session.join(viewerId, { person, paused: false });
    this.viewers.add(viewerId, entry);
    this.#console.greet(identity, line);
    this.announcer.inform(line);
    this.#usedAt = performance.now();
  }

  leave(viewerId: string): void {
    this.viewers.remove(viewerId);
  }

  /** Takes what a viewer says. */
  say(viewerId: string, message: ViewerMessage): void {
    switch (message.kind) {
      case "control":
      case "name":
        return this.company.handle(viewerId, message);
      case "message":
      case "scene-state":
        return this.#relay.handle(viewerId, message);
      case "still-received":
        return this.emit("stillReceived", { viewerId, still: message.still, bytes: message.bytes });
      case "pause":
        this.company.handle(viewerId, message);
        return this.session.say(viewerId, message);
      default:
        this.session.say(viewerId, message);
    }
  }

  /** Takes a binary message of a viewer. */
  send(viewerId: string, bytes: Uint8Array): void {
    this.session.send(viewerId, bytes);
  }

  /** Lets a WHEP player in. Rejects with a `StreamError`. */
  async whep(sdp: string, identity: Identity): Promise<{ id: string; answer: string }> {
    const id = randomUUID();
    const person = this.company.prepare(identity.name ?? "Player", false);
    try {
      const answer = await this.session.whep(id, person, sdp);
      this.viewers.add(id, { way: "whep", identity, person, line: null });
      return { id, answer };
    } catch (error) {
      this.company.discard(person);
      throw error;
    }
  }

  /** False when there is no such WHEP player. */
  endWhep(id: string): boolean {
    return this.viewers.get(id)?.way === "whep" && this.viewers.remove(id);
  }

  /** Tells everybody why it is over, and ends it. */
  async end(code: StreamErrorCode, sentence: string): Promise<void> {
    for (const viewerId of [...this.viewers.entries.keys()]) this.viewers.end(viewerId, code, sentence);
    await this.close();
  }

  /** Ends the scene's process. The lines of viewers are their owner's. Idempotent. */
  close(): Promise<void> {
    this.company.close();
    this.#closed ??= this.session.close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #followSession(): void {
    const { session, viewers, announcer } = this;
    session.on("stateChanged", ({ state }) => this.#handleState(state));
    session.on("told", ({ viewerId, message }) => viewers.tell(viewerId, message));
    session.on("sent", ({ viewerIds, bytes }) => viewers.send(viewerIds, bytes));
    session.on("viewerStuck", ({ viewerId }) => viewers.cut(viewerId));
    session.on("viewerClosed", ({ viewerId }) => this.endWhep(viewerId));
    session.on("noticed", ({ text }) => this.#handleNotice(text));
    session.on("startProgressed", (report) => this.#handleProgress(report));
    session.on("consolePrinted", (line) => {
      this.#console.handle(line);
      this.emit("consolePrinted", line);
    });
    session.on("titleChanged", ({ title }) => announcer.setTitle(title));
    session.on("viewersActive", ({ viewerIds }) => {
      this.#usedAt = performance.now();
      this.company.noteActive(viewerIds);
    });
    session.on("reported", (event) => this.emit("reported", event));
    session.pictures.on("jpegEncoded", () => this.emit("jpegEncoded", {}));
  }

  #followPeople(): void {
    const { session, viewers, company } = this;
    viewers.on("joined", (event) => this.emit("viewerJoined", event));
    viewers.on("left", (event) => {
      session.leave(event.viewerId);
      this.emit("viewerLeft", event);
    });
    company.on("steeringChanged", ({ viewerIds }) => session.setControllers(viewerIds));
    company.on("kicked", ({ viewerId }) => viewers.end(viewerId, "kicked", new StreamError("kicked").message));
  }

  #handleState(state: SessionState): void {
    if (state.kind === "closed") return;
    if (state.kind === "live") {
      this.announcer.setReady(state.ready);
    } else {
      this.#handleNotice(null);
      this.viewers.removeAll("whep");
    }
    const sentence = "error" in state ? state.error.message : null;
    this.emit("stateChanged", this.announcer.setState(state.kind, sentence));
  }

  #handleProgress(report: StartReport): void {
    if (this.state !== "starting") return;
    this.announcer.setState("starting", report.sentence);
    this.emit("startProgressed", report);
  }

  #handleNotice(text: string | null): void {
    if (this.announcer.setNotice(text)) this.emit("noticed", { text });
  }
}
