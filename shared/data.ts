/**
 * Owns what data of a room is: the types of its values, what a scene declares of them, and whether a value fits. Each mistake is a
 * `TypeError` that names the field and its rule. Pure.
 */

/** The class of array for each type of elements. */
export type ElementArrays = {
  readonly float32: typeof Float32Array;
  readonly float64: typeof Float64Array;
  readonly int8: typeof Int8Array;
  readonly uint8: typeof Uint8Array;
  readonly int16: typeof Int16Array;
  readonly uint16: typeof Uint16Array;
  readonly int32: typeof Int32Array;
  readonly uint32: typeof Uint32Array;
  readonly int64: typeof BigInt64Array;
  readonly uint64: typeof BigUint64Array;
};

/** The array for each type of elements, which are little-endian. */
export const elementArrays: ElementArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

/** The type of the elements of an array. */
export type ElementType = keyof ElementArrays;

/** The array that holds elements of a type: `Float32Array` for "float32", `BigInt64Array` for "int64". */
export type ArrayOf<Type extends ElementType> = InstanceType<ElementArrays[Type]>;

/** How long an array is in one of its dimensions: so many, one of several, or any number (null). */
export type DimensionDeclaration = number | null | readonly number[];

/** An array with a type and a shape; the last dimension varies fastest, as in C and numpy. */
export type ArrayDeclaration = {
  readonly type: ElementType;
  /** The length of each dimension: `[null, 3]` is any number of rows of three. Default: any shape. */
  readonly shape?: readonly DimensionDeclaration[];
};

/** What a scene says of one of its values. */
export type DataDeclaration = ArrayDeclaration | { readonly type: "json" } | { readonly type: "bytes" };

/** What a scene says of its data, by names: at most 64. */
export type DataDeclarations = { readonly [name: string]: DataDeclaration };

/** What a value is: an array, JSON text in UTF-8, or bytes. */
export type DataForm =
  | { readonly type: ElementType; readonly shape: readonly number[] }
  | { readonly type: "json" }
  | { readonly type: "bytes" };

/** What somebody says of a value that they send; what is left out follows from the declaration and from the length. */
export type WantedForm = {
  readonly type?: string | undefined;
  /** At most one dimension may be null: it follows from the length. */
  readonly shape?: readonly (number | null)[] | undefined;
};

/** A form of which one dimension may follow from the length (null). */
export type OpenForm =
  | { readonly type: ElementType; readonly shape: readonly (number | null)[] }
  | { readonly type: "json" }
  | { readonly type: "bytes" };

/** A part of an array: so many of its elements, from this one on. */
export type DataRange = { readonly offset: number; readonly count: number };

/** The most values that a room has. */
export const MAX_DATA_NAMES = 64;
/** The longest JSON text in bytes: it is read in one go. */
export const MAX_JSON_BYTES: number = 4 * 2 ** 20;
/** The most dimensions of an array. */
export const MAX_DIMENSIONS = 8;
/** How much data a room may hold where nothing is said, in bytes. */
export const MAX_DATA_BYTES: number = 2 ** 30;

/** What is wrong with the name of a value, as the end of the sentence "… must be". */
export const dataNameRule: string = 'a letter and up to 63 more letters, digits, "_", "-" and "."';

export function isDataName(name: string): boolean {
  return /^[a-zA-Z][\w.-]{0,63}$/.test(name);
}

export function isElementType(type: unknown): type is ElementType {
  return typeof type === "string" && Object.hasOwn(elementArrays, type);
}

/** The bytes of one element. */
export function elementBytes(type: ElementType): number {
  return elementArrays[type].BYTES_PER_ELEMENT;
}

/** How many elements an array of this shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The bytes of a row: of what the first dimension counts. Of bytes one. */
export function rowBytes(form: DataForm): number {
  if (!isArrayForm(form)) return 1;
  return elementCount(form.shape.slice(1)) * elementBytes(form.type);
}

export function isArrayForm<Form extends DataForm | OpenForm | DataDeclaration>(
  form: Form,
): form is Extract<Form, { readonly type: ElementType }> {
  return isElementType(form.type);
}

/**
 * The form of a value, from what is said of it, what is declared of it (null: nothing) and its length in bytes (null: not known yet).
 * `name` is what errors call it. Throws `TypeError`.
 */
export function openForm(
  name: string,
  wanted: WantedForm,
  declaration: DataDeclaration | null,
  byteLength: number | null,
): OpenForm {
  const type = wanted.type ?? declaration?.type;
  if (type === undefined) throw new TypeError(`The type of ${name} must be given: one of ${typeNames}.`);
  if (type === "json" || type === "bytes") return { type };
  if (!isElementType(type))
    throw new TypeError(`The type of ${name} must be one of ${typeNames}, not ${clipped(type)}.`);
  const shape = wanted.shape === undefined ? declaredShape(name, declaration) : checkedShape(name, wanted.shape);
  const form = { type, shape };
  return byteLength === null ? form : closeForm(name, form, byteLength);
}

/** The form of a value whose length in bytes is known. Throws `TypeError` where the two do not fit each other. */
export function closeForm(name: string, form: OpenForm, byteLength: number): DataForm {
  if (!isArrayForm(form)) return form;
  const others = elementCount(form.shape.filter((length) => length !== null)) * elementBytes(form.type);
  const free = others === 0 ? 0 : byteLength / others;
  const shape = form.shape.map((length) => length ?? free);
  if (Number.isInteger(free) && elementCount(shape) * elementBytes(form.type) === byteLength) {
    return { type: form.type, shape };
  }
  const rule = form.shape.includes(null) ? `a multiple of ${others} bytes` : `${others} bytes`;
  throw new TypeError(`${name} must be ${rule} for ${formText(form)}, not ${byteLength}.`);
}

