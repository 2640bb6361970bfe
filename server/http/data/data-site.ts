/** Owns all ways to the data of rooms by HTTP, and that who uses one ends with its right to. In the main process. */

import type { Request, Router } from "express";
import type { Admission, Identity } from "../../access/identity.ts";
import { LastingResponses } from "../lasting-responses.ts";
import type { AdmittedUpgrade } from "../upgrade.ts";
import { DataDoor, dataPath } from "./data-door.ts";
import { dataPlaces, requestPlaces, socketPlaces } from "./data-places.ts";
import { type DataHandler, dataRoutes } from "./data-routes.ts";
import { UploadOrder } from "./upload-order.ts";

export type DataSiteOptions = {
  /** The data of a room, opened where it is to be filled. Throws `StreamError` where there is none. */
  dataOf(admission: Admission, isFilled: boolean): DataHandler;
  /** Counts a request; false when that is too many. */
  allows(admission: Admission): boolean;
  /** Hears of an error of ours. */
  failed(error: unknown): void;
};

export class DataSite {
  readonly #options: DataSiteOptions;
  readonly #requests = new LastingResponses(dataPlaces(requestPlaces));
  readonly #connections = new LastingResponses(dataPlaces(socketPlaces));
  readonly #order = new UploadOrder();
  readonly #door: DataDoor;

  /** The owner closes it. */
  constructor(options: DataSiteOptions) {
    this.#options = options;
    const { dataOf, failed } = options;
    const follow = (socket: AdmittedUpgrade["socket"], admission: Admission) =>
      this.#connections.add(socket, admission);
    this.#door = new DataDoor({ dataOf, failed, follow, order: this.#order });
  }

  /** What stands under `/data`. */
  routes(admissionOf: (request: Request) => Admission): Router {
    const { dataOf, allows } = this.#options;
    return dataRoutes({
      admissionOf,
      dataOf,
      allows,
      order: this.#order,
      follow: (...seen) => this.#requests.add(...seen),
    });
  }

  /** What takes the connections for a path; null where it is not for data. */
  socketsAt(path: string): ((upgrade: AdmittedUpgrade) => void) | null {
    const asked = dataPath(path);
    return asked === null ? null : (upgrade) => this.#door.handleUpgrade(upgrade, asked.name);
  }

  /** Cuts those whose asker `isDue`. */
  end(isDue: (identity: Identity) => boolean): void {
    this.#requests.end(isDue);
    this.#connections.end(isDue);
  }

  close(): void {
    this.#requests.close();
    this.#connections.close();
    this.#door.close();
  }
}
