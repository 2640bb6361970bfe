/**
 * Owns the lines of an event log, in both directions: what each kind says, and the check of a line that is read again. Pure; main
 * process. Each line is a JSON object; `at` is when it was (ISO 8601), `ms` the same since the server was started. Viewers
 * are numbered as they come, since their ids let somebody in. Names of private rooms do so too: they read `private-1`.
 */

import { encodeInput, type InputEvent, parseInput } from "../../shared/input.ts";
import { type PanelChange, readPanelChange } from "../../shared/panels.ts";
import {
  boolean,
  integer,
  number,
  type Reader,
  text,
  type UnionOf,
  union,
  type Vocabulary,
} from "../../shared/schema.ts";
import { parseParameterValues } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import { visible } from "../platform/visible-text.ts";

/** What each kind of line says. */
const kinds = {
  /** A file begins: at the start of a server, or as the continuation of a file that became too long. */
  began: { version: "text", scene: "text", maxFps: "number", continues: "flag" },
  /** A room is there, in a file that begins or anew. `state` is the state of its scene, JSON text; `scene` its path, of several. */
  room: { room: "text", width: "side", height: "side", state: "text or null", parameters: "values?", scene: "text?" },
  "room-closed": { room: "text" },
  /** `way` is by which it watches. */
  joined: { room: "text", viewer: "count", name: "text", role: "text", way: "text" },
  left: { room: "text", viewer: "count" },
  /** `holder` has control where it is one viewer's. */
  control: { room: "text", mode: "text", locked: "flag", holder: "count or null" },
  size: { room: "text", width: "side", height: "side" },
  status: { room: "text", status: "text", detail: "text or null" },
  /** Of a control; the viewer 0 is a program. */
  panel: { room: "text", viewer: "count", change: "change" },
  state: { room: "text", viewer: "count", state: "text" },
  /** The values of the scene's parameters, at every change. */
  parameters: { room: "text", values: "values" },
  /** A message to the scene, of which only the size is told. */
  message: { room: "text", viewer: "count", bytes: "count" },
  /** Input that reached the scene, in the binary form of shared/input.ts, as base64. */
  input: { room: "text", viewer: "count", event: "event" },
  /** So many lines could not be kept. */
  lost: { lines: "count" },
  ended: {},
} as const;

type Values = {
  readonly text: string;
  readonly number: number;
  readonly side: number;
  readonly count: number;
  readonly flag: boolean;
  readonly change: PanelChange;
  readonly event: InputEvent;
  readonly values: ParameterValues;
};

/** What happened. */
export type LoggedEvent = UnionOf<Values, typeof kinds, "kind">;

/** What happened, and when: milliseconds since the server was started. */
export type TimedEvent = LoggedEvent & { readonly ms: number };

const readEvent: Reader<InputEvent> = (name, value) => {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    throw new TypeError(`${name} must be base64.`);
  return parseInput(new Uint8Array(Buffer.from(value, "base64"))).event;
};

const vocabulary: Vocabulary<Values> = {
  text: text(64 * 1024),
  number: number(0, 1_000_000),
  side: integer(2, 16_384),
  count: integer(0, Number.MAX_SAFE_INTEGER),
  flag: boolean,
  change: readPanelChange,
  event: readEvent,
  values: parseParameterValues,
};

const events = union(vocabulary, kinds, "kind");
const readMs = number(0, Number.MAX_SAFE_INTEGER);

/** The line of an event; `at` in milliseconds since the epoch. */
export function lineOf(event: LoggedEvent, at: number, ms: number): string {
  const { kind, ...fields } = event;
  const shown = event.kind === "input" ? { ...fields, event: base64Of(event.event) } : fields;
  // It is read in a terminal, too.
  return visible(JSON.stringify({ at: new Date(at).toISOString(), ms: Math.round(ms * 1000) / 1000, kind, ...shown }));
}

/** Reads a line. Null for a kind that a newer server may have. Throws `TypeError` naming the field and its rule. */
export function parseLine(line: string): TimedEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TypeError("It must be a JSON object.");
  }
  const event = events.read("event", value);
  return event === null ? null : { ...event, ms: readMs("event.ms", (value as { readonly ms?: unknown }).ms) };
}

function base64Of(event: InputEvent): string {
  return Buffer.from(encodeInput({ sequence: 0, ordered: 0, event })).toString("base64");
}
