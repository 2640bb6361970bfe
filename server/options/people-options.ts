/** Owns the options about the people of a server: how many, in which scenes, who steers, what they see of each other. */

import { type ControlMode, controlModes } from "../../shared/people.ts";
import { boolean, fieldsOf, oneOf, wholeNumber } from "../platform/option-checks.ts";

export const sessionKinds = ["shared", "private"] as const;
/** `"shared"` or `"private"`. */
export type SessionKind = (typeof sessionKinds)[number];

/** How many may watch, and what they see of each other. */
export type ViewersOptions = {
  /** How many may watch at once, in all rooms, 1 to 1000. Who comes later waits in a queue. Default 64. */
  readonly most?: number;
  /** Whether viewers see each other's names and pointers. Default true. */
  readonly presence?: boolean;
};

/** Which rooms there are, and how long they are kept. */
export type SessionsOptions = {
  /**
   * `"shared"`: whoever opens the page sees one common scene; `"private"`: each gets a scene, and a process, of its own.
   * Default `"shared"`.
   */
  readonly kind?: SessionKind;
  /** The most scenes, each in its process, 1 to 256. Who would need one more waits in a queue. Default 8. */
  readonly most?: number;
  /** Whether there are named rooms, `/s/<name>`, beside a shared scene. Default true. */
  readonly rooms?: boolean;
  /** How long a room that everybody left is kept, in seconds, 0 to 86 400. The common scene stays. Default 30. */
  readonly emptySeconds?: number;
  /** A room without input for so long is ended when somebody waits for a place; in seconds, 1 to 86 400. Default 600. */
  readonly idleSeconds?: number;
};

/** Who steers. */
export type ControlOptions = {
  /** Who steers. Default `"one"` where others than this machine are expected, else `"everyone"`. */
  readonly mode?: ControlMode;
  /** A holder without input for so long loses control when somebody asks; in seconds, 1 to 86 400. Default 20. */
  readonly idleSeconds?: number;
};

export type ResolvedViewers = { readonly most: number; readonly presence: boolean };
export type ResolvedSessions = {
  readonly kind: SessionKind;
  readonly most: number;
  readonly rooms: boolean;
  readonly emptyMs: number;
  readonly idleMs: number;
};
export type ResolvedControl = { readonly mode: ControlMode; readonly idleMs: number };

/** Throws `TypeError` naming the option and its rule, as all of these. */
export function resolveViewers(value: unknown): ResolvedViewers {
  const fields = fieldsOf("options.viewers", value, ["most", "presence"]);
  return {
    most: wholeNumber("options.viewers.most", fields["most"] ?? 64, 1, 1000),
    presence: boolean("options.viewers.presence", fields["presence"] ?? true),
  };
}

export function resolveSessions(value: unknown): ResolvedSessions {
  const name = "options.sessions";
  const fields = fieldsOf(name, value, ["kind", "most", "rooms", "emptySeconds", "idleSeconds"]);
  return {
    kind: oneOf(`${name}.kind`, fields["kind"] ?? "shared", sessionKinds),
    most: wholeNumber(`${name}.most`, fields["most"] ?? 8, 1, 256),
    rooms: boolean(`${name}.rooms`, fields["rooms"] ?? true),
    emptyMs: 1000 * wholeNumber(`${name}.emptySeconds`, fields["emptySeconds"] ?? 30, 0, 86_400),
    idleMs: 1000 * wholeNumber(`${name}.idleSeconds`, fields["idleSeconds"] ?? 600, 1, 86_400),
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
