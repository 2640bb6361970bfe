/**
 * Owns what both ends call the people of a room: roles, who may steer, what is shown of each, what may be asked of
 * control.
 */

import { boolean, integer, oneOf, type Reader, type UnionOf, union, type Vocabulary } from "./schema.ts";

/**
 * What a link allows. `viewer`: to watch; `controller`: to steer when it has control; `host`: also to give and take
 * control, to remove people and to make links.
 */
export const roles = ["host", "controller", "viewer"] as const;
/** What a link allows: `host`, `controller` or `viewer`. */
export type Role = (typeof roles)[number];

/**
 * Who steers. `everyone`: all but viewers; `one`: one at a time, who passes it on; `host`: one at a time, whom a host
 * chooses.
 */
export const controlModes = ["everyone", "one", "host"] as const;
/** Who steers: `everyone`, `one` or `host`. */
export type ControlMode = (typeof controlModes)[number];

/** Somebody who watches, as the others see it. */
export type Person = {
  /** Counts the people of a room from 1; never used twice while the server runs. */
  readonly number: number;
  /** What the others call this person, at most 40 characters. */
  readonly name: string;
  /** As CSS takes it, `#rrggbb`. */
  readonly color: string;
  /** What this person may do. */
  readonly role: Role;
  /** Whether its input reaches the scene. */
  readonly hasControl: boolean;
  /** Whether it waits for control. */
  readonly isAsking: boolean;
  /** Whether its page is hidden or paused. */
  readonly isAway: boolean;
};

/** The longest name in characters (code points). */
export const MAX_NAME_LENGTH = 40;

/** The most people that are told of; `total` says how many there are. */
export const MAX_PEOPLE_TOLD = 200;

/** A name as it is shown: without control characters and with single spaces; null where nothing is left. */
export function cleanName(text: string): string | null {
  const plain = text
    .normalize("NFC")
    // Controls, invisible format characters (which turn text round) and lone surrogates; a line break is a space.
    .replaceAll(/(?!\s)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  const name = [...plain].slice(0, MAX_NAME_LENGTH).join("").trim();
  return name === "" ? null : name;
}

/** What somebody may do about control, by `action`. */
const controlRequests = {
  /** For control: granted at once where it is free or its holder idle, else the holder and the hosts are asked. */
  ask: {},
  /** Takes the asking back. */
  withdraw: {},
  /** Gives control up. */
  release: {},
  /** A host takes control. */
  take: {},
  /** The holder, or a host, gives control to somebody, who need not have asked. */
  grant: { person: "person" },
  /** The holder, or a host, refuses somebody who asked. */
  refuse: { person: "person" },
  /** A host removes somebody from the room. */
  kick: { person: "person" },
  /** A host has control given by hosts alone, or by the mode again. */
  lock: { locked: "boolean" },
  /** A host changes who steers. */
  mode: { mode: "mode" },
} as const;

type ControlRequestFields = {
  readonly boolean: boolean;
  readonly mode: ControlMode;
  /** `Person.number`. */
  readonly person: number;
};

export type ControlRequest = UnionOf<ControlRequestFields, typeof controlRequests, "action">;

const vocabulary: Vocabulary<ControlRequestFields> = {
  boolean,
  mode: oneOf(controlModes),
  person: integer(1, 2 ** 31 - 1),
};

/** Reads a request about control. Throws `TypeError` naming the field and the rule. */
export const readControlRequest: Reader<ControlRequest> = union(vocabulary, controlRequests, "action").readKnown;
