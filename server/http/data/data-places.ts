/** Owns how many may fill and read data at the same time, of one link or address and of all together. Pure. */

import type { Admission } from "../../access/identity.ts";
import type { ResponseLimit } from "../lasting-responses.ts";
import { keyOf } from "../request-limits.ts";

export type DataPlacesOptions = { readonly perKey: number; readonly all: number };

/** Each is a body on its way, or an answer. */
export const requestPlaces: DataPlacesOptions = { perKey: 16, all: 128 };
/** Each may hold a message in memory. */
export const socketPlaces: DataPlacesOptions = { perKey: 4, all: 16 };

export function dataPlaces({ perKey, all }: DataPlacesOptions): Pick<ResponseLimit, "refusalFor"> {
  return {
    refusalFor: (admission: Admission, others: readonly Admission[]): string | null => {
      if (others.length >= all) return "Data is being sent by as many programs as the server allows. Try again later.";
      const key = keyOf(admission);
      if (key === null || others.filter((other) => keyOf(other) === key).length < perKey) return null;
      return `At most ${perKey} at the same time send data by one link or from one address.`;
    },
  };
}
