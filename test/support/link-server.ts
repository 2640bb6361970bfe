/** A small server with the routes under `/access` and `/links`, and no scene. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import { AccessGate, type Entry, isRefusal } from "../../server/access/access-gate.ts";
import type { Identity } from "../../server/access/identity.ts";
import { accessRoutes, sendRefusal } from "../../server/http/routes/access-routes.ts";
import { linkRoutes } from "../../server/http/routes/link-routes.ts";

export type LinkServer = {
  readonly url: string;
  /** Why somebody was not let in. */
  readonly refused: readonly string[];
  close(): void;
};

/** The room is the query's `room`. `tls` has a certificate and its key in PEM. */
export async function startLinkServer(
  entry: Entry,
  tls: { readonly cert: string; readonly key: string } | null = null,
): Promise<LinkServer> {
  const none = { trustProxy: null, allowedHosts: [], allowedOrigins: [], frameAncestors: [], frameDrivers: [] };
  const gate = new AccessGate({ host: "127.0.0.1", entry, ...none });
  const refused: string[] = [];
  const identities = new WeakMap<Request, Identity>();
  const roomOf = ({ query }: Request): string => String(query["room"] ?? "");
  const app = express();
  app.use("/access", accessRoutes(gate, { roomOf, refused: ({ reason }) => void refused.push(reason) }));
  app.use(async (request, response, next) => {
    const known = await gate.identify(request, roomOf(request));
    if (isRefusal(known)) return sendRefusal(response, known);
    identities.set(request, known);
    next();
  });
  const identityOf = (request: Request): Identity => identities.get(request) as Identity;
  app.use(
    "/links",
    linkRoutes({
      entry,
      identityOf,
      sceneOf: () => "",
      linkFor: (token, room) => `https://example.org/${room ?? ""}#token=${token}`,
    }),
  );
  app.use((error: { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
    response.sendStatus(error.status ?? 500);
  });
  const server: Server = tls === null ? createServer(app) : createSecureServer(tls, app);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === null ? "http" : "https"}://127.0.0.1:${port}/`,
    refused,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
