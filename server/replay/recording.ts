/** Owns what is read of an event log to play it again: the input of one room in one life of a server, in its order. Main process. */

import { readFileSync } from "node:fs";
import type { InputEvent } from "../../shared/input.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { PictureSize } from "../../shared/video.ts";
import { textIn } from "../monitoring/gzip-members.ts";
import { parseLine, type TimedEvent } from "../monitoring/logged-events.ts";
import { changedNames } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";

/** What is done to the scene; `ms` counts from the start of its process. */
export type RecordedStep = { readonly ms: number } & (
  | { readonly kind: "input"; readonly viewerId: string; readonly event: InputEvent }
  | { readonly kind: "size"; readonly size: PictureSize }
  | { readonly kind: "panel"; readonly change: PanelChange }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "parameters"; readonly values: ParameterValues }
  /** The scene fell and was started again; from there `ms` counts anew. */
  | { readonly kind: "restart" }
);

export type Recording = {
  /** The path of the scene. */
  readonly scene: string;
  readonly maxFps: number;
  readonly room: string;
  /** The size of the picture, to begin with. */
  readonly size: PictureSize;
  /** The state that the scene begins in, JSON text; null for its own. */
  readonly state: string | null;
  /** The values of the scene's parameters, to begin with. */
  readonly parameters: ParameterValues;
  readonly steps: readonly RecordedStep[];
  /** What the scene was told that the log does not have: messages, and lines that were lost. */
  readonly missing: { readonly messages: number; readonly lines: number };
};

type Life = { readonly began: Extract<TimedEvent, { readonly kind: "began" }>; readonly events: TimedEvent[] };

/**
 * Reads the log at a path. Of several lives of a server it is the last in which the room had input; `room` null is the shared room,
 * or the only one that had any. Throws `TypeError`, which names the line where one is bad.
 */
export function readRecording(path: string, room: string | null): Recording {
  const lives = livesIn(path);
  const life = lives.findLast(({ events }) => inputRooms(events).some((name) => room === null || name === room));
  const last = life ?? lives.at(-1);
  if (last === undefined) throw new TypeError(`${path} is empty.`);
  return recordingOf(last, room ?? roomIn(last.events));
}

/** The events of each life of a server that the log tells of. */
function livesIn(path: string): Life[] {
  const lives: Life[] = [];
  let number = 0;
  for (const line of linesIn(path)) {
    number += 1;
    const event = parsed(path, number, line);
    if (event === null) continue;
    // What was put aside for its length is a file of its own: the one that goes on from it begins a life as well.
    if (event.kind === "began") lives.push({ began: event, events: [] });
    else if (lives.length > 0) lives.at(-1)?.events.push(event);
    else throw new TypeError(`${path}, line ${number}: A log begins with a line of the kind "began".`);
  }
  return lives;
}

/** Whole lines alone: what a cut file ends with is not one. */
function* linesIn(path: string): Generator<string> {
  let rest = "";
  for (const text of textOf(path)) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function* textOf(path: string): Generator<string> {
  const file = fileAt(path);
  try {
    yield* textIn(file);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${path} is no event log: ${error.message}`);
  }
}

function fileAt(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TypeError(`The log cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function parsed(path: string, number: number, line: string): TimedEvent | null {
  try {
    return parseLine(line);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${path}, line ${number}: ${error.message}`);
  }
}

function inputRooms(events: readonly TimedEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.kind === "input" ? event.room : [])))];
}

function roomIn(events: readonly TimedEvent[]): string {
  const rooms = inputRooms(events);
  const [only = "", ...more] = rooms;
  if (more.length === 0 || rooms.includes("")) return rooms.includes("") ? "" : only;
  throw new TypeError(`The log has input of the rooms ${rooms.join(", ")}. Choose one with --room.`);
}

function recordingOf({ began, events }: Life, room: string): Recording {
  // Input is told a moment later than all else.
  const own = events.filter((event) => !("room" in event) || event.room === room).toSorted((a, b) => a.ms - b.ms);
  const opened = own.find((event) => event.kind === "room");
  if (opened === undefined) throw new TypeError(`The log has no room "${room}".`);
  const { width, height, state } = opened;
  const first = own.find((event) => event.kind === "parameters")?.values ?? {};
  // A file that goes on from another knows them from the start.
  const parameters = Object.keys(opened.parameters ?? {}).length > 0 ? (opened.parameters ?? {}) : first;
  const lost = own.reduce((sum, event) => sum + (event.kind === "lost" ? event.lines : 0), 0);
  return {
    scene: opened.scene ?? began.scene,
    maxFps: began.maxFps,
    room,
    size: { width, height },
    state,
    parameters,
    steps: stepsOf(own, opened.ms, parameters),
    missing: { messages: own.filter(({ kind }) => kind === "message").length, lines: lost },
  };
}

function stepsOf(events: readonly TimedEvent[], openedMs: number, parameters: ParameterValues): RecordedStep[] {
  let startMs = openedMs;
  let wasLive = false;
  let values = parameters;
  return events.flatMap((event): RecordedStep | [] => {
    const ms = Math.max(0, event.ms - startMs);
    switch (event.kind) {
      case "status":
        if (event.status === "live") startMs = event.ms;
        else if (wasLive) {
          wasLive = false;
          return event.status === "closed" ? [] : { kind: "restart", ms };
        }
        wasLive = event.status === "live";
        return [];
      case "input":
        return { kind: "input", ms, viewerId: `viewer ${event.viewer}`, event: event.event };
      case "size":
        return { kind: "size", ms, size: { width: event.width, height: event.height } };
      case "parameters": {
        const changed = changedNames(values, event.values);
        values = event.values;
        return changed.length === 0 ? [] : { kind: "parameters", ms, values };
      }
      case "panel":
        return { kind: "panel", ms, change: event.change };
      case "state":
        return { kind: "state", ms, state: event.state };
      default:
        return [];
    }
  });
}
