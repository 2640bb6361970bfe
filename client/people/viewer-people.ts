/** Owns the contract of the people of a room, as pages see it. `People` keeps it. */

import type { Person } from "../../shared/people.ts";

/** The people of the room. `peopleChanged` of the viewer tells that they changed. */
export type ViewerPeople = {
  /** Who watches, this viewer included; at most 200 of them are told of. Only this viewer where `presence` is off. */
  readonly all: readonly Person[];
  /** How many watch, also those who are not told of. */
  readonly total: number;
  /** Which of `all` this viewer is; null before the server said it. */
  readonly me: Person | null;
  /** Whether names and pointers are passed on between viewers. False before the server said it. */
  readonly presence: boolean;
  /** The person with this number; null for one who has left or is not told of. */
  find(number: number): Person | null;
  /**
   * Changes what this viewer is called, at most 40 characters; the server may have its own name for it. Throws
   * `TypeError` where no character is left that can be seen.
   */
  rename(name: string): void;
  /** Removes somebody from the room, as a host. */
  kick(person: PersonRef): void;
};

/** Somebody in the room, or the `number` of that person. */
export type PersonRef = Person | number;
