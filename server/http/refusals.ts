/** Owns how a route refuses a request: a status and a sentence in plain text. */

import type { Request, Response } from "express";
import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";

/** Answers with a status and a sentence; one that may be asked again soon says so. */
export function refuse(response: Response, status: number, sentence: string): void {
  if (status === 429 || status === 503) response.set("Retry-After", "1");
  response.status(status).type("text/plain").send(`${sentence}\n`);
}

/** Refuses a method; `allow` lists those that there are. */
export function refuseMethod(response: Response, allow: string): void {
  refuse(response.set("Allow", allow), 405, `This address only takes ${allow}.`);
}

/** Statuses of errors; of the others 503. */
export type ErrorStatuses = Partial<Record<StreamErrorCode, number>>;

/** Answers with what was wrong with the request, or why it cannot be done now. Throws what is neither `TypeError` nor `StreamError`. */
export function refuseFor(response: Response, error: unknown, statuses: ErrorStatuses): void {
  if (error instanceof TypeError) return refuse(response, 400, error.message);
  if (!(error instanceof StreamError)) throw error;
  refuse(response, statuses[error.code] ?? 503, error.message);
}

/** A handler that does the work, or answers as `refuseFor` why it cannot be done. */
export function orRefuse(
  statuses: ErrorStatuses,
  work: (request: Request, response: Response) => Promise<void> | void,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    try {
      await work(request, response);
    } catch (error) {
      refuseFor(response, error, statuses);
    }
  };
}
