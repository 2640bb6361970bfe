/** Owns how many requests for frames are answered at the same time, of one link or address and of all together. Pure. */

import type { ResponseLimit } from "../lasting-responses.ts";
import { placesByKey } from "../places-by-key.ts";

const PER_KEY = 32;

export const moviePlaces: Pick<ResponseLimit, "refusalFor"> = placesByKey({
  perKey: PER_KEY,
  all: 256,
  full: "The server gives as many frames as it can. Try again in a second.",
  fullForKey: `At most ${PER_KEY} requests for frames at the same time come by one link or from one address.`,
});
