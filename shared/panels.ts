/**
 * Owns the controls that a scene offers to its viewers: what they are, what of them is said on the way, and which values
 * they take. Where a control comes from, a panel of lil-gui or any other source, nobody can tell here.
 */

import { boolean, integer, list, number, object, oneOf, type Reader, text, union, type Vocabulary } from "./schema.ts";

/** The most controls of a scene that are told, folders among them. */
export const MAX_CONTROLS = 500;
/** The longest JSON text of them all, in UTF-16 units, so that they go as one message. */
export const MAX_PANELS_LENGTH: number = 56 * 1024;
/** The longest label of a control or of one of its options. */
export const MAX_LABEL_LENGTH = 80;
/** The most options of a choice. */
export const MAX_OPTIONS = 250;
/** The longest text that a control holds. */
export const MAX_TEXT_LENGTH = 1000;
/** The longest id of a control. */
export const MAX_ID_LENGTH = 1000;

/** What a control holds: of a button null. */
export type PanelValue = boolean | number | string | null;

/** The values of controls by their ids. */
export type PanelValues = Readonly<Record<string, PanelValue>>;

/** What every control has. */
export type ControlCommon = {
  /**
   * Its place as a JSON Pointer (RFC 6901) of labels, such as `/Controls/Light/intensity`. Stays as long as the control
   * does; the second of a name in a folder ends in `#2`.
   */
  readonly id: string;
  /** What it is called. */
  readonly label: string;
  /** Whether the scene lets nobody change it. */
  readonly disabled: boolean;
  /** Whether the scene does not want it seen. */
  readonly hidden: boolean;
};

/** A control of a panel. Panels are folders that lie in none. */
export type PanelControl = ControlCommon &
  (
    | {
        /** Holds the controls whose ids begin with its own. */
        readonly kind: "folder";
        /** Whether the scene wants it open; each viewer may fold it for itself. */
        readonly open: boolean;
      }
    | {
        /** A number between two others. */
        readonly kind: "range";
        readonly value: number;
        readonly min: number;
        readonly max: number;
        readonly step: number;
      }
    | {
        /** A number; null where it has no bound or no step. */
        readonly kind: "number";
        readonly value: number;
        readonly min: number | null;
        readonly max: number | null;
        readonly step: number | null;
      }
    | { readonly kind: "switch"; readonly value: boolean }
    | {
        /** One of `options`; null where it is none of them now. */
        readonly kind: "choice";
        readonly value: string | null;
        readonly options: readonly string[];
      }
    | {
        /** A colour, `#rrggbb`. */
        readonly kind: "color";
        readonly value: string;
      }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "button" }
  );

/** Controls in the order in which they are shown, a folder before what is in it. */
export type PanelNews = {
  /** Counts the times that there were other controls than before. */
  readonly revision: number;
  readonly controls: readonly PanelControl[];
};

/** A viewer changes a control. */
export type PanelChange = {
  readonly id: string;
  /** Null presses a button. */
  readonly value: PanelValue;
  /** Whether it is let go of: false while it is dragged on. */
  readonly last: boolean;
};

const kinds = {
  folder: { "...": "common", open: "flag" },
  range: { "...": "common", value: "number", min: "number", max: "number", step: "number" },
  number: { "...": "common", value: "number", min: "number or null", max: "number or null", step: "number or null" },
  switch: { "...": "common", value: "flag" },
  choice: { "...": "common", value: "option or null", options: "options" },
  color: { "...": "common", value: "color" },
  text: { "...": "common", value: "text" },
  button: { "...": "common" },
} as const;

type PanelFields = {
  readonly flag: boolean;
  readonly number: number;
  readonly text: string;
  readonly color: string;
  readonly option: string;
  readonly options: readonly string[];
  readonly common: ControlCommon;
};

const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const label = text(MAX_LABEL_LENGTH);
const id = text(MAX_ID_LENGTH, /^\//, "must begin with a slash");

const hexColor = text(7, /^#[0-9a-f]{6}$/i, "must be a colour like #3fcf9b");
/** Reads a colour; letters become small. */
export const readColor: Reader<string> = (name, value) => hexColor(name, value).toLowerCase();

const vocabulary: Vocabulary<PanelFields> = {
  flag: boolean,
  number: finite,
  text: text(MAX_TEXT_LENGTH),
  color: readColor,
  option: label,
  options: list(MAX_OPTIONS, label),
  common: object<ControlCommon>({ id, label, disabled: boolean, hidden: boolean }),
};

const control: Reader<PanelControl | null> = union(vocabulary, kinds, "kind").read;

const news = object({ revision: integer(0, 2 ** 31 - 1), controls: list(MAX_CONTROLS, control) });

/** Reads news of panels. A control of a kind that this version does not know is left out (PV1). */
export const readPanelNews: Reader<PanelNews> = (name, value) => {
  const read = news(name, value);
  return { ...read, controls: read.controls.filter((found) => found !== null) };
};

const value: Reader<PanelValue> = (name, found) => {
  if (found === undefined || found === null) return null;
  if (typeof found === "boolean") return found;
  if (typeof found === "number") return finite(name, found);
  if (typeof found === "string") return vocabulary.text(name, found);
  throw new TypeError(`${name} must be true, false, a number, text or null.`);
};

/** Reads a change by a viewer. Throws `TypeError` naming the field and the rule. */
export const readPanelChange: Reader<PanelChange> = object<PanelChange>({ id, value, last: boolean });

/** Reads a value for a control, which errors call `name`. Throws `TypeError` naming the control and the rule. */
export function readPanelValue(
  of: PanelControl,
  found: unknown,
  name: string = `The value of ${JSON.stringify(of.id)}`,
): PanelValue {
  switch (of.kind) {
    case "folder":
      throw new TypeError(`${name} cannot be set: it is a folder.`);
    case "button":
      return nothing(name, found);
    case "range":
    case "number":
      return number(of.min ?? -Number.MAX_VALUE, of.max ?? Number.MAX_VALUE)(name, found);
    case "switch":
      return boolean(name, found);
    case "choice":
      return oneOf(of.options)(name, found);
    case "color":
      return vocabulary.color(name, found);
    case "text":
      return vocabulary.text(name, found);
  }
}

/** The same for a value of a program, for which `true` presses a button. */
export function readProgramValue(of: PanelControl, found: unknown): PanelValue {
  if (of.kind !== "button") return readPanelValue(of, found);
  if (found === true) return null;
  throw new TypeError(`The value of ${JSON.stringify(of.id)} must be true: it is a button, which that presses.`);
}

/** The id of what a folder holds under this name. */
export function idIn(folder: string, name: string): string {
  return `${folder}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The id of the folder that a control lies in; empty for a panel. */
export function folderOf(control: Pick<PanelControl, "id">): string {
  return control.id.slice(0, control.id.lastIndexOf("/"));
}

function nothing(name: string, found: unknown): null {
  if (found === null || found === undefined) return null;
  throw new TypeError(`${name} must be null: it is a button.`);
}
