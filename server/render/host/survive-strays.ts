/** Owns what becomes of what is thrown where nobody catches it, in a thread that draws a scene. */

import { isOfServer } from "./scene-error.ts";

/** What a scene throws there does not end it, as it ends no page: it is told to `strayed`. A defect of the server ends the thread. */
export function surviveStrays(strayed: (where: string, error: unknown) => void, end: (error: unknown) => void): void {
  const survive = (where: string) => (error: unknown) => (isOfServer(error) ? end(error) : strayed(where, error));
  process.on("uncaughtException", survive("in a callback"));
  process.on("unhandledRejection", survive("in a promise that nothing waits for"));
}
