/**
 * Owns one scene and everybody who watches it, in the main process: joins the scene's session to its viewers. Who is let
 * in, entrance.ts decides; how long it lives, rooms.ts.
 */

import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { ConsoleLine } from "../../shared/console.ts";
import type { MessageBody } from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
import type { IceServer, SceneStatus, ServerMessage } from "../../shared/signaling.ts";
import type { Admission } from "../access/identity.ts";
import type { NewViewer } from "../access/viewer-connection.ts";
import type { ResolvedControl } from "../options/people-options.ts";
import { fileOfScene, isStudio } from "../platform/scene-address.ts";
import { trace } from "../platform/trace.ts";
import { Session, type SessionOptions, type SessionStatus } from "../session/session.ts";
import type { StartReport } from "../session/session-protocol.ts";
import type { SessionReport } from "../session/session-report.ts";
import { CursorRelay } from "./cursor-relay.ts";
import { type FrameSource, sourceOf } from "./frame-source.ts";
import { HostConsole } from "./host-console.ts";
import { JpegStreams } from "./jpeg-streams.ts";
import type { MessageBudgets } from "./message-budgets.ts";
import { PanelRelay } from "./panel-relay.ts";
import { People } from "./people.ts";
import { RoomNotice } from "./room-notice.ts";
import { type ExactReceipt, type Feeling, type PageAnswer, RoomSeat, type RoomSeatParts } from "./room-seat.ts";
import { type RoomStats, statsOf } from "./room-stats.ts";
import { SceneAnnouncer } from "./scene-announcer.ts";
import { SceneRelay, type SceneTold } from "./scene-relay.ts";
import { ViewerDirectory, type ViewerEntry } from "./viewer-directory.ts";

export type RoomOptions = SessionOptions & {
  /** The name under `/s/`; "" for the shared room. */
  readonly name: string;
  /** The title until the scene says its own. */
  readonly title: string;
  readonly control: ResolvedControl;
  /** Whether links can be made for this server. */
  readonly hasLinks: boolean;
  /** What video may take of the share link's tunnel for each viewer, in bits a second; null for as much as elsewhere. */
  readonly tunnelBps?: number | null;
  /** How much viewers may say, in all rooms. */
  readonly budgets: MessageBudgets;
  iceServers(viewerId: string): readonly IceServer[];
};

export type RoomEvents = {
  readonly viewerJoined: { readonly viewerId: string; readonly entry: ViewerEntry };
  readonly viewerLeft: { readonly viewerId: string; readonly entry: ViewerEntry };
  readonly statusChanged: { readonly status: SceneStatus; readonly detail: string | null };
  readonly noticed: { readonly text: string | null };
  /** How a start of the scene goes, once a second. */
  readonly startProgressed: StartReport;
  /** The scene printed something. */
  readonly consolePrinted: ConsoleLine;
  readonly reported: { readonly report: SessionReport };
  /** The scene was told something by a viewer, besides input, or by a program (null). */
  readonly sceneTold: { readonly viewerId: string | null; readonly told: SceneTold };
  /** The scene was given a message of a viewer. */
  readonly messageReceived: { readonly viewerId: string; readonly body: MessageBody };
  /** A picture of a Motion JPEG stream was encoded. */
  readonly jpegEncoded: Record<never, never>;
  readonly exactReceived: ExactReceipt;
  /** A page answered what it was asked for a trace. */
  readonly pageTraced: PageAnswer;
  /** How it was for one of the viewers, which is not told. */
  readonly felt: Feeling;
};

export class Room extends Emitter<RoomEvents> {
  readonly name: string;
  readonly session: Session;
  readonly viewers: ViewerDirectory = new ViewerDirectory();
  readonly people: People;
  readonly announcer: SceneAnnouncer;
  readonly jpegStreams: JpegStreams;
  readonly panels: PanelRelay;
  readonly relay: SceneRelay;
  /** The program that makes the pictures; null where a scene does. */
  readonly source: FrameSource | null;
  readonly #tunnelBps: number | null;
  readonly #seatParts: RoomSeatParts;
  readonly #console: HostConsole = new HostConsole(this.viewers);
  readonly #notice: RoomNotice;
  #usedAt = performance.now();
  #report: SessionReport | null = null;
  #closed: Promise<void> | null = null;

