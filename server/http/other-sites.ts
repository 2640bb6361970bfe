/**
 * Owns what pages of other sites that were allowed need to be told so that their browser lets them use the server (AC9): the
 * headers of CORS (Fetch standard, section 3.3), the answers to its preflights, and that their images may be shown.
 */

import type { IncomingMessage } from "node:http";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { TUNNEL_HEADER } from "../../shared/tunnel.ts";

/** `siteOf` gives the allowed site of whose pages one asks; null for our own pages, programs, and all others. */
export function forOtherSites(siteOf: (request: IncomingMessage) => string | null): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.vary("Origin");
    const site = siteOf(request);
    if (site === null) return next();
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
    if (request.headers.origin === undefined) return next();
    // Without Allow-Credentials: what the browser would send by itself lets no page of another site in.
    response.set({
      "Access-Control-Allow-Origin": site,
      "Access-Control-Expose-Headers":
        "ETag, Location, Retry-After, X-Data-Shape, X-Data-Type, X-Data-Version, X-Exact-Bytes",
    });
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return next();
    answerPreflight(request, response);
  };
}

function answerPreflight(request: Request, response: Response): void {
  response.set({
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": `Authorization, Content-Range, Content-Type, If-None-Match, X-Data-Shape, X-Data-Type, ${TUNNEL_HEADER}`,
    "Access-Control-Max-Age": "600",
  });
  // A page of the internet that asks a machine of its visitor's own network.
  if (request.headers["access-control-request-private-network"] === "true") {
    response.set("Access-Control-Allow-Private-Network", "true");
  }
  response.status(204).end();
}
