/** Owns the types of the smaller build of hls.js, which has those of the whole one and lacks what we have no use for. */

declare module "hls.js/light" {
  export type * from "hls.js";
  export { default, ErrorDetails, ErrorTypes, Events } from "hls.js";
}
