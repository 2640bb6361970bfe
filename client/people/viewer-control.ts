/** Owns the contract of control, as pages see it. `Control` keeps it. */

import type { ControlMode, Person } from "../../shared/people.ts";
import type { PersonRef } from "./viewer-people.ts";

/** Who steers, at one moment. */
export type ControlState = {
  /** By which rules control passes on. */
  readonly mode: ControlMode;
  /** Whether control is given by hosts alone. */
  readonly locked: boolean;
  /** Whether one person has control, who may not be told of. */
  readonly isHeld: boolean;
  /** Who has control where it is one person's and that person is told of; null where it is nobody's or everybody's. */
  readonly holder: Person | null;
  /** Whether this viewer's input reaches the scene. */
  readonly isMine: boolean;
};

/** Who steers now, and what may be asked about it. `controlChanged` of the viewer tells that it changed. */
export type ViewerControl = ControlState & {
  /** The state of this moment, which stays as it is. */
  readonly state: ControlState;
  /** Asks for control: given at once where it is free, else its holder and the hosts are asked. */
  ask(): void;
  /** Takes `ask()` back. */
  withdraw(): void;
  /** Gives control up. */
  release(): void;
  /** Takes control, as a host. */
  take(): void;
  /** Gives control to somebody, as its holder or a host. */
  grant(person: PersonRef): void;
  /** Refuses control to somebody who asks, as its holder or a host. */
  refuse(person: PersonRef): void;
  /** Has control given by hosts alone, or by the mode again, as a host. */
  setLocked(locked: boolean): void;
  /** Changes who steers, as a host. */
  setMode(mode: ControlMode): void;
};
