/**
 * Owns `/controls`, the controls that a scene offers in panels, for programs: `GET` lists them with their values, `PATCH` with a
 * JSON object of ids and values sets them, all or, where one of them does not fit, none. `true` presses a button.
 */

import express, { type Request, type Response, type Router } from "express";
import { StreamError } from "../../../shared/errors.ts";
import { MAX_CONTROLS, MAX_PANELS_LENGTH, type PanelControl } from "../../../shared/panels.ts";
import type { Admission } from "../../access/identity.ts";
import { type ErrorStatuses, orRefuse, refuse, refuseMethod } from "../refusals.ts";

/** Who has the controls of a room. */
export type ControlsHandler = {
  /** The controls, as they were last where the scene is on its way back; null before it was there. */
  list(): readonly PanelControl[] | null;
  /** Sets them, or throws `TypeError` naming the control and the rule, or `StreamError`, and sets none. */
  set(values: Readonly<Record<string, unknown>>): void;
};

export type ControlRoutesOptions = {
  admissionOf(request: Request): Admission;
  /** The controls of the room that is asked about. Throws `StreamError` where there is none. */
  controlsOf(admission: Admission): ControlsHandler;
  /** Counts so many values that somebody sets; false when that is too many. */
  allows(admission: Admission, count: number): boolean;
};

const example = 'The body must be a JSON object like {"/scene/speed": 2}, with the content type application/json.';
const statuses: ErrorStatuses = { "not-allowed": 403, "no-room": 404 };

export function controlRoutes(options: ControlRoutesOptions): Router {
  const router = express.Router();
  const body = express.json({ limit: MAX_PANELS_LENGTH, inflate: false, type: "application/json" });
  router
    .route("/")
    .get(orRefuse(statuses, (request, response) => list(options, request, response)))
    .patch(
      body,
      orRefuse(statuses, (request, response) => set(options, request, response)),
    )
    .all((_request, response) => refuseMethod(response, "GET, HEAD, PATCH"));
  return router;
}

function list({ admissionOf, controlsOf }: ControlRoutesOptions, request: Request, response: Response): void {
  const controls = controlsOf(admissionOf(request)).list();
  if (controls === null)
    throw new StreamError("room-lost", "The scene is not there yet, so its controls are not known.");
  response.set("Cache-Control", "no-store").json({ controls });
}

function set({ admissionOf, controlsOf, allows }: ControlRoutesOptions, request: Request, response: Response): void {
  const admission = admissionOf(request);
  const handler = controlsOf(admission);
  const values: unknown = request.body;
  if (typeof values !== "object" || values === null || Array.isArray(values)) return refuse(response, 400, example);
  const count = Object.keys(values).length;
  if (count > MAX_CONTROLS) throw new TypeError(`At most ${MAX_CONTROLS} controls are set at once, not ${count}.`);
  if (!allows(admission, count)) {
    return refuse(
      response,
      429,
      "Controls are being set too often by your link or from your address. Nothing was set.",
    );
  }
  handler.set(values as Readonly<Record<string, unknown>>);
  response.sendStatus(204);
}
