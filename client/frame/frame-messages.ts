/**
 * Owns what the server's page in a frame and the page around it say to each other by `postMessage`. Each message carries
 * `scenecast: 1`, so that both find theirs among others.
 *
 * FM1 The frame says `here` when it is loaded; the page around it says `hello`, also unasked. To a page of an origin that the server
 *     was not told of (`http.frameDrivers`) the frame says `refused`, once for each `hello`, and nothing else.
 * FM2 To others it says each event of its viewer from then on, and first those of what is so already.
 * FM3 Each command has a number of its own, and is answered by that, with an error in words where it came to nothing. What needs the
 *     scene waits until that is there, or is known not to come by itself.
 */

import { MAX_PANELS_LENGTH } from "../../shared/panels.ts";
import {
  type Fields,
  fields,
  integer,
  type Reader,
  type UnionOf,
  union,
  type Vocabulary,
} from "../../shared/schema.ts";
import type { MessageData, PanelValue, ViewerEvents } from "../index.ts";

/** What a frame tells, by name: events of its viewer. */
export type FrameEvents = Pick<
  ViewerEvents,
  | "stateChanged"
  | "titleChanged"
  | "peopleChanged"
  | "controlChanged"
  | "panelsChanged"
  | "sceneStateChanged"
  | "noticeChanged"
  | "refused"
  | "messageReceived"
>;

/** Their names. */
export const frameEvents: readonly (keyof FrameEvents)[] = Object.keys({
  stateChanged: true,
  titleChanged: true,
  peopleChanged: true,
  controlChanged: true,
  panelsChanged: true,
  sceneStateChanged: true,
  noticeChanged: true,
  refused: true,
  messageReceived: true,
} satisfies Record<keyof FrameEvents, true>) as (keyof FrameEvents)[];

/** Values of controls by their ids; `true` presses a button. */
export type ControlValues = Readonly<Record<string, Exclude<PanelValue, null>>>;

const kinds = {
  hello: {},
  "set-controls": { number: "number", values: "values" },
  send: { number: "number", data: "data" },
  snapshot: { number: "number" },
  pause: { number: "number" },
  resume: { number: "number" },
} as const;

type Values = { readonly number: number; readonly values: ControlValues; readonly data: MessageData };

/** What the page around a frame says. */
export type ToFrame = UnionOf<Values, typeof kinds, "kind">;

/** What a frame says. */
export type FromFrame =
  | { readonly kind: "here" }
  | { readonly kind: "refused"; readonly sentence: string }
  | {
      [Name in keyof FrameEvents]: { readonly kind: "event"; readonly name: Name; readonly detail: FrameEvents[Name] };
    }[keyof FrameEvents]
  | {
      readonly kind: "answer";
      readonly number: number;
      /** Null where it was done. */
      readonly error: string | null;
      /** Of a snapshot the picture, PNG. */
      readonly result: Blob | null;
    };

const vocabulary: Vocabulary<Values> = {
  number: integer(0, Number.MAX_SAFE_INTEGER),
  values: (name, value) => {
    const read = fields(name, value);
    if (JSON.stringify(read).length > MAX_PANELS_LENGTH) {
      throw new TypeError(`${name} must have at most ${MAX_PANELS_LENGTH} characters as JSON.`);
    }
    // Each is checked by its control.
    return read as ControlValues;
  },
  // Checked by who sends it.
  data: (_name, value) => value as MessageData,
};

const table = union(vocabulary, kinds, "kind");

/** Reads what the page around a frame says; null where it is no message of ours. Throws `TypeError` naming the field and the rule. */
export const readToFrame: Reader<ToFrame | null> = (name, value) => {
  return isOurs(value) ? table.readKnown(name, value) : null;
};

/** What a frame says; null where it is no message of ours. The page of the server is believed. */
export function fromFrame(value: unknown): FromFrame | null {
  return isOurs(value) ? (value as unknown as FromFrame) : null;
}

/** As it is posted. */
export function marked<Message extends ToFrame | FromFrame>(message: Message): Message & { readonly scenecast: 1 } {
  return { ...message, scenecast: 1 };
}

function isOurs(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && "scenecast" in value && value.scenecast === 1;
}
