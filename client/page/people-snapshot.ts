/** Owns taking the people of a viewer's room, and who of them has control, as they are at one moment. */

import type { ControlState, Person, Viewer } from "../index.ts";

/** The people of one moment. */
export type PeopleSnapshot = {
  readonly people: readonly Person[];
  /** Which of them we are. */
  readonly me: Person | null;
  readonly control: ControlState;
};

export function snapshotOf({ people, control }: Viewer): PeopleSnapshot {
  return { people: people.all, me: people.me, control: control.state };
}
