/** Owns how a route refuses a request: a status and a sentence in plain text. */

import type { Response } from "express";

/** Answers with a status and a sentence; one that may be asked again soon says so. */
export function refuse(response: Response, status: number, sentence: string): void {
  if (status === 429 || status === 503) response.set("Retry-After", "1");
  response.status(status).type("text/plain").send(`${sentence}\n`);
}

/** Refuses a method; `allow` lists those that there are. */
export function refuseMethod(response: Response, allow: string): void {
  refuse(response.set("Allow", allow), 405, `This address only takes ${allow}.`);
}
