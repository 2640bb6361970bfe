/** Owns the making of the server that listens: HTTP, or HTTPS with a certificate of its own. */

import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { StreamError } from "../../shared/errors.ts";

/** By itself Node looks only every 30 seconds whether one of them is over. Bodies have limits of their own (request-bodies.ts). */
const timeouts = { headersTimeout: 10_000, requestTimeout: 0, connectionsCheckingInterval: 1_000 };

/** Throws `StreamError` "tls-invalid" when the files of `tls` are missing or do not fit. */
export function makeServer(tls: { readonly cert: string; readonly key: string } | null, app: RequestListener): Server {
  if (tls === null) return createServer(timeouts, app);
  try {
    return createSecureServer({ ...timeouts, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, app);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new StreamError(
      "tls-invalid",
      `The certificate ${tls.cert} with the key ${tls.key} cannot be used: ${why}.`,
      {
        cause,
      },
    );
  }
}

/** Resolves with the port. Rejects with `StreamError` "port-taken" or "listen-failed". */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(listenError(error, host, port));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(cause: Error, host: string, port: number): StreamError {
  if ("code" in cause && cause.code === "EADDRINUSE") {
    return new StreamError("port-taken", `Port ${port} on ${host} is in use.`, { cause });
  }
  return new StreamError("listen-failed", `Could not listen on ${host}, port ${port}: ${cause.message}.`, { cause });
}
