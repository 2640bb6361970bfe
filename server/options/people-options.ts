/** Owns the options about the people of a server: how many, in which rooms, who steers, what they see of each other. */

import { type ControlMode, controlModes } from "../../shared/people.ts";
import { boolean, fieldsOf, oneOf, wholeNumber } from "../platform/option-checks.ts";

export const roomKinds = ["shared", "private"] as const;
/** Whether all who open the page share one room, or each gets a room of its own. */
export type RoomKind = (typeof roomKinds)[number];

/** How many may watch, and what they see of each other. */
export type ViewersOptions = {
  /** How many may watch at once, in all rooms, 1 to 1000. Those who come later wait in a queue. Default 64. */
  readonly max?: number;
  /** Whether viewers see each other's names and pointers. Default true. */
  readonly presence?: boolean;
};

/** The rooms of a server: each is one running scene with its people. */
export type RoomsOptions = {
  /**
   * `"shared"`: whoever opens the page comes to the shared room; `"private"`: each gets a room, and a process, of their own.
   * Default `"shared"`.
   */
  readonly kind?: RoomKind;
  /** How many rooms run at most, each in its process, 1 to 256. Anybody who would need one more waits in a queue. Default 8. */
  readonly max?: number;
  /** Whether there are rooms with names, `/s/<name>`, beside the shared one. Default true. */
  readonly named?: boolean;
  /** How long a room that everybody left is kept, in seconds, 0 to 86 400. The shared room stays. Default 30. */
  readonly emptySeconds?: number;
  /** A room without input for so long is ended when somebody waits for a place; in seconds, 1 to 86 400. Default 600. */
  readonly idleSeconds?: number;
  /**
   * A scene that does not answer for so long, as one in a loop that never ends, is ended and started again with its state; in
   * seconds, 1 to 86 400, or 0 for never. One that is being set up may take any time. Default 10.
   */
  readonly hangSeconds?: number;
};

/** Who steers. */
export type ControlOptions = {
  /** Who steers. Default `"one"` where others than this machine are expected, else `"everyone"`. */
  readonly mode?: ControlMode;
  /** A holder without input for so long loses control when somebody asks; in seconds, 1 to 86 400. Default 20. */
  readonly idleSeconds?: number;
};

export type ResolvedViewers = { readonly max: number; readonly presence: boolean };
export type ResolvedRooms = {
  readonly kind: RoomKind;
  readonly max: number;
  readonly named: boolean;
  readonly emptyMs: number;
  readonly idleMs: number;
  readonly hangMs: number;
};
export type ResolvedControl = { readonly mode: ControlMode; readonly idleMs: number };

/** Throws `TypeError` naming the option and its rule, as all of these. */
export function resolveViewers(value: unknown): ResolvedViewers {
  const fields = fieldsOf("options.viewers", value, ["max", "presence"]);
  return {
    max: wholeNumber("options.viewers.max", fields["max"] ?? 64, 1, 1000),
    presence: boolean("options.viewers.presence", fields["presence"] ?? true),
  };
}

export function resolveRooms(value: unknown): ResolvedRooms {
  const name = "options.rooms";
  const fields = fieldsOf(name, value, ["kind", "named", "max", "emptySeconds", "idleSeconds", "hangSeconds"]);
  return {
    kind: oneOf(`${name}.kind`, fields["kind"] ?? "shared", roomKinds),
    named: boolean(`${name}.named`, fields["named"] ?? true),
    max: wholeNumber(`${name}.max`, fields["max"] ?? 8, 1, 256),
    emptyMs: 1000 * wholeNumber(`${name}.emptySeconds`, fields["emptySeconds"] ?? 30, 0, 86_400),
    idleMs: 1000 * wholeNumber(`${name}.idleSeconds`, fields["idleSeconds"] ?? 600, 1, 86_400),
    hangMs: 1000 * wholeNumber(`${name}.hangSeconds`, fields["hangSeconds"] ?? 10, 0, 86_400),
  };
}

/** `isOpen`: whether others than the people of this machine are expected. */
export function resolveControl(value: unknown, isOpen: boolean): ResolvedControl {
  const fields = fieldsOf("options.control", value, ["mode", "idleSeconds"]);
  return {
    mode: oneOf("options.control.mode", fields["mode"] ?? (isOpen ? "one" : "everyone"), controlModes),
    idleMs: 1000 * wholeNumber("options.control.idleSeconds", fields["idleSeconds"] ?? 20, 1, 86_400),
  };
}
