/**
 * Owns what a scene declares of its controls in `defineScene({ controls })`, and what `setup` gets of them: the contract. Types
 * alone, so that a scene module stays a plain module.
 */

/** What every declaration may have. */
export type LabelledDeclaration = {
  /** What it is called. Default its name. At most 80 characters. */
  readonly label?: string;
};

/** A number between two others, as a slider. */
export type RangeDeclaration = LabelledDeclaration & {
  readonly type: "range";
  readonly min: number;
  readonly max: number;
  /** What is set goes to the nearest step from `min` on. Default none: every number. */
  readonly step?: number;
  /** What it holds at the beginning. */
  readonly value: number;
};

/** On or off. */
export type SwitchDeclaration = LabelledDeclaration & { readonly type: "switch"; readonly value: boolean };

/** One of some words. */
export type ChoiceDeclaration = LabelledDeclaration & {
  readonly type: "choice";
  /** 1 to 250, each of at most 80 characters. */
  readonly options: readonly string[];
  readonly value: string;
};

/** A colour like `#ff8800`. */
export type ColourDeclaration = LabelledDeclaration & { readonly type: "colour" | "color"; readonly value: string };

/** A line of text, at most 1,000 characters. */
export type TextDeclaration = LabelledDeclaration & { readonly type: "text"; readonly value: string };

/** Something to press. It holds nothing. */
export type ButtonDeclaration = LabelledDeclaration & { readonly type: "button" };

/** More controls, which fold to their head. */
export type FolderDeclaration = LabelledDeclaration & {
  readonly type: "folder";
  /** Whether it begins open. Default true. */
  readonly open?: boolean;
  readonly controls: ControlDeclarations;
};

/** A control as a scene declares it. */
export type ControlDeclaration =
  | RangeDeclaration
  | SwitchDeclaration
  | ChoiceDeclaration
  | ColourDeclaration
  | TextDeclaration
  | ButtonDeclaration
  | FolderDeclaration;

/** Controls by their names, in the order in which they are shown. */
export type ControlDeclarations = { readonly [name: string]: ControlDeclaration };

/** No controls at all. */
export type NoControls = Readonly<Record<never, never>>;

/** What a declared control holds; a button and a folder nothing. */
export type ControlValue<Declared> = Declared extends { readonly type: "range" }
  ? number
  : Declared extends { readonly type: "switch" }
    ? boolean
    : Declared extends { readonly type: "choice"; readonly options: readonly (infer Option)[] }
      ? Option
      : Declared extends { readonly type: "colour" | "color" | "text" }
        ? string
        : never;

/** The names of those declared controls that are of a type. */
export type ControlNames<Declared, Type extends ControlType> = {
  [Name in keyof Declared]: Declared[Name] extends { readonly type: Type } ? Name : never;
}[keyof Declared];

/** A type of control. */
export type ControlType = ControlDeclaration["type"];

/** A type of control that holds a value. */
export type HoldingType = Exclude<ControlType, "button" | "folder">;

/**
 * The controls of a scene: each name is what the control holds now, `controls.speed`, and may be set by the scene as well;
 * what does not fit the declaration throws `TypeError`. A folder holds its own in the same way.
 */
export type SceneControls<Declared> = {
  -readonly [Name in ControlNames<Declared, HoldingType>]: ControlValue<Declared[Name]>;
} & {
  readonly [Name in ControlNames<Declared, "folder">]: Declared[Name] extends { readonly controls: infer Inner }
    ? SceneControls<Inner>
    : never;
} & {
  /**
   * Calls `listener` when a viewer, a program or a state sets the control, not when the scene does; `last` is false while it is
   * dragged. A frame follows by itself. Returns a function that takes it off again.
   */
  onChange<Name extends ControlNames<Declared, HoldingType>>(
    name: Name,
    listener: (value: ControlValue<Declared[Name]>, last: boolean) => void,
  ): () => void;
  /** Calls `listener` when the button is pressed. Returns a function that takes it off again. */
  onPress(name: ControlNames<Declared, "button">, listener: () => void): () => void;
};
