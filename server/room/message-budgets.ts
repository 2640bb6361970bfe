/**
 * Owns how much viewers may say, each kind of message by itself, so that one who says too much harms nobody else. One for
 * all rooms of a server, in the main process. Pure: the clock is injected.
 *
 * MB1 each viewer has a bucket of its own for each kind, and all who came by one link together twenty times as much.
 * MB2 acknowledgements and receipts cost nothing: they are merged (VI2), and without them a stream stops.
 * MB3 what is too much is left out, and the viewer is told so, once a second. Who was told five times within twenty
 *     seconds is sent out. That its link's share is used up is told too, and is nobody's fault alone.
 */

import type { ViewerMessage } from "../../shared/signaling.ts";
import { isAck, isReceipt } from "../../shared/socket-message.ts";
import { type Milliseconds, now } from "../../shared/time.ts";
import { BucketTable } from "../platform/bucket-table.ts";

type Kind = ViewerMessage["kind"] | "input";
type Limit = { readonly perSecond: number; readonly burst: number };

/** What costs connections, encoders, key frames or messages to everybody is dear; no hand comes near to any of it. */
const limits: Partial<Record<Kind, Limit>> = {
  offer: { perSecond: 1, burst: 10 },
  stream: { perSecond: 1, burst: 10 },
  candidate: { perSecond: 10, burst: 100 },
  disconnect: { perSecond: 2, burst: 20 },
  pause: { perSecond: 2, burst: 20 },
  view: { perSecond: 10, burst: 40 },
  name: { perSecond: 1, burst: 10 },
  control: { perSecond: 2, burst: 20 },
  "scene-state": { perSecond: 4, burst: 16 },
  restart: { perSecond: 1, burst: 3 },
  "exact-received": { perSecond: 120, burst: 400 },
  // A mouse that tells of itself a thousand times a second.
  input: { perSecond: 1_000, burst: 2_000 },
};
const usual: Limit = { perSecond: 60, burst: 200 };

const LINK_FACTOR = 20;
const TELL_PAUSE_MS = 1_000;
const MAX_TOLD = 5;
const TOLD_MEMORY_MS = 20_000;

/** `left-out`: without a word, as it was told just now; `told`: it is to be told; `sent-out`: it had its warnings. */
export type Verdict = "taken" | "left-out" | "told" | "sent-out";

type Talker = { readonly viewerId: string; readonly linkId: string | null };
type Buckets = { readonly viewers: BucketTable; readonly links: BucketTable };

export class MessageBudgets {
  readonly #clock: () => Milliseconds;
  readonly #buckets = new Map<Kind, Buckets>();
  /** When each viewer was told that it says too much. */
  readonly #told = new Map<string, readonly number[]>();

  constructor(clock: () => Milliseconds = now) {
    this.#clock = clock;
  }

  takeMessage(talker: Talker, kind: ViewerMessage["kind"]): Verdict {
    return this.#take(talker, kind);
  }

  takeBytes(talker: Talker, bytes: Uint8Array): Verdict {
    return isAck(bytes) || isReceipt(bytes) ? "taken" : this.#take(talker, "input");
  }

  /** The viewer left. */
  forget(viewerId: string): void {
    this.#told.delete(viewerId);
    for (const { viewers } of this.#buckets.values()) viewers.forget(viewerId);
  }

  #take({ viewerId, linkId }: Talker, kind: Kind): Verdict {
    const { viewers, links } = this.#buckets.get(kind) ?? this.#openBuckets(kind);
    if (!viewers.take(viewerId)) return this.#refuse(viewerId, MAX_TOLD);
    return linkId === null || links.take(linkId) ? "taken" : this.#refuse(viewerId, Number.POSITIVE_INFINITY);
  }

  #refuse(viewerId: string, maxTold: number): Verdict {
    const at = this.#clock();
    const told = (this.#told.get(viewerId) ?? []).filter((time) => at - time < TOLD_MEMORY_MS);
    if (at - (told.at(-1) ?? Number.NEGATIVE_INFINITY) < TELL_PAUSE_MS) return "left-out";
    if (told.length >= maxTold) return "sent-out";
    this.#told.set(viewerId, [...told, at]);
    return "told";
  }

  #openBuckets(kind: Kind): Buckets {
    const { perSecond, burst } = limits[kind] ?? usual;
    const options = { perSecond, burst, clock: this.#clock };
    const forLinks = { ...options, perSecond: perSecond * LINK_FACTOR, burst: burst * LINK_FACTOR };
    const buckets = { viewers: new BucketTable(options), links: new BucketTable(forLinks) };
    this.#buckets.set(kind, buckets);
    return buckets;
  }
}
