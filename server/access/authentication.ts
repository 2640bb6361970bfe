/** Owns asking the application who somebody is, where it wants to say so itself, and checking its answer. */

import type { IncomingMessage } from "node:http";
import { cleanName, type Role, roles } from "../../shared/people.ts";
import { boolean, fieldsOf, oneOf, text } from "../platform/option-checks.ts";
import type { Identity } from "./identity.ts";
import { isLinkedRoom, linkedRoomRule } from "./room-name.ts";

/** Whom the application knows. */
export type Identified = {
  readonly role: Role;
  /** What it is called; shown to the others, cleaned and cut to 40 characters. Default: it may choose. */
  readonly name?: string;
  /** The only room that it may enter, "" for the shared room, "spheres/*" for those of one of several scenes. Default every room. */
  readonly room?: string;
  /** When its right ends, as a `Date` or in milliseconds since the epoch. Default never. */
  readonly expiresAt?: Date | number;
  /** Whether it may read and fill the data of the rooms that it may enter; a host may in any case. Default false. */
  readonly data?: boolean;
};

/** Says who makes a request; null for nobody who may enter. */
export type Authenticate = (request: IncomingMessage) => Promise<Identified | null> | Identified | null;

/** Who asks must not wait for ever on an application that forgot it. */
const DEADLINE_MS = 10_000;

/** Rejects with what `authenticate` throws, and with `TypeError` on an answer that breaks its type or comes too late. */
export async function identityBy(
  authenticate: Authenticate,
  request: IncomingMessage,
  deadlineMs: number = DEADLINE_MS,
): Promise<Identity | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new TypeError(`It must answer within ${deadlineMs / 1000} seconds.`);
    timer = setTimeout(() => reject(error), deadlineMs);
  });
  try {
    const answer: unknown = await Promise.race([authenticate(request), late]);
    return answer === null ? null : checked(answer);
  } finally {
    clearTimeout(timer);
  }
}

/** A misspelt field is refused like a wrong one: without `expiresAt` somebody would stay for ever. */
function checked(answer: unknown): Identity {
  const known = ["role", "name", "room", "expiresAt", "data"];
  const { role, name, room, expiresAt, data = false } = fieldsOf("Its answer", answer, known);
  return {
    role: oneOf("Its answer.role", role, roles),
    room: room === undefined ? null : text("Its answer.room", room, linkedRoomRule, isLinkedRoom),
    expiresAt: expiresAt === undefined ? null : timeOf(expiresAt),
    linkId: null,
    name: name === undefined ? null : cleanName(text("Its answer.name", name, "text", () => true)),
    ...(boolean("Its answer.data", data) ? { data: true } : {}),
  };
}

function timeOf(value: unknown): number {
  const time = value instanceof Date ? value.getTime() : value;
  if (typeof time === "number" && Number.isFinite(time)) return time;
  throw new TypeError("Its answer.expiresAt must be a Date, or milliseconds since the epoch.");
}
