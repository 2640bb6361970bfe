/**
 * Owns what an array is as it comes: more types than the scene knows, either order of bytes, either order of elements; and what it may
 * become. Pure.
 */

import { type ElementType, elementBytes, isElementType } from "../../../shared/data.ts";

/** Types that come and are kept as another one. */
const others = { float16: 2, bool: 1 } as const;

/** The type of the elements of an array that comes. */
export type SourceType = ElementType | keyof typeof others;

/** An array as it comes. */
export type SourceArray = {
  readonly type: SourceType;
  readonly shape: readonly number[];
  readonly isBigEndian: boolean;
  /** Whether the first dimension varies fastest. */
  readonly isFortran: boolean;
};

export function isSourceType(type: unknown): type is SourceType {
  return isElementType(type) || (typeof type === "string" && Object.hasOwn(others, type));
}

export function sourceBytes(type: SourceType): number {
  return isElementType(type) ? elementBytes(type) : others[type];
}

/**
 * The type as which an array is kept: the one that is wanted, or its own, or, where there is none such, the next larger one. `name` is
 * what errors call it. Throws `TypeError` where fractions would be lost.
 */
export function keptType(name: string, source: SourceType, wanted: ElementType | null): ElementType {
  const own = source === "float16" ? "float32" : source === "bool" ? "uint8" : source;
  if (wanted === null || wanted === own) return own;
  if (source.startsWith("float") && !wanted.startsWith("float")) {
    throw new TypeError(`${name} must be ${wanted}, which ${source} cannot become without loss.`);
  }
  return wanted;
}

/** Whether the bytes of an array are those that are kept. */
export function isAsKept({ type, shape, isBigEndian, isFortran }: SourceArray, kept: ElementType): boolean {
  const isOrdered = !isFortran || shape.filter((length) => length !== 1).length <= 1;
  const isSwapped = isBigEndian && sourceBytes(type) > 1;
  const isSameType = type === kept || (type === "bool" && kept === "uint8");
  return isOrdered && !isSwapped && isSameType;
}
