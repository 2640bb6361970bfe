/**
 * Owns who serves a queue, and how others find that out: a record in Redis that runs out where nobody keeps it. Whoever may read it may add
 * jobs, and do tasks.
 *
 * QC1 One process at a time serves a queue.
 */

import { object, text } from "../../../shared/schema.ts";
import { KEYS, type RedisLink } from "./redis-link.ts";

export type OwnerRecord = {
  /** Names this one start of it. */
  readonly id: string;
  /** Where its HTTP is, without a slash at the end. */
  readonly url: string;
  /** What is shown to it. */
  readonly key: string;
  /** As people read it. */
  readonly host: string;
};

const KEY = `${KEYS}:owner`;
/** Kept at least every third of it. */
export const OWNER_MS = 6_000;

const read = object<OwnerRecord>({
  id: text(64),
  url: text(2_000, /^https?:\/\/[^\s]+$/, "must be an address"),
  key: text(128, /^[\x21-\x7e]+$/, "must be plain"),
  host: text(300),
});

/** QC1: says for some time more that this is who serves it. Resolves with who does so instead, or null. */
export async function claimQueue(link: RedisLink, record: OwnerRecord): Promise<OwnerRecord | null> {
  const { redis } = link;
  const taken = await redis.set(KEY, JSON.stringify(record), "PX", OWNER_MS, "NX");
  if (taken === "OK") return null;
  const other = parse(await redis.get(KEY));
  // It has run out between the two.
  if (other === null) return await claimQueue(link, record);
  if (other.id !== record.id) return other;
  await redis.pexpire(KEY, OWNER_MS);
  return null;
}

/** Null where nobody serves it. */
export async function findOwner({ redis }: RedisLink): Promise<OwnerRecord | null> {
  return parse(await redis.get(KEY));
}

/** How long the record stands if it is not kept before, in milliseconds; below 0 where there is none. */
export async function recordLasts({ redis }: RedisLink): Promise<number> {
  return await redis.pttl(KEY);
}

export async function leaveQueue(link: RedisLink, { id }: OwnerRecord): Promise<void> {
  if ((await findOwner(link))?.id === id) await link.redis.del(KEY);
}

function parse(json: string | null): OwnerRecord | null {
  if (json === null) return null;
  try {
    return read("record", JSON.parse(json));
  } catch {
    // Of another version, or nobody's.
    return null;
  }
}
