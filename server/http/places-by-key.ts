/** Owns that so many answers go on at the same time, of one link or address and of all together. Pure. */

import type { Admission } from "../access/identity.ts";
import type { ResponseLimit } from "./lasting-responses.ts";
import { keyOf } from "./request-limits.ts";

export type PlacesByKeyOptions = {
  readonly perKey: number;
  readonly all: number;
  /** What is said where there is no place for anybody, and none for one more by this link or from this address. */
  readonly full: string;
  readonly fullForKey: string;
};

export function placesByKey({ perKey, all, full, fullForKey }: PlacesByKeyOptions): Pick<ResponseLimit, "refusalFor"> {
  return {
    refusalFor: (admission: Admission, others: readonly Admission[]): string | null => {
      if (others.length >= all) return full;
      const key = keyOf(admission);
      const isFree = key === null || others.filter((other) => keyOf(other) === key).length < perKey;
      return isFree ? null : fullForKey;
    },
  };
}
