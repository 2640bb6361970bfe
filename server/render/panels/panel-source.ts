/**
 * Owns the contract of what offers controls to viewers: a library that makes panels, or the scene itself. In the render
 * thread.
 */

import type { PanelControl, PanelValue } from "../../../shared/panels.ts";

type WithoutId<Control> = Control extends PanelControl ? Omit<Control, "id"> : never;

/** What is shown of a control, of whichever kind, but for its id. */
export type ShownControl = WithoutId<PanelControl>;

/** A control as its source has it at this moment. */
export type SourceControl = {
  /** The same object for as long as it is the same control. */
  readonly key: object;
  /** What its id ends in. Default its label. */
  readonly name?: string;
  /** What is shown of it; its label is cut where it is too long. */
  readonly shown: ShownControl;
  /** What it held at the beginning; null for what holds nothing. */
  readonly initial: PanelValue;
  /** Whether all that differs from `initial` is kept, and not only what viewers set. Default false. */
  readonly keepsAll?: boolean;
  /** What a folder holds; empty for others. */
  readonly children: Iterable<SourceControl>;
  /** Gives it a value that fits its kind and its bounds. `last`: it is let go of. Throws what the scene throws. */
  set(value: PanelValue, last: boolean): void;
};

/** What has panels. Each is a folder. */
export type PanelSource = {
  /** Reads the panels as they are now; one that is asked for no further is not read. */
  read(): Iterable<SourceControl>;
};
