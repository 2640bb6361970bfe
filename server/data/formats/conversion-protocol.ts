/** Owns what the main process and the conversion thread say to each other. Types only; bytes go over without a copy. */

import type { ElementType } from "../../../shared/data.ts";
import type { SourceArray } from "./source-array.ts";

/** What is wanted of a table. */
export type ArrowWish = {
  /** By name, in this order; null for all. */
  readonly columns: readonly string[] | null;
  /** Null for that of the columns. */
  readonly type: ElementType | null;
  /** How many dimensions are wanted; null where one column is a list. */
  readonly dimensions: number | null;
  /** The most that may come of it. */
  readonly maxBytes: number;
};

/** `name` is what errors call the value. */
export type ConversionTask =
  | {
      readonly kind: "array";
      readonly name: string;
      readonly bytes: ArrayBuffer;
      readonly source: SourceArray;
      readonly kept: ElementType;
    }
  | { readonly kind: "arrow"; readonly name: string; readonly bytes: ArrayBuffer; readonly wish: ArrowWish };

/** An array as it is kept. */
export type ConvertedArray = {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: ArrayBuffer;
};
