/**
 * Owns what a scene has of data: what `setup` gets for what `defineScene({ data })` declares. Types alone, so that a scene module
 * stays a plain module.
 */

import type { Json } from "../../../shared/custom-message.ts";
import type {
  ArrayOf,
  DataDeclaration,
  DataDeclarations,
  DataRange,
  DimensionDeclaration,
  ElementType,
} from "../../../shared/data.ts";

/** No data at all. */
export type NoData = Readonly<Record<never, never>>;

/** The shape of an array, as long as the declared one: a number where that has null, one of the numbers where it has a list. */
export type ShapeOf<Declared> = Declared extends { readonly shape: infer Shape extends readonly DimensionDeclaration[] }
  ? {
      readonly [At in keyof Shape]: Shape[At] extends null
        ? number
        : Shape[At] extends readonly (infer Length)[]
          ? Length
          : Shape[At];
    }
  : readonly number[];

/**
 * An array: its memory is that of the value, with nothing copied. It is the scene's to change, and what it changes stays in the
 * value. One that the scene keeps stays as it is when there is a new one.
 */
export type ArrayValue<Type extends ElementType = ElementType, Shape = readonly number[]> = {
  readonly type: Type;
  readonly array: ArrayOf<Type>;
  /** The length of each dimension; the last varies fastest. */
  readonly shape: Shape;
  /** Counts the values of this name, and the changes of parts of them, from 1. */
  readonly version: number;
};

/** A value of JSON. */
export type JsonValue = { readonly type: "json"; readonly value: Json; readonly version: number };

/** Bytes, with nothing copied. */
export type BytesValue = { readonly type: "bytes"; readonly bytes: Uint8Array<ArrayBuffer>; readonly version: number };

/** Any value of data, told apart by `type`. */
export type AnyDataValue = { readonly [Type in ElementType]: ArrayValue<Type> }[ElementType] | JsonValue | BytesValue;

/** The value that belongs to a declaration. */
export type DataValue<Declared> = Declared extends { readonly type: "json" }
  ? JsonValue
  : Declared extends { readonly type: "bytes" }
    ? BytesValue
    : Declared extends { readonly type: infer Type extends ElementType }
      ? ArrayValue<Type, ShapeOf<Declared>>
      : AnyDataValue;

/** A value that has changed: the parts of it that did, in elements, or null where all of it is new. */
export type ChangedData<Value> = Value & { readonly ranges: readonly DataRange[] | null };

/** The declarations of a scene's data by name. */
export type DataByName<Declared> = Declared extends "any" ? { readonly [name: string]: DataDeclaration } : Declared;
/** The names that a scene's data may have. */
export type DataName<Declared> = Declared extends "any" ? string : keyof Declared & string;
/** What a scene's data has under a name. */
export type DataAt<Declared, Name extends string> = Declared extends "any"
  ? AnyDataValue
  : Name extends keyof Declared
    ? DataValue<Declared[Name]>
    : never;

/** The data of a scene that declares none; that of any scene is one of these. */
export type EmptyData = {
  /** The names of the values that there are. */
  readonly names: readonly string[];
  /** There is none to ask for. */
  get(name: never): unknown;
  /** There is none to follow. */
  follow(name: never, listener: (value: never) => void, removed?: () => void): () => void;
  /** There is none to follow. */
  followAll(listener: (name: never, value: never) => void, removed?: (name: never) => void): () => void;
};

/** The data of a scene that declares some. */
export type DeclaredData<Declared> = {
  readonly [Name in keyof DataByName<Declared> as Declared extends "any" ? never : Name]: DataValue<
    DataByName<Declared>[Name]
  > | null;
} & {
  /** The names of the values that there are. */
  readonly names: readonly string[];
  /** The value of a name; null where there is none. Throws `TypeError` where the scene declares no such name. */
  get<Name extends DataName<Declared>>(name: Name): DataAt<Declared, Name> | null;
  /**
   * Calls `listener` now, if there is a value, and whenever it has changed; `removed` when it was removed. A frame follows by itself.
   * Returns a function that takes both off again. Throws `TypeError` where the scene declares no such name.
   */
  follow<Name extends DataName<Declared>>(
    name: Name,
    listener: (value: ChangedData<DataAt<Declared, Name>>) => void,
    removed?: () => void,
  ): () => void;
  /** The same for all names. */
  followAll(
    listener: (name: DataName<Declared>, value: ChangedData<AnyDataValue>) => void,
    removed?: (name: DataName<Declared>) => void,
  ): () => void;
};

/**
 * The data of a scene: `data.points` is null until there is a value. A scene sees whole values only, and between frames only they
 * change.
 */
export type SceneData<Declared extends DataDeclarations | "any" = NoData> = [keyof Declared] extends [never]
  ? EmptyData
  : DeclaredData<Declared>;