/** Whether a value of this form is what a scene declares. */
export function fitsDeclaration(form: OpenForm, declaration: DataDeclaration): boolean {
  if (form.type !== declaration.type) return false;
  if (!isArrayForm(form) || !isArrayForm(declaration) || declaration.shape === undefined) return true;
  const { shape } = declaration;
  return (
    form.shape.length === shape.length && form.shape.every((length, at) => fitsDimension(length, shape[at] ?? null))
  );
}

/** A form, or what is declared of one, as a sentence shows it: "float32 [any, 3 or 6]". */
export function formText(form: DataDeclaration | OpenForm): string {
  if (!isElementType(form.type)) return form.type;
  const shape = "shape" in form ? form.shape : undefined;
  return shape === undefined ? form.type : `${form.type} [${shape.map(dimensionText).join(", ")}]`;
}

/** Reads the `data` of a scene; undefined has none. Throws `TypeError`. */
export function parseDataDeclarations(value: unknown): DataDeclarations | "any" {
  if (value === undefined) return {};
  if (value === "any") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError('data must be an object, or "any".');
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_DATA_NAMES) throw new TypeError(`data must be at most ${MAX_DATA_NAMES} values.`);
  return Object.fromEntries(entries.map(([name, declaration]) => [name, parseDeclaration(name, declaration)]));
}

const typeNames = [...Object.keys(elementArrays), "json", "bytes"].join(", ");
/** What a scene's `data` has besides its values. */
const taken = ["follow", "followAll", "get", "names"];

function parseDeclaration(name: string, value: unknown): DataDeclaration {
  const at = `data.${name}`;
  if (!isDataName(name)) throw new TypeError(`The name of ${at} must be ${dataNameRule}.`);
  if (taken.includes(name)) throw new TypeError(`${at} must have another name: data has ${taken.join(", ")} itself.`);
  if (typeof value !== "object" || value === null) throw new TypeError(`${at} must be an object.`);
  const { type, shape, ...rest } = value as { type?: unknown; shape?: unknown };
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`${at}.${unknown} is unknown. There are type, shape.`);
  if (type !== "json" && type !== "bytes" && !isElementType(type)) {
    throw new TypeError(`${at}.type must be one of ${typeNames}.`);
  }
  if (shape === undefined) return { type };
  if (!isElementType(type)) throw new TypeError(`${at}.shape must be left out: ${type} has none.`);
  if (!Array.isArray(shape) || shape.length === 0 || shape.length > MAX_DIMENSIONS || !shape.every(isDimension)) {
    throw new TypeError(
      `${at}.shape must be a list of 1 to ${MAX_DIMENSIONS} dimensions: a whole number, a list of some, or null for any.`,
    );
  }
  return {
    type,
    shape: shape.map((dimension) => (typeof dimension === "object" && dimension !== null ? [...dimension] : dimension)),
  };
}

function isDimension(dimension: unknown): dimension is DimensionDeclaration {
  if (dimension === null) return true;
  return Array.isArray(dimension) ? dimension.length > 0 && dimension.every(isLength) : isLength(dimension);
}

function isLength(length: unknown): length is number {
  return typeof length === "number" && Number.isSafeInteger(length) && length >= 0;
}

function checkedShape(name: string, shape: readonly (number | null)[]): readonly (number | null)[] {
  const isRight = shape.length > 0 && shape.length <= MAX_DIMENSIONS;
  const lengths = shape.filter((length) => length !== null);
  if (!isRight || !lengths.every(isLength) || lengths.length < shape.length - 1) {
    throw new TypeError(
      `The shape of ${name} must be 1 to ${MAX_DIMENSIONS} whole numbers, of which one may be left to its length.`,
    );
  }
  if (Number.isSafeInteger(elementCount(lengths) * 8)) return [...shape];
  throw new TypeError(`The shape of ${name} must have fewer elements.`);
}

/** What a declaration says of the shape where nobody else does; a list of elements where there is none. */
function declaredShape(name: string, declaration: DataDeclaration | null): readonly (number | null)[] {
  const shape = (declaration !== null && isArrayForm(declaration) ? declaration.shape : undefined) ?? [null];
  const lengths = shape.map((dimension) =>
    typeof dimension === "object" && dimension?.length === 1 ? (dimension[0] ?? null) : dimension,
  );
  const isClear = (all: readonly DimensionDeclaration[]): all is readonly (number | null)[] =>
    all.every((length) => typeof length !== "object" || length === null) &&
    all.filter((length) => length === null).length <= 1;
  if (isClear(lengths)) return lengths;
  throw new TypeError(
    `The shape of ${name} must be given, as the scene takes [${shape.map(dimensionText).join(", ")}].`,
  );
}

function fitsDimension(length: number | null, declared: DimensionDeclaration): boolean {
  if (declared === null || length === null) return true;
  return typeof declared === "number" ? length === declared : declared.includes(length);
}

function dimensionText(dimension: DimensionDeclaration): string {
  if (dimension === null) return "any";
  return typeof dimension === "number" ? String(dimension) : dimension.join(" or ");
}

function clipped(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 39)}…`);
}
