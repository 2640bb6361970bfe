/**
 * Owns how often what is dear may be asked for, by all who came by one link or, where none is needed or it is the server's
 * own token, from one address. Who asks from this machine without a link is not counted: behind a tunnel or a proxy that is
 * not believed all have its address. In the main process.
 */

import type { NextFunction, Request, RequestHandler, Response } from "express";
import { now } from "../../shared/time.ts";
import { countedAddress } from "../access/address-key.ts";
import type { Admission } from "../access/identity.ts";
import { BucketTable } from "../platform/bucket-table.ts";
import { refuse } from "./refusals.ts";

const limits = {
  /** Each is drawn, read and encoded. */
  snapshot: { perSecond: 5, burst: 40 },
  /** The same, small; a start page asks for each scene that runs every three seconds, and several people have one link. */
  preview: { perSecond: 20, burst: 200 },
  /** Each is a connection with ports and keys. */
  whep: { perSecond: 1, burst: 20 },
  /** A viewer by WebSocket or plain HTTP; after an outage all come back at once. */
  join: { perSecond: 5, burst: 100 },
  links: { perSecond: 2, burst: 40 },
  /** Each may be a file, a connection to a server of others, and an encoder. */
  recordings: { perSecond: 1, burst: 20 },
  /** Values of controls; one of a scene is set as often as a viewer may. */
  controls: { perSecond: 60, burst: 1000 },
  /** Each is a value or a part of one; streams of them have a socket. */
  data: { perSecond: 200, burst: 1000 },
  /** Frames of movies, each of which may have to be decoded; a range of them is as many, and at once as long as the longest. */
  movies: { perSecond: 120, burst: 1000 },
} as const;

type LimitedKind = keyof typeof limits;

export class RequestLimits {
  readonly #tables = new Map<LimitedKind, BucketTable>();

  /** Counts a request, or `count` of what is limited; false when that was too many. */
  take(kind: LimitedKind, admission: Admission, count?: number): boolean {
    const key = keyOf(admission);
    return key === null || this.#tableOf(kind).take(key, count);
  }

  /** Refuses, of the requests with this method, those that are too many. `admissionOf` gives who asks. */
  guard(kind: LimitedKind, method: "GET" | "POST", admissionOf: (request: Request) => Admission): RequestHandler {
    return (request: Request, response: Response, next: NextFunction): void => {
      if (request.method !== method || this.take(kind, admissionOf(request))) return next();
      refuse(
        response,
        429,
        "This is being asked for too often by your link or from your address. Try again in a second.",
      );
    };
  }

  #tableOf(kind: LimitedKind): BucketTable {
    const table = this.#tables.get(kind) ?? new BucketTable({ ...limits[kind], clock: now });
    this.#tables.set(kind, table);
    return table;
  }
}

/** Whose it is for what is counted; null where it is not. */
export function keyOf({ identity: { linkId }, address }: Admission): string | null {
  return linkId === null ? countedAddress(address) : `link ${linkId}`;
}
