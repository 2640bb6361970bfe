/** Owns what both ends call the people of a scene: roles, who may steer, and what is shown of each. */

/**
 * What a link allows. `viewer`: to watch; `controller`: to steer when it has control; `host`: also to give and take
 * control, to send people out and to make links.
 */
export const roles = ["host", "controller", "viewer"] as const;
/** `"host"`, `"controller"` or `"viewer"`. */
export type Role = (typeof roles)[number];

/**
 * Who steers. `everyone`: all but viewers; `one`: one at a time, who passes it on; `host`: one at a time, whom a host
 * chooses.
 */
export const controlModes = ["everyone", "one", "host"] as const;
/** `"everyone"`, `"one"` or `"host"`. */
export type ControlMode = (typeof controlModes)[number];

/** Somebody who watches, as the others see it. */
export type Person = {
  /** Counts the people of a room from 1; never used twice while the server runs. */
  readonly number: number;
  readonly name: string;
  /** As CSS takes it, `#rrggbb`. */
  readonly color: string;
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

/** What somebody may do about control; `person` is a `Person.number`. */
export type ControlRequest =
  /** For control: granted at once where it is free or its holder idle, else the holder and the hosts are asked. */
  | { readonly action: "ask" }
  /** Takes the asking back. */
  | { readonly action: "withdraw" }
  /** Gives control up. */
  | { readonly action: "release" }
  /** A host takes control. */
  | { readonly action: "take" }
  /** The holder, or a host, gives control to somebody, who need not have asked. */
  | { readonly action: "grant"; readonly person: number }
  /** The holder, or a host, refuses who asked. */
  | { readonly action: "refuse"; readonly person: number }
  /** A host sends somebody out. */
  | { readonly action: "kick"; readonly person: number }
  /** A host has control given by hosts alone, or by the mode again. */
  | { readonly action: "lock"; readonly locked: boolean }
  /** A host changes who steers. */
  | { readonly action: "mode"; readonly mode: ControlMode };
