/** Owns visitors who come by every way, stay for a while, and leave, politely or not, for as long as the soak goes. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../support/lab/random.ts";
import { openLightWhep } from "../support/light-viewer.ts";
import { MultipartReader } from "../support/multipart.ts";
import { SignaledViewer } from "./signaled-viewer.ts";

export const ways = ["webrtc", "websocket", "through the laboratory", "whep", "jpeg", "http", "pictures"] as const;
export type Way = (typeof ways)[number];

export type VisitorsOptions = {
  readonly count: number;
  /** In turn. */
  readonly ways: readonly Way[];
  readonly longestStaySeconds: number;
  readonly rooms: readonly string[];
  /** The address of a room: straight, or over the bad network. */
  urlOf(room: string, overLab: boolean): string;
  readonly random: Random;
};

const SHORTEST_STAY_MS = 500;
const PAUSE_MS = 300;
const SMALL = "size=320x180";

export class Visitors {
  /** How many came in by each way, and how many were not let in or saw nothing, as where the scene is just away. */
  readonly came: Record<Way, number> = { ...zeros() };
  readonly failed: Record<Way, number> = { ...zeros() };
  readonly #options: VisitorsOptions;
  readonly #done: Promise<unknown>;
  #ending = false;
  #turn = 0;

  constructor(options: VisitorsOptions) {
    this.#options = options;
    this.#done = Promise.all(Array.from({ length: options.count }, () => this.#visit()));
  }

  /** Resolves when the last one has left. */
  async close(): Promise<void> {
    this.#ending = true;
    await this.#done;
  }

  async #visit(): Promise<void> {
    const { random, rooms, ways, urlOf } = this.#options;
    while (!this.#ending) {
      // In turn, so that each way has its part also of a short soak.
      const way = ways[this.#turn++ % ways.length] ?? "websocket";
      const room = rooms[Math.floor(random() * rooms.length)] ?? "";
      const url = urlOf(room, way === "through the laboratory");
      try {
        await this.#stay(way, url);
        this.came[way] += 1;
      } catch {
        this.failed[way] += 1;
      }
      await sleep(PAUSE_MS);
    }
  }

  async #stay(way: Way, url: string): Promise<void> {
    const { random, longestStaySeconds } = this.#options;
    const stayMs = SHORTEST_STAY_MS + Math.floor(random() * longestStaySeconds * 1000);
    const politely = random() < 0.5;
    switch (way) {
      case "webrtc":
      case "websocket":
      case "through the laboratory": {
        const viewer = await SignaledViewer.open(
          url,
          way === "webrtc" || random() < 0.5 ? "webrtc" : "websocket",
          random,
        );
        await sleep(stayMs);
        return await viewer.leave(politely);
      }
      case "whep": {
        const viewer = await openLightWhep(url);
        await sleep(stayMs);
        return await viewer.close();
      }
      case "jpeg": {
        await using reader = await MultipartReader.open(new URL(`stream.mjpg?fps=5&${SMALL}`, url));
        await Promise.race([sleep(stayMs), reader.done]);
        return;
      }
      case "http":
        return await stayByHttp(url, stayMs, politely);
      case "pictures": {
        const picture = await fetch(new URL(`snapshot.${politely ? "png" : "jpg"}?${SMALL}`, url));
        await picture.arrayBuffer();
        if (!picture.ok) throw new Error(`${picture.status}`);
        return;
      }
    }
  }
}

async function stayByHttp(url: string, stayMs: number, politely: boolean): Promise<void> {
  const answer = await fetch(new URL("viewer", url), { method: "POST" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { viewerId, next } = (await answer.json()) as { readonly viewerId: string; readonly next: number };
  const own = new URL(`viewer/${viewerId}`, url);
  const until = performance.now() + stayMs;
  for (let after = next; performance.now() < until; ) {
    own.search = `?after=${after}`;
    const said = await fetch(own, { signal: AbortSignal.timeout(stayMs) }).catch(() => null);
    if (said === null) break;
    if (!said.ok) throw new Error(`${said.status}`);
    ({ next: after } = (await said.json()) as { readonly next: number });
    await sleep(100);
  }
  own.search = "";
  if (politely) await fetch(own, { method: "DELETE" });
}

function zeros(): Record<Way, number> {
  return Object.fromEntries(ways.map((way) => [way, 0])) as Record<Way, number>;
}
