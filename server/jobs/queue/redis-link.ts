/**
 * Owns the connection to a server of Redis, and what people read when there is none. The only folder that has `bullmq` and `ioredis`, which
 * are optional. In the process of whoever has a queue of several machines.
 *
 * RL1 No password of an address gets into a sentence, a log or a list.
 */

import type { Redis } from "ioredis";
import { StreamError } from "../../../shared/errors.ts";

export type RedisLink = {
  readonly redis: Redis;
  readonly bullmq: typeof import("bullmq");
  /** Host and port. */
  readonly where: string;
  readonly isThere: boolean;
  /** Idempotent. */
  close(): void;
};

/** Of all that we keep there. */
export const KEYS = "scenecast";
/** How long a server may take to answer at first. */
const CONNECT_MS = 5_000;
const MAX_RETRY_MS = 1_000;

/** Rejects with `StreamError` "input-failed" where nobody answers, the password is wrong, or the libraries are missing. */
export async function connectRedis(url: string): Promise<RedisLink> {
  const [ioredis, bullmq] = await load();
  const { hostname, port, password } = new URL(url);
  const secret = password === "" ? process.env["SCENECAST_QUEUE_PASSWORD"] : undefined;
  const where = `${hostname}:${port === "" ? "6379" : port}`;
  const redis = new ioredis.Redis(url, {
    // As BullMQ wants it: who waits for an answer waits until there is one.
    maxRetriesPerRequest: null,
    ...(secret === undefined ? {} : { password: secret }),
    retryStrategy: (times) => Math.min(MAX_RETRY_MS, 50 * times),
  });
  let last: unknown = null;
  redis.on("error", (error: unknown) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(last ?? new Error("there was no answer")), CONNECT_MS);
    redis.once("error", reject);
  });
  try {
    await Promise.race([redis.ping(), late]);
  } catch (error) {
    redis.disconnect();
    throw new StreamError("input-failed", `Redis at ${where} cannot be used: ${wordsOf(error)}.`);
  } finally {
    clearTimeout(timer);
    late.catch(() => undefined);
  }
  const close = (): void => redis.disconnect();
  return {
    redis,
    bullmq,
    where,
    get isThere() {
      return redis.status === "ready";
    },
    close,
  };
}

async function load(): Promise<[Pick<typeof import("ioredis"), "Redis">, typeof import("bullmq")]> {
  try {
    return await Promise.all([import("ioredis"), import("bullmq")]);
  } catch (error) {
    const sentence = "A queue of several machines needs the packages bullmq and ioredis: npm install bullmq ioredis.";
    throw new StreamError("input-failed", sentence, { cause: error });
  }
}

/** RL1: by its code alone, never by what the library says. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  const { message } = error;
  const code = "code" in error ? String(error.code) : "";
  const known = Object.entries(words).find(([name]) => code === name || message.startsWith(name));
  return known?.[1] ?? (code === "" ? "there was no answer, or one that is none of Redis" : code);
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no machine of that name",
  EAI_AGAIN: "the name of the machine cannot be looked up",
  EHOSTUNREACH: "the machine cannot be reached",
  ENETUNREACH: "the machine cannot be reached",
  ETIMEDOUT: "the machine does not answer",
  ECONNRESET: "the connection was broken off",
  WRONGPASS: "the name or the password in its address is wrong",
  NOAUTH: "it wants a password, as in redis://:password@host:6379",
  "ERR AUTH": "it has no password, and one was given",
  NOPERM: "the user in its address has no right to",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is its own; name it in NODE_EXTRA_CA_CERTS",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is its own; name it in NODE_EXTRA_CA_CERTS",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is of nobody known; name it in NODE_EXTRA_CA_CERTS",
};
