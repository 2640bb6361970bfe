/**
 * Owns `/jobs` below the page of that name, for hosts of all rooms: `GET /jobs/list` lists jobs, `GET /jobs/<id>` is one with its tasks,
 * `POST /jobs/<id>/cancel` ends it, `GET /jobs/<id>/zip` is all that its tasks printed and wrote. Nobody adds work this way. In the main
 * process.
 *
 * JH1 A zip ends with the right to it, and where nobody takes it for a minute, so that it keeps no others out.
 */

import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { type JobInfo, jobIdPattern, type TaskInfo } from "../../../shared/jobs.ts";
import type { Admission } from "../../access/identity.ts";
import type { LastingResponses, ResponseLimit } from "../lasting-responses.ts";
import { type ErrorStatuses, orRefuse, refuse, refuseMethod } from "../refusals.ts";

export type JobView = { readonly job: JobInfo; readonly tasks: readonly TaskInfo[] };

/** Who has the jobs. What it rejects with is `StreamError`. */
export type JobsHandler = {
  list(): Promise<readonly JobInfo[]>;
  /** So many tasks from that one on; null where there is no such job. */
  view(id: string, first: number, count: number): Promise<JobView | null>;
  /** False where nothing was left to be ended; null as above. */
  cancel(id: string): Promise<boolean | null>;
  /** The caller reads it or destroys it; null as above. */
  zip(id: string): Promise<{ readonly name: string; readonly zip: Readable } | null>;
};

/** Tasks of one answer. */
const MAX_TASKS_TOLD = 200;
/** Zips that are made at once. */
const MAX_ZIPS = 4;
/** Who takes nothing of a zip for so long is cut. */
const MAX_STALL_MS = 60_000;
const NO_JOB = "There is no such job.";
const statuses: ErrorStatuses = { "output-failed": 507 };

/** How many zips there are at once. */
export const zipPlaces: Pick<ResponseLimit, "refusalFor"> = {
  refusalFor: (_admission, others) =>
    others.length < MAX_ZIPS ? null : "Others are downloading. Try again in a moment.",
};

export type JobRoutesOptions = {
  /** Null where the server shows none. */
  readonly jobs: JobsHandler | null;
  readonly admissionOf: (request: Request) => Admission;
  /** Those of `zipPlaces`. */
  readonly zips: LastingResponses;
  /** How long nothing of a zip may be taken, in milliseconds. Default a minute. */
  readonly maxStallMs?: number;
};

export function jobRoutes({ jobs, admissionOf, zips, maxStallMs = MAX_STALL_MS }: JobRoutesOptions): Router {
  const router = express.Router();
  const isFor = (request: Request): boolean => {
    const { role, room } = admissionOf(request).identity;
    return role === "host" && room === null;
  };
  router.use("/jobs", (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/jobs/here", (request, response) => {
    response.json({ isOn: jobs !== null && isFor(request) });
  });
  router.use("/jobs", (request: Request, response: Response, next: NextFunction) => {
    if (jobs === null) refuse(response, 404, "The server shows no jobs. Start it with --jobs.");
    else if (!isFor(request)) refuse(response, 403, "The jobs are for hosts of all rooms.");
    else next();
  });
  if (jobs === null) return router;
  addRoutes(router, jobs);
  router
    .route("/jobs/:id/zip")
    .get(
      orRefuse(statuses, async (request, response) => {
        const refusal = zips.add(response, admissionOf(request));
        if (refusal !== null) return refuse(response, 503, refusal);
        response.setTimeout(maxStallMs, () => response.destroy());
        await sendZip(jobs, idIn(request), request, response);
      }),
    )
    .all((_request, response) => refuseMethod(response, "GET"));
  return router;
}

function addRoutes(router: Router, jobs: JobsHandler): void {
  router
    .route("/jobs/list")
    .get(orRefuse(statuses, async (_request, response) => void response.json({ jobs: await jobs.list() })))
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  router
    .route("/jobs/:id")
    .get(
      orRefuse(statuses, async (request, response) => {
        const view = await jobs.view(idIn(request), firstIn(request), MAX_TASKS_TOLD);
        if (view === null) refuse(response, 404, NO_JOB);
        else response.json(view);
      }),
    )
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  router
    .route("/jobs/:id/cancel")
    .post(
      orRefuse(statuses, async (request, response) => {
        const isEnded = await jobs.cancel(idIn(request));
        if (isEnded === null) refuse(response, 404, NO_JOB);
        else if (isEnded) response.sendStatus(204);
        else refuse(response, 409, "The job is over already.");
      }),
    )
    .all((_request, response) => refuseMethod(response, "POST"));
}

async function sendZip(jobs: JobsHandler, id: string, request: Request, response: Response): Promise<void> {
  const made = await jobs.zip(id);
  if (made === null) return refuse(response, 404, NO_JOB);
  response.type("application/zip").attachment(made.name);
  if (request.method === "HEAD") {
    made.zip.destroy();
    return void response.end();
  }
  // One that breaks off is seen by who reads it: it has no end.
  await pipeline(made.zip, response).catch(() => response.destroy());
}

function idIn({ params }: Request): string {
  const { id } = params;
  return typeof id === "string" && jobIdPattern.test(id) ? id : "";
}

function firstIn({ query }: Request): number {
  const { first } = query;
  return typeof first === "string" && /^\d{1,6}$/.test(first) ? Number(first) : 0;
}
