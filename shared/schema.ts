/**
 * Owns how what comes from the network is read, on whichever end. A reader gives a value of its type, or throws
 * `TypeError` naming the field and the rule. A table has a row for each kind of message, and the type of a message and
 * its check both follow from the row.
 */

/** Reads `value`, which errors call `name`. Throws `TypeError`. */
export type Reader<Value> = (name: string, value: unknown) => Value;

/** An object of which nothing else is known. */
export type Fields = Readonly<Record<string, unknown>>;

export const fields: Reader<Fields> = (name, value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object.`);
  }
  return value as Fields;
};

export const boolean: Reader<boolean> = (name, value) => {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be true or false.`);
  return value;
};

export function integer(min: number, max: number): Reader<number> {
  return (name, value) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      throw new TypeError(`${name} must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

export function number(min: number, max: number): Reader<number> {
  return (name, value) => {
    if (typeof value !== "number" || !(value >= min && value <= max)) {
      throw new TypeError(`${name} must be a number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** Text of at most `maxLength` UTF-16 units that fits `pattern`, which `rule` puts into words: "must be …". */
export function text(maxLength: number, pattern?: RegExp, rule?: string): Reader<string> {
  return (name, value) => {
    if (typeof value !== "string" || value.length > maxLength) {
      throw new TypeError(`${name} must be text of at most ${maxLength} characters.`);
    }
    if (pattern?.test(value) === false) throw new TypeError(`${name} ${rule}.`);
    return value;
  };
}

export function oneOf<Value extends string>(values: readonly Value[]): Reader<Value> {
  return (name, value) => {
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) throw new TypeError(`${name} must be one of ${values.join(", ")}.`);
    return known;
  };
}

/** As `oneOf`, for what a newer end may call by a word that this version does not know: that reads as `unknown`. */
export function oneOfOr<Value extends string>(values: readonly Value[], unknown: Value): Reader<Value> {
  return (name, value) => {
    if (typeof value !== "string") throw new TypeError(`${name} must be text.`);
    return values.find((candidate) => candidate === value) ?? unknown;
  };
}

export function orNull<Value>(reader: Reader<Value>): Reader<Value | null> {
  return (name, value) => (value === null ? null : reader(name, value));
}

/** Missing is allowed. */
export function optional<Value>(reader: Reader<Value>): Reader<Value | undefined> {
  return (name, value) => (value === undefined ? undefined : reader(name, value));
}

/** A list. Of one that is longer than `max`, as a newer end may send it, the rest is left unread. */
export function list<Value>(max: number, reader: Reader<Value>): Reader<Value[]> {
  return (name, value) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be a list.`);
    return value.slice(0, max).map((item, index) => reader(`${name}[${index}]`, item));
  };
}

/** The readers of the fields of `Shape`; what may be missing is read by `optional`. */
export type ShapeReaders<Shape> = {
  readonly [Name in keyof Shape]-?: Reader<
    Record<never, never> extends Pick<Shape, Name> ? Shape[Name] | undefined : Shape[Name]
  >;
};

/** An object with these fields; others are left unread. */
export function object<Shape>(readers: ShapeReaders<Shape>): Reader<Shape> {
  const all = Object.entries(readers) as [string, Reader<unknown>][];
  return (name, value) => {
    const from = fields(name, value);
    const shape: Record<string, unknown> = {};
    for (const [field, reader] of all) {
      const read = reader(`${name}.${field}`, from[field]);
      if (read !== undefined) shape[field] = read;
    }
    return shape as Shape;
  };
}

/**
 * What a field of a row holds: a name of the vocabulary `Types`, `name or null`, or `name?` where it may be missing.
 */
type Spec<Types> = keyof Types & string extends infer Name extends string
  ? Name | `${Name} or null` | `${Name}?`
  : never;

type ValueOf<Types, Word> = Word extends `${infer Name} or null`
  ? Types[Name & keyof Types] | null
  : Word extends `${infer Name}?`
    ? Types[Name & keyof Types]
    : Types[Word & keyof Types];

type FieldsOf<Types, Row> = {
  readonly [Field in keyof Row as Field extends "..."
    ? never
    : Row[Field] extends `${string}?`
      ? never
      : Field]: ValueOf<Types, Row[Field]>;
} & {
  readonly [Field in keyof Row as Row[Field] extends `${string}?` ? Field : never]?: ValueOf<Types, Row[Field]>;
} & (Row extends { readonly "...": infer Name } ? Types[Name & keyof Types] : unknown);

/**
 * The messages of a table: one type for each row, told apart by the field `Key`. The row `"..."` stands for more
 * fields.
 */
export type UnionOf<Types, Table, Key extends string> = {
  [Kind in keyof Table]: { readonly [Field in Key]: Kind } & FieldsOf<Types, Table[Kind]>;
}[keyof Table];

/** The readers of a vocabulary. */
export type Vocabulary<Types> = { readonly [Name in keyof Types]: Reader<Types[Name]> };

export type Union<Types, Table, Key extends string> = {
  /** Gives null for a kind that the table does not have. */
  readonly read: Reader<UnionOf<Types, Table, Key> | null>;
  /** As `read`, but throws `TypeError` for a kind that the table does not have. */
  readonly readKnown: Reader<UnionOf<Types, Table, Key>>;
};

/** Makes the reader of the messages of a table. Fields that a row does not have are left unread. */
export function union<
  Types,
  const Table extends Readonly<Record<string, Readonly<Record<string, Spec<Types>>>>>,
  Key extends string,
>(vocabulary: Vocabulary<Types>, table: Table, key: Key): Union<Types, Table, Key> {
  type Message = UnionOf<Types, Table, Key>;
  const rows = new Map(Object.entries(table).map(([kind, row]) => [kind, rowReader(vocabulary, row)]));
  function read(name: string, value: unknown): Message | null {
    const from = fields(name, value);
    const kind = from[key];
    const row = typeof kind === "string" ? rows.get(kind) : undefined;
    if (row !== undefined) return { [key]: kind, ...row(name, from) } as Message;
    if (typeof kind !== "string") throw new TypeError(`${name}.${key} must be one of ${[...rows.keys()].join(", ")}.`);
    return null;
  }
  function readKnown(name: string, value: unknown): Message {
    const message = read(name, value);
    if (message === null) throw new TypeError(`${name}.${key} must be one of ${[...rows.keys()].join(", ")}.`);
    return message;
  }
  return { read, readKnown };
}

type RowReader = (name: string, from: Fields) => Fields;

function rowReader<Types>(vocabulary: Vocabulary<Types>, row: Readonly<Record<string, string>>): RowReader {
  const { "...": rest, ...words } = row;
  const readRest = rest === undefined ? null : (readerOf(vocabulary, rest) as Reader<Fields>);
  const readRow = object<Record<string, unknown>>(
    Object.fromEntries(Object.entries(words).map(([field, word]) => [field, readerOf(vocabulary, word)])),
  );
  return (name, from) => ({ ...readRow(name, from), ...readRest?.(name, from) });
}

function readerOf<Types>(vocabulary: Vocabulary<Types>, word: string): Reader<unknown> {
  const named = (name: string): Reader<unknown> => vocabulary[name as keyof Types];
  if (word.endsWith("?")) return optional(named(word.slice(0, -1)));
  if (word.endsWith(" or null")) return orNull(named(word.slice(0, -" or null".length)));
  return named(word);
}
