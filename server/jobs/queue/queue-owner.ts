/**
 * Owns serving a queue: a folder of jobs on this machine, of which the tasks are offered by Redis, and what belongs to them by HTTP. In the
 * process of `scenecast jobs serve`.
 *
 * QO1 Where Redis is gone, nothing is lost and nothing new is offered; when it is back, with its data or without, all goes on.
 */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../../../shared/errors.ts";
import { type FolderQueue, openFolder } from "../open-folder.ts";
import { OfferBoard } from "./offer-board.ts";
import { OwnerDesk } from "./owner-desk.ts";
import { claimQueue, leaveQueue, OWNER_MS, type OwnerRecord, recordLasts } from "./owner-record.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { ownerServer } from "./owner-server.ts";
import { connectRedis, type RedisLink } from "./redis-link.ts";

export type QueueOwnerOptions = {
  /** Of Redis. */
  readonly url: string;
  /** Where the jobs are kept. */
  readonly folder: string;
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
  /** Where others reach it; null for its host and port. */
  readonly address: string | null;
  /** Of a task, or of what is added at once. */
  readonly maxBytes: number;
  /** Hears, in a sentence, of what went wrong and was mended. */
  readonly said: (sentence: string) => void;
};

const LOOK_MS = 500;
const CLAIM_MS = OWNER_MS / 3;
const CLOSE_MS = 1_000;

export class QueueOwner {
  readonly record: OwnerRecord;
  readonly #link: RedisLink;
  readonly #queue: FolderQueue;
  readonly #server: Server;
  readonly #board: OfferBoard;
  readonly #desk: OwnerDesk;
  readonly #said: (sentence: string) => void;
  readonly #closing = new AbortController();
  /** Rejects with `StreamError` where another serves the queue by now, or the folder cannot be read. */
  readonly ended: Promise<void>;

  private constructor(parts: {
    readonly link: RedisLink;
    readonly queue: FolderQueue;
    readonly desk: OwnerDesk;
    readonly server: Server;
    readonly record: OwnerRecord;
    readonly said: (sentence: string) => void;
  }) {
    const { link, queue, desk, server, record, said } = parts;
    this.record = record;
    this.#link = link;
    this.#queue = queue;
    this.#desk = desk;
    this.#server = server;
    this.#said = said;
    this.#board = new OfferBoard(link);
    this.ended = this.#work();
    this.ended.catch(() => undefined);
  }

  /** Rejects with `StreamError`: Redis or the folder cannot be used, the port is taken, or another serves the queue. */
  static async start(options: QueueOwnerOptions): Promise<QueueOwner> {
    const { url, folder, host, port, address, maxBytes, said } = options;
    const link = await connectRedis(url);
    let queue: FolderQueue | null = null;
    let server: Server | null = null;
    try {
      queue = openFolder(folder);
      const { source, store } = queue;
      const desk = new OwnerDesk(queue, { folder, maxBytes, added: () => source.handleChange() });
      const key = randomBytes(32).toString("base64url");
      server = ownerServer(ownerRoutes(desk, store), key);
      await listen(server, host, port);
      const own = `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
      const id = randomBytes(8).toString("hex");
      const record = { id, url: (address ?? own).replace(/\/+$/, ""), key, host: hostname().slice(0, 300) };
      await claim(link, record);
      return new QueueOwner({ link, queue, desk, server, record, said });
    } catch (error) {
      server?.close();
      await queue?.close();
      link.close();
      throw error;
    }
  }

  /** What is being done goes on, and is taken by the next who serves the queue from this folder. Idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const late = (): Promise<void> => delay(CLOSE_MS, undefined, { ref: false });
    await Promise.race([this.ended.catch(() => undefined), late()]);
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#link.isThere) await Promise.race([leaveQueue(this.#link, this.record).catch(() => undefined), late()]);
    await Promise.race([this.#board.close(), late()]);
    this.#link.close();
    await this.#queue.close();
  }

  async #work(): Promise<void> {
    const { signal } = this.#closing;
    let claimedAt = performance.now();
    let isAway = false;
    while (!signal.aborted) {
      const waiting = this.#desk.waiting();
      if (isAway === this.#link.isThere) {
        isAway = !isAway;
        this.#said(
          `Redis at ${this.#link.where} ${isAway ? "is gone; no task is offered until it is back" : "is back"}.`,
        );
      }
      if (this.#link.isThere) {
        if (performance.now() - claimedAt > CLAIM_MS) {
          await this.#claimAgain();
          claimedAt = performance.now();
        }
        // QO1: the next round does it again.
        await this.#board.show(waiting).catch(() => undefined);
      }
      await this.#queue.source.changed(LOOK_MS, signal);
    }
  }

  async #claimAgain(): Promise<void> {
    const other = await claimQueue(this.#link, this.record).catch(() => null);
    if (other !== null) throw takenBy(other);
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const code = isTaken ? "port-taken" : "listen-failed";
    throw new StreamError(code, `Nothing can listen on ${host}:${port}${isTaken ? ": the port is in use" : ""}.`, {
      cause: error,
    });
  }
}

/** What a process that was killed has left runs out; one that keeps its record lives. */
async function claim(link: RedisLink, record: OwnerRecord): Promise<void> {
  const until = performance.now() + OWNER_MS + 1_000;
  for (let least = OWNER_MS; ; ) {
    const other = await claimQueue(link, record);
    if (other === null) return;
    const left = await recordLasts(link);
    if (left > least || performance.now() > until) throw takenBy(other);
    least = left;
    await delay(250);
  }
}

function takenBy({ host, url }: OwnerRecord): StreamError {
  return new StreamError("input-failed", `Another process serves this queue, on ${host} at ${url}.`);
}