  /** Starts the scene; wait for `session.ready`. The caller closes it, also when that rejects. */
  constructor({ name, title, control, hasLinks, tunnelBps, budgets, iceServers, ...options }: RoomOptions) {
    super();
    this.name = name;
    this.#tunnelBps = tunnelBps ?? null;
    const { size, presence } = options.config;
    // First of all: the scene takes longer to come up than all the rest.
    const session = Session.start(options);
    const { viewers } = this;
    this.session = session;
    this.people = new People({ viewers, control, presence });
    const folder = dirname(fileOfScene(options.config.sceneUrl) ?? "/");
    const told = { room: name, title, size, folder, isStudio: isStudio(options.config.sceneUrl) };
    this.announcer = new SceneAnnouncer({ ...told, viewers, presence, hasLinks, iceServers });
    this.relay = new SceneRelay({
      session,
      viewers,
      people: this.people,
      told: (viewerId, told) => this.emit("sceneTold", { viewerId, told }),
      heard: (viewerId, body) => this.emit("messageReceived", { viewerId, body }),
    });
    this.#notice = new RoomNotice({
      announcer: this.announcer,
      sourceNotice: () => this.source?.notice ?? null,
      changed: (text) => this.emit("noticed", { text }),
    });
    this.source = sourceOf(options.config, session, () => this.#notice.update());
    this.panels = new PanelRelay({
      session,
      viewers,
      people: this.people,
      used: (viewerId, change) => {
        this.#noteActive(viewerId === null ? [] : [viewerId]);
        this.emit("sceneTold", { viewerId, told: { kind: "panel", change } });
      },
    });
    this.#seatParts = {
      viewers,
      people: this.people,
      relay: this.relay,
      panels: this.panels,
      session: session.viewers,
      budgets,
      exactReceived: (receipt) => this.emit("exactReceived", receipt),
      felt: (feeling) => this.emit("felt", feeling),
      traced: (answer) => this.emit("pageTraced", answer),
    };
    this.jpegStreams = new JpegStreams(session.pictures);
    this.#followSession();
    this.#followPeople();
    new CursorRelay({ session, viewers, people: this.people });
    this.#notice.update();
  }

  get status(): SceneStatus {
    return this.announcer.status;
  }

  /** Whether anybody is here, watchers of Motion JPEG and a program that gives frames included, or it is recorded or shown in a studio. */
  get isOccupied(): boolean {
    const { viewers, jpegStreams, source, session } = this;
    const isWatched = viewers.count + jpegStreams.watchers > 0 || session.mirrors.areWanted;
    return isWatched || source?.identity != null || session.outputs.keepsRoom;
  }

  /** How it does. */
  get stats(): RoomStats {
    return statsOf(this.#report, this.announcer.size);
  }

  /** When somebody last came or used input, on the clock of `performance.now()`. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** Lets a viewer in and gives it its seat. */
  enter({ viewerId, way, connection, admission, name }: NewViewer): void {
    const { identity, address, isTunnelled = false } = admission;
    const person = this.people.prepare(identity.name ?? name, identity.name !== null);
    const entry: ViewerEntry = { way, identity, address, person, connection };
    connection.setSeat(new RoomSeat(viewerId, this.#seatParts));
    for (const message of this.#greetingFor(viewerId, entry)) connection.sendMessage(message);
    const held = isTunnelled && this.#tunnelBps !== null ? { socketMaxBps: this.#tunnelBps } : {};
    // A program never looks.
    this.session.viewers.join(viewerId, { person, paused: way === "program", ...held });
    this.viewers.add(viewerId, entry);
    this.#console.greet(identity, connection);
    this.#usedAt = performance.now();
  }

  /** Lets a WHEP player in. Rejects with a `StreamError`. */
  async answerWhep(sdp: string, { identity, address }: Admission): Promise<{ id: string; answer: string }> {
    const id = randomUUID();
    const person = this.people.prepare(identity.name ?? "Player", false);
    try {
      const answer = await this.session.viewers.answerWhep(id, person, sdp);
      this.viewers.add(id, { way: "whep", identity, address, person, connection: null });
      return { id, answer };
    } catch (error) {
      this.people.discard(person);
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
    this.source?.end(code, sentence);
    await this.close();
  }

  /** Ends the scene's process. The connections of viewers are their owner's. Idempotent. */
  close(): Promise<void> {
    this.people.close();
    this.#closed ??= this.session.close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What a newcomer is sent, in this order. The list of people follows, to everybody, as it has just changed. */
  #greetingFor(viewerId: string, entry: ViewerEntry): readonly ServerMessage[] {
    const { announcer } = this;
    return [
      announcer.welcomeFor(viewerId, entry),
      this.relay.sceneState,
      this.panels.greeting,
      announcer.statusMessage,
      ...(announcer.notice === null ? [] : [announcer.notice]),
    ];
  }

  #followSession(): void {
    const { session, viewers, announcer } = this;
    session.on("statusChanged", ({ status }) => this.#handleStatus(status));
    session.on("viewerMessageSent", ({ viewerId, message }) => viewers.sendMessage(viewerId, message));
    session.on("viewerBytesSent", ({ viewerIds, bytes }) => {
      const begun = trace.begin();
      viewers.sendBytes(viewerIds, bytes);
      trace.end("relay", begun);
    });
    session.on("viewerStuck", ({ viewerId }) => viewers.cut(viewerId));
    session.on("viewerClosed", ({ viewerId }) => this.endWhep(viewerId));
    session.on("noticed", ({ text }) => this.#notice.setScene(text));
    session.on("hung", ({ text }) => this.#notice.setHang(text));
    session.on("startProgressed", (report) => this.#handleProgress(report));
    session.on("consolePrinted", (line) => {
      this.#console.handle(line);
      this.emit("consolePrinted", line);
    });
    session.on("resized", ({ size }) => announcer.setSize(size));
    session.on("titleChanged", ({ title }) => announcer.setTitle(title));
    session.on("viewersActive", ({ viewerIds }) => this.#noteActive(viewerIds));
    session.on("reported", (event) => {
      this.#report = event.report;
      this.emit("reported", event);
    });
    session.pictures.on("jpegEncoded", () => this.emit("jpegEncoded", {}));
  }

  #noteActive(viewerIds: readonly string[]): void {
    this.#usedAt = performance.now();
    this.people.noteActive(viewerIds);
  }

  #followPeople(): void {
    const { session, viewers, people } = this;
    viewers.on("joined", (event) => this.emit("viewerJoined", event));
    viewers.on("left", (event) => {
      session.viewers.leave(event.viewerId);
      this.emit("viewerLeft", event);
    });
    people.on("steeringChanged", ({ viewerIds }) => session.viewers.setControllers(viewerIds));
    people.on("kicked", ({ viewerId }) => viewers.end(viewerId, "kicked", new StreamError("kicked").message));
  }

  #handleStatus(status: SessionStatus): void {
    if (status.kind === "live") {
      this.announcer.setReady(status.ready);
    } else {
      this.#notice.setScene(null);
      this.#report = null;
      this.viewers.removeAll("whep");
    }
    const sentence = "error" in status ? status.error.message : null;
    this.emit("statusChanged", this.announcer.setStatus(status.kind, sentence));
  }

  #handleProgress(report: StartReport): void {
    if (this.status !== "starting" && this.status !== "restarting") return;
    this.announcer.setStatus(this.status, report.sentence);
    this.emit("startProgressed", report);
  }
}
