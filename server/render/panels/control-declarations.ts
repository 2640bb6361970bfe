/**
 * Owns what a scene declares of its controls in `defineScene({ controls })`, and what `setup` gets of them: the contract. Types
 * alone, so that a scene module stays a plain module.
 */

type Labelled = {
  /** What it is called. Default its name. At most 80 characters. */
  readonly label?: string;
};

/** A number between two others, as a slider. */
export type RangeDeclaration = Labelled & {
  readonly type: "range";
  readonly min: number;
  readonly max: number;
  /** What is set goes to the nearest step from `min` on. Default none: every number. */
  readonly step?: number;
  /** What it holds at the beginning. */
  readonly value: number;
};

/** On or off. */
export type SwitchDeclaration = Labelled & { readonly type: "switch"; readonly value: boolean };

/** One of some words. */
export type ChoiceDeclaration = Labelled & {
  readonly type: "choice";
  /** 1 to 250, each of at most 80 characters. */
  readonly options: readonly string[];
  readonly value: string;
};

/** A colour like `#ff8800`. */
export type ColourDeclaration = Labelled & { readonly type: "colour" | "color"; readonly value: string };

/** A line of text, at most 1,000 characters. */
export type TextDeclaration = Labelled & { readonly type: "text"; readonly value: string };

/** Something to press. It holds nothing. */
export type ButtonDeclaration = Labelled & { readonly type: "button" };

/** More controls, which fold to their head. */
export type FolderDeclaration = Labelled & {
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

/** What a declared control holds; a button nothing. */
type ValueOf<Declared> = Declared extends { readonly type: "range" }
  ? number
  : Declared extends { readonly type: "switch" }
    ? boolean
    : Declared extends { readonly type: "choice"; readonly options: readonly (infer Option)[] }
      ? Option
      : Declared extends { readonly type: "colour" | "color" | "text" }
        ? string
        : never;

type NamesOf<Declared, Type extends string> = {
  [Name in keyof Declared]: Declared[Name] extends { readonly type: Type } ? Name : never;
}[keyof Declared];

type HoldingType = "range" | "switch" | "choice" | "colour" | "color" | "text";

/**
 * The controls of a scene: each name is what the control holds now, `controls.speed`, and may be set by the scene as well;
 * what does not fit the declaration throws `TypeError`. A folder holds its own in the same way.
 */
export type SceneControls<Declared> = {
  -readonly [Name in NamesOf<Declared, HoldingType>]: ValueOf<Declared[Name]>;
} & {
  readonly [Name in NamesOf<Declared, "folder">]: Declared[Name] extends { readonly controls: infer Inner }
    ? SceneControls<Inner>
    : never;
} & {
  /**
   * Calls `listener` when a viewer, a program or a state sets the control, not when the scene does; `last` is false while it is
   * dragged. A frame follows by itself. Returns a function that takes it off again.
   */
  onChange<Name extends NamesOf<Declared, HoldingType>>(
    name: Name,
    listener: (value: ValueOf<Declared[Name]>, last: boolean) => void,
  ): () => void;
  /** Calls `listener` when the button is pressed. Returns a function that takes it off again. */
  onPress(name: NamesOf<Declared, "button">, listener: () => void): () => void;
};
