/**
 * Owns `/links`, where hosts make links for others: `POST {"role", "expiresSeconds", "room", "data"}` makes one and tells it, `GET`
 * lists what was made, without the links themselves, `DELETE /links/<id>` revokes one. A host whose own link is for one
 * room sees to the links of that room only (LI2).
 */

import express, { type Request, type Response, type Router } from "express";
import { StreamError, type StreamErrorCode } from "../../../shared/errors.ts";
import type { Entry } from "../../access/access-gate.ts";
import type { Identity } from "../../access/identity.ts";
import type { LinkInfo, LinkOptions, Links, MadeLink } from "../../access/links.ts";
import { roomIn } from "../../access/room-name.ts";
import { refuse, refuseMethod } from "../refusals.ts";

export type LinkRoutesOptions = {
  readonly entry: Entry;
  /** Who asks; whoever comes here was let in. */
  identityOf(request: Request): Identity;
  /** The scene at whose address is asked, in which rooms are named without it; "" for none. */
  sceneOf(request: Request): string;
  /** The address of the page with the token of a link, as others reach it. */
  linkFor(token: string, room: string | null, request: Request): string;
};

const MAX_BYTES = 1024;

const whyNoLinks = {
  open: "The server asks for no token, so everybody who reaches it is a host. Start it with a token to make links.",
  application: "The application decides who may enter (options.access.authenticate), so there are no links.",
} as const;

const statuses: Partial<Record<StreamErrorCode, number>> = {
  "not-allowed": 403,
  "link-ended": 401,
  "too-many-links": 409,
};

export function linkRoutes({ entry, identityOf, sceneOf, linkFor }: LinkRoutesOptions): Router {
  const router = express.Router();
  const body = express.json({ limit: MAX_BYTES, inflate: false, type: "application/json" });
  router.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (identityOf(request).role === "host") return next();
    refuse(response, 403, "Only hosts may make, list and revoke links.");
  });
  if (entry.kind !== "token") return router.use((_request, response) => refuse(response, 409, whyNoLinks[entry.kind]));
  const { links } = entry;
  router
    .route("/")
    .get((request, response) => {
      response.json({ links: links.list(identityOf(request).room).map(shown) });
    })
    .post(body, async (request, response) => {
      const made = await make(links, withScene(request.body, sceneOf(request)), identityOf(request), response);
      if (made === null) return;
      const { id, role, room, data, expiresAt } = shown(made);
      response.status(201).json({ id, role, room, data, expiresAt, link: linkFor(made.token, made.room, request) });
    })
    .all((_request, response) => refuseMethod(response, "GET, POST"));
  router
    .route("/:id")
    .delete((request, response) => {
      if (links.revoke(request.params.id, identityOf(request).room)) response.sendStatus(204);
      else refuse(response, 404, "There is no such link. Links that have expired are forgotten.");
    })
    .all((_request, response) => refuseMethod(response, "DELETE"));
  return router;
}

/** What is asked for, with the whole name of its room: a page knows only the one that it has in its scene. */
function withScene(body: unknown, scene: string): unknown {
  if (typeof body !== "object" || body === null || !("room" in body) || typeof body.room !== "string") return body;
  return body.room.includes("/") ? body : { ...body, room: roomIn(scene, body.room) };
}

/** Null where it answered why not. */
async function make(links: Links, body: unknown, maker: Identity, response: Response): Promise<MadeLink | null> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    refuse(response, 400, 'The body must be JSON like {"role": "viewer"}.');
    return null;
  }
  try {
    // Its fields are checked by who takes it.
    return await links.make(body as LinkOptions, maker);
  } catch (error) {
    const status = error instanceof TypeError ? 400 : error instanceof StreamError ? statuses[error.code] : undefined;
    if (status === undefined || !(error instanceof Error)) throw error;
    refuse(response, status, error.message);
    return null;
  }
}

function shown({ madeAt, expiresAt, ...link }: LinkInfo): Omit<LinkInfo, "madeAt" | "expiresAt"> & {
  readonly madeAt: string;
  readonly expiresAt: string;
} {
  return { ...link, madeAt: new Date(madeAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
}
