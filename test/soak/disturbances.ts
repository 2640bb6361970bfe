/** Owns what goes wrong during a soak, one thing after the other: processes die and stop, scenes are saved, the network changes. */

import type { Laboratory } from "../support/lab/laboratory.ts";
import type { Random } from "../support/lab/random.ts";
import { freeLink, type LinkSettings } from "../support/lab/shaper.ts";
import type { Held, SoakedServer } from "./soaked-server.ts";

/** The room whose process is killed and stopped; those of the others live from the beginning to the end. */
export const VICTIM = "victim";

const networks: readonly Partial<LinkSettings>[] = [
  { rateBps: 2_000_000, delayMs: 20, loss: 0.02 },
  { rateBps: 400_000, delayMs: 60 },
  freeLink,
  { rateBps: null, delayMs: 100, jitterMs: 20 },
];

const PAUSE_MS = 10_000;
/** Short enough that it only stood still for a while. */
const STOPPED_MS = 2_000;

export class Disturbances {
  readonly counts = { saved: 0, killed: 0, stopped: 0, "stopped for good": 0, "other network": 0 };
  readonly #server: SoakedServer;
  readonly #laboratory: Laboratory;
  readonly #random: Random;
  readonly #timer: NodeJS.Timeout;
  #scenes: Held["scenes"] = [];
  #turn = 0;

  constructor(server: SoakedServer, laboratory: Laboratory, random: Random) {
    this.#server = server;
    this.#laboratory = laboratory;
    this.#random = random;
    this.#timer = setInterval(() => this.#disturb(), PAUSE_MS);
  }

  /** The newest that is known of the processes. */
  noteScenes(scenes: Held["scenes"]): void {
    this.#scenes = scenes;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #disturb(): void {
    const kinds = [
      "other network",
      "saved",
      "killed",
      "other network",
      "stopped",
      "saved",
      "stopped for good",
    ] as const;
    const kind = kinds[this.#turn++ % kinds.length] ?? "saved";
    if (kind === "saved") this.#server.saveScene();
    else if (kind === "other network") this.#laboratory.change(this.#oneOf(networks));
    else if (!this.#signal(kind)) return;
    this.counts[kind] += 1;
  }

  #signal(kind: "killed" | "stopped" | "stopped for good"): boolean {
    const pid = this.#scenes.find(({ room }) => room === VICTIM)?.pid;
    if (pid === undefined) return false;
    try {
      process.kill(pid, kind === "killed" ? "SIGKILL" : "SIGSTOP");
      if (kind === "stopped") setTimeout(() => goOn(pid), STOPPED_MS);
      return true;
    } catch {
      // It ended since then.
      return false;
    }
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }
}

function goOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It ended meanwhile.
  }
}
