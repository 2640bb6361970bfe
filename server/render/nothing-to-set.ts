/** Owns what is told of pictures that have nothing to set, neither parameters nor controls. In the render thread that makes them. */

import { StreamError, toPlainError } from "../../shared/errors.ts";
import { type GivenParameters, holdParameters } from "../platform/given-parameters.ts";
import type { FromRenderThread, ToRenderThread } from "./render-protocol.ts";

type Post = (message: FromRenderThread) => void;

/** Whoever gives parameters is to know. Throws `StreamError` "parameters-invalid" where there are some. */
export function tellNothingToSet(given: GivenParameters, post: Post): void {
  try {
    const { declared, values } = holdParameters({}, given);
    post({ kind: "parameters", news: { declared, values, set: {} } });
  } catch (error) {
    throw new StreamError("parameters-invalid", toPlainError(error).message);
  }
  post({ kind: "panels", news: { revision: 0, controls: [] } });
}

/** Answers who sets parameters while they are shown: `why` they cannot be. */
export function refuseToSet(
  { requestId }: Extract<ToRenderThread, { readonly kind: "set-parameters" }>,
  why: string,
  post: Post,
): void {
  post({ kind: "parameters-set", requestId, error: toPlainError(new TypeError(why)) });
}
