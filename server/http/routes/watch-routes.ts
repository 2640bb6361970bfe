/**
 * Owns what is told of how the server does, on `/healthz` and `/metrics`. Who has not shown the token hears whether it is
 * well and no more, a link of the room that is asked about, and only hosts of all rooms of the others: the name of a
 * private room is what opens it.
 */

import type { Request, RequestHandler, Response } from "express";
import { isRefusal, type Refusal } from "../../access/access-gate.ts";
import type { Admission, Identity } from "../../access/identity.ts";
import { roomIn, sceneOf } from "../../access/room-name.ts";
import type { Health } from "../../monitoring/health.ts";
import type { Metrics } from "../../monitoring/metrics.ts";
import { refuse } from "../refusals.ts";

export type HealthRouteOptions = {
  /** Of one room, of all of a scene ("spheres/*"), or of all where `room` is null. */
  health(room: string | null): Health;
  /** Null where it leads to no scene, but to what several have in common. */
  roomOf(request: Request): string | null;
  identify(request: Request): Promise<Identity | Refusal>;
};

export function healthRoute({ health, roomOf, identify }: HealthRouteOptions): RequestHandler {
  return async (request: Request, response: Response): Promise<void> => {
    const identity = await identify(request);
    const isKnown = !isRefusal(identity);
    const room = roomOf(request) ?? "";
    const told = health(isKnown && hearsOfAll(identity) ? allBeside(room) : room);
    response
      .status(told.ok ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json(isKnown ? told : { ok: told.ok });
  };
}

export function metricsRoute(metrics: Metrics, admissionOf: (request: Request) => Admission): RequestHandler {
  return async (request: Request, response: Response): Promise<void> => {
    if (!hearsOfAll(admissionOf(request).identity))
      return refuse(response, 403, "The metrics are for hosts of all rooms.");
    response.set({ "Content-Type": metrics.contentType, "Cache-Control": "no-store" }).send(await metrics.text());
  };
}

/** Of several scenes those of the one that is asked about. */
function allBeside(room: string): string | null {
  const scene = sceneOf(room);
  return scene === "" ? null : roomIn(scene, "*");
}

/** AC8 */
function hearsOfAll({ role, room }: Identity): boolean {
  return role === "host" && room === null;
}
