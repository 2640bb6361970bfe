/** Owns how many requests for frames are answered at the same time, of one link or address and of all together. Pure. */

import type { Admission } from "../../access/identity.ts";
import type { ResponseLimit } from "../lasting-responses.ts";
import { keyOf } from "../request-limits.ts";

const PER_KEY = 32;
const ALL = 256;

export function moviePlaces(): Pick<ResponseLimit, "refusalFor"> {
  return {
    refusalFor: (admission: Admission, others: readonly Admission[]): string | null => {
      if (others.length >= ALL) return "The server gives as many frames as it can. Try again in a second.";
      const key = keyOf(admission);
      if (key === null || others.filter((other) => keyOf(other) === key).length < PER_KEY) return null;
      return `At most ${PER_KEY} requests for frames at the same time come by one link or from one address.`;
    },
  };
}
