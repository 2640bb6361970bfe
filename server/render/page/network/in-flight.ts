/**
 * Owns the count of what a scene's page has asked for and has not got: fetches with their bodies, and images. Whoever draws a scene
 * frame by frame waits for it. Render thread.
 */

let count = 0;

/** How many are on their way. */
export function countInFlight(): number {
  return count;
}

/** Counts `promise` until it is settled, and gives it back. */
export function inFlight<Result>(promise: Promise<Result>): Promise<Result> {
  count += 1;
  const over = (): void => {
    count -= 1;
  };
  promise.then(over, over);
  return promise;
}

const readers = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** Has the reading of an answer's body count as well. */
export function withCountedBody(response: Response): Response {
  for (const name of readers) {
    const read = response[name] as (() => Promise<unknown>) | undefined;
    if (read === undefined) continue;
    const counted = (): Promise<unknown> => inFlight(read.call(response));
    Object.defineProperty(response, name, { value: counted, configurable: true, writable: true });
  }
  return response;
}
