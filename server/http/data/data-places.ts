/** Owns how many may fill and read data at the same time, of one link or address and of all together. Pure. */

import type { ResponseLimit } from "../lasting-responses.ts";
import { type PlacesByKeyOptions, placesByKey } from "../places-by-key.ts";

export type DataPlacesOptions = Pick<PlacesByKeyOptions, "perKey" | "all">;

/** Each is a body on its way, or an answer. */
export const requestPlaces: DataPlacesOptions = { perKey: 16, all: 128 };
/** Each may hold a message in memory. */
export const socketPlaces: DataPlacesOptions = { perKey: 4, all: 16 };

export function dataPlaces({ perKey, all }: DataPlacesOptions): Pick<ResponseLimit, "refusalFor"> {
  return placesByKey({
    perKey,
    all,
    full: "Data is being sent by as many programs as the server allows. Try again later.",
    fullForKey: `At most ${perKey} at the same time send data by one link or from one address.`,
  });
}
