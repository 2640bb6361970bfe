/**
 * Owns the traces of a server, each from its beginning to its end: asks the processes of all rooms and the pages that watch them,
 * several times a second, and joins what they tell. Main process.
 */

import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../shared/errors.ts";
import { now } from "../shared/time.ts";
import { type Trace, traceOf } from "./monitoring/trace-document.ts";
import { PageTelling, type ProcessPart } from "./monitoring/trace-parts.ts";
import { number } from "./platform/option-checks.ts";
import { startTrace, takeTrace } from "./platform/trace.ts";
import type { Room } from "./room/room.ts";
import type { PageAnswer } from "./room/room-seat.ts";
import type { Rooms } from "./room/rooms.ts";

/** The first questions come close after one another, so that the pages' clocks are known from a short trace too. */
const ASK_MS = 200;
/** How long pages and processes have for their last answer. */
const LAST_ANSWERS_MS = 1000;

/** How long a trace is taken. */
export type TraceOptions = {
  /** 0.1 to 60. Default 5. */
  readonly seconds?: number;
  /** Ends it before. */
  readonly signal?: AbortSignal;
};

/** Takes traces of the rooms, one at a time. */
export class Traces {
  readonly #rooms: Rooms;
  #isTaking = false;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Rejects with `TypeError` on bad options, with `StreamError` "not-allowed" while another is taken. */
  async take({ seconds = 5, signal }: TraceOptions): Promise<Trace> {
    number("options.seconds", seconds, 0.1, 60);
    if (this.#isTaking) throw new StreamError("not-allowed", "Another trace is being taken.");
    this.#isTaking = true;
    try {
      const tracing = new Tracing(this.#rooms);
      await delay(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      return await tracing.end();
    } finally {
      this.#isTaking = false;
    }
  }
}

class Tracing {
  readonly #rooms: Rooms;
  readonly #pages = new Map<string, PageTelling>();
  readonly #processes: ProcessPart[] = [];
  /** When the pages were asked. */
  readonly #asked = new Set<number>();
  #lastAsked = 0;
  readonly #followed = new Set<Room>();
  readonly #offs: (() => void)[] = [];
  readonly #asking: NodeJS.Timeout;

  /** Begins at once. End it. */
  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    startTrace();
    for (const room of rooms.all) this.#follow(room);
    this.#offs.push(rooms.on("opened", ({ room }) => this.#follow(room)));
    this.#ask(true);
    this.#asking = setInterval(() => this.#ask(true), ASK_MS);
  }

  /** Waits for the last answers, a second at most. */
  async end(): Promise<Trace> {
    clearInterval(this.#asking);
    const answered = this.#lastAnswers();
    this.#ask(false);
    for (const room of this.#followed) room.session.setTraced(false);
    const over = new AbortController();
    await Promise.race([answered, delay(LAST_ANSWERS_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    for (const off of this.#offs) off();
    const main = { pid: process.pid, name: "main process", threads: takeTrace() };
    return traceOf(
      [main, ...this.#processes],
      [...this.#pages.values()].map((page) => page.take()),
    );
  }

  #follow(room: Room): void {
    const { session } = room;
    this.#followed.add(room);
    this.#offs.push(
      room.on("pageTraced", (answer) => this.#handlePage(answer)),
      session.on("traceTaken", ({ threads }) => {
        const name = room.name === "" ? "scene" : `scene of room ${room.name}`;
        this.#processes.push({ pid: session.pid ?? 0, name, threads });
      }),
    );
    session.setTraced(true);
  }

  #ask(on: boolean): void {
    const at = now();
    this.#asked.add(at);
    this.#lastAsked = at;
    for (const room of this.#rooms.all) room.viewers.broadcast({ kind: "trace", on, at });
  }

  #handlePage({ viewerId, cameAt: came, answer }: PageAnswer): void {
    const { asked, received, sent, spans } = answer;
    // What answers no question of this trace tells nothing of clocks.
    if (!this.#asked.has(asked)) return;
    const page = this.#pages.get(viewerId) ?? new PageTelling(viewerId);
    this.#pages.set(viewerId, page);
    page.handle(spans, { asked, received, sent, came });
  }

  /** Of each process that runs, and of each page that has answered before. */
  async #lastAnswers(): Promise<void> {
    const rooms = [...this.#followed].filter(({ status }) => status === "live");
    const waiting = rooms.flatMap((room) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const pages = new Set([...room.viewers.entries.keys()].filter((viewerId) => this.#pages.has(viewerId)));
      let hasProcess = false;
      const look = (): void => {
        if (hasProcess && pages.size === 0) resolve();
      };
      this.#offs.push(
        room.session.on("traceTaken", () => {
          hasProcess = true;
          look();
        }),
        room.on("pageTraced", ({ viewerId, answer }) => {
          // An answer to the question before may still come.
          if (answer.asked === this.#lastAsked) pages.delete(viewerId);
          look();
        }),
      );
      return promise;
    });
    await Promise.all(waiting);
  }
}
