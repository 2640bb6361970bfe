/** Owns what an error that the server reports means for the viewer. Pure. */

import type { StreamErrorCode } from "../../shared/errors.ts";

/**
 * `parting`: the server will not have this viewer back by itself; `refusal`: asking again at once would not change it;
 * `stream`: one way to send pictures was refused, another may still do; `omission`: what was asked was left out, and all
 * else goes on; `report`: it changes nothing for the viewer.
 */
export type ErrorMeaning = "parting" | "refusal" | "stream" | "omission" | "report";

const meanings: Partial<Record<StreamErrorCode, ErrorMeaning>> = {
  "protocol-version": "parting",
  kicked: "parting",
  flooded: "parting",
  "origin-refused": "parting",
  "link-ended": "parting",
  "room-idle": "parting",
  "too-many-viewers": "refusal",
  "too-many-rooms": "refusal",
  "no-room": "refusal",
  "no-common-codec": "stream",
  "bad-sdp": "stream",
  "no-encoder": "stream",
  "not-allowed": "omission",
  "no-control": "omission",
  "control-refused": "omission",
  "too-fast": "omission",
};

export function errorMeaning(code: StreamErrorCode): ErrorMeaning {
  return meanings[code] ?? "report";
}
