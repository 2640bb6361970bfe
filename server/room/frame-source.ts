/**
 * Owns which program makes the pictures of a room, in the main process: lets it in, passes on what it and the room's process say to
 * each other, and says it in words when it is not there.
 *
 * FP1 There is one at a time. A second is refused, unless the first gives no sign of life when it is asked.
 * FP2 When the program goes the last picture stays; when one comes, whichever it is, its frames take the place of that.
 * FP3 A room that a program gives pictures is not empty, though nobody watches.
 */

import { cursorOf } from "../../shared/cursor.ts";
import { FRAME_SLOTS, FRAMES_PROTOCOL, type ProgramMessage } from "../../shared/frame-source.ts";
import type { Identity } from "../access/identity.ts";
import type { NewProgram, ProgramConnection } from "../access/program-connection.ts";
import { isFrameSource } from "../platform/scene-address.ts";
import type { FrameFeed } from "../session/frame-feed.ts";
import type { Session } from "../session/session.ts";
import type { SceneConfig } from "../session/session-protocol.ts";

const SIGN_OF_LIFE_MS = 2_000;
/** What a program wants at most that says nothing of it: what software draws in time. */
const DEFAULT_PIXELS: number = 1280 * 720;
const waiting = "Waiting for the program that makes the pictures.";
const gone = "The program that makes the pictures has gone; waiting for it to come back.";
const taken = "Another program gives the pictures of this room already.";
const noMemory = "The server has no memory for frames: neither /dev/shm nor its folder for temporary files has room.";
const lost = "The memory for the frames is gone. Come again for more.";

export type FrameSourceOptions = {
  readonly feed: FrameFeed;
  /** The most frames a second. */
  readonly maxFps: number;
  /** `notice` is another. */
  readonly noticed: () => void;
};

type Present = Pick<NewProgram, "connection" | "admission">;

export class FrameSource {
  readonly #options: FrameSourceOptions;
  #program: Present | null = null;
  /** The ones that ask whether the one that is there still is. */
  #isAsking = false;
  #notice: string | null = waiting;

  constructor(options: FrameSourceOptions) {
    this.#options = options;
    const { feed } = options;
    feed.on("slotFreed", (freed) => this.#program?.connection.send({ kind: "free", ...freed }));
    feed.on("eventTold", (told) => this.#program?.connection.send({ kind: "event", ...told }));
    feed.on("watchedChanged", (changed) => this.#program?.connection.send({ kind: "watched", ...changed }));
    feed.on("capacityChanged", (changed) => this.#program?.connection.send({ kind: "capacity", ...changed }));
    feed.on("lost", () => this.#program?.connection.end("closed", lost));
  }

  /** What viewers are told; null while there is a program. */
  get notice(): string | null {
    return this.#notice;
  }

  /** As whom the program came; null while there is none. */
  get identity(): Identity | null {
    return this.#program?.admission.identity ?? null;
  }

  /** Lets a program in, or says why not (FP1). */
  async join(program: NewProgram): Promise<void> {
    const { connection } = program;
    if (this.#program !== null && !(await this.#isSilent(this.#program))) return connection.end("source-taken", taken);
    this.#enter(program);
  }

  /** Tells the program why it is over. */
  end(...[code, sentence]: Parameters<ProgramConnection["end"]>): void {
    this.#program?.connection.end(code, sentence);
  }

  /** FP1 */
  async #isSilent(program: Present): Promise<boolean> {
    if (this.#isAsking) return false;
    this.#isAsking = true;
    const answers = await program.connection.answersWithin(SIGN_OF_LIFE_MS);
    this.#isAsking = false;
    if (answers && this.#program === program) return false;
    if (this.#program === program) program.connection.cut();
    // Another may have come meanwhile.
    return this.#program === program || this.#program === null;
  }

  #enter({ hello, connection, admission }: NewProgram): void {
    const { feed, maxFps } = this.#options;
    const { width = 1280, height = 720, maxPixels: wished = DEFAULT_PIXELS, resizes = true, title } = hello;
    const { maxPixels } = feed;
    if (width * height > maxPixels) {
      return connection.end("bad-message", `message.width times message.height must be at most ${maxPixels}.`);
    }
    const memory = feed.open({ width, height, maxPixels: Math.min(wished, maxPixels), resizes });
    if (memory === null) return connection.end("closed", noMemory);
    const present = { connection, admission };
    this.#program = present;
    this.#setNotice(null);
    const { capacity, watched } = feed;
    const numbers = { protocol: FRAMES_PROTOCOL, slots: FRAME_SLOTS, capacity, maxPixels, maxFps };
    connection.send({ kind: "welcome", ...numbers, memory });
    connection.send({ kind: "watched", watched });
    if (title !== undefined) feed.setTitle(title);
    connection.setSeat({
      handleMessage: (message) => this.#handle(message),
      handleFrame: (frame, pixels) => feed.write(frame, pixels),
      leave: () => this.#leave(present),
    });
  }

  #handle(message: Exclude<ProgramMessage, { readonly kind: "hello" }>): void {
    const { feed } = this.#options;
    switch (message.kind) {
      case "frame":
        return feed.put(message);
      case "reserve": {
        const bytes = feed.reserve(message.width * message.height * 4);
        return this.#program?.connection.send({ kind: "capacity", bytes });
      }
      case "title":
        return feed.setTitle(message.title);
      case "cursor":
        return feed.setCursor(cursorOf(message.cursor));
    }
  }

  #leave(program: Present): void {
    if (this.#program !== program) return;
    this.#program = null;
    this.#options.feed.setCursor("default");
    this.#setNotice(gone);
  }

  #setNotice(notice: string | null): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#options.noticed();
  }
}

/** That of a room; null where a scene makes the pictures. */
export function sourceOf(config: SceneConfig, { frames }: Session, noticed: () => void): FrameSource | null {
  const { sceneUrl, maxFps } = config;
  return isFrameSource(sceneUrl) ? new FrameSource({ feed: frames, maxFps, noticed }) : null;
}
