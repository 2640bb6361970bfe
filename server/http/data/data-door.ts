/** Owns the WebSockets that fill data: who may have one on `/data` and `/data/<name>`, and those that are open. In the main process. */

import { WebSocketServer } from "ws";
import { SOCKET_PROTOCOL } from "../../../shared/signaling.ts";
import { type Admission, mayUseData } from "../../access/identity.ts";
import { closeCodes } from "../close-codes.ts";
import { type AdmittedUpgrade, refuseUpgrade } from "../upgrade.ts";
import { type DataHandler, notForData } from "./data-routes.ts";
import { DataSocket, MAX_MESSAGE_BYTES } from "./data-socket.ts";
import type { UploadOrder } from "./upload-order.ts";

export type DataDoorOptions = {
  dataOf(admission: Admission, isFilled: boolean): DataHandler;
  /** Keeps a connection in sight until it ends. Returns why there may not be one more, as a sentence, else null. */
  follow(socket: AdmittedUpgrade["socket"], admission: Admission): string | null;
  failed(error: unknown): void;
  /** Who gives way to whom. */
  readonly order: UploadOrder;
};

export class DataDoor {
  readonly #options: DataDoorOptions;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<DataSocket>();

  constructor(options: DataDoorOptions) {
    this.#options = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      // Another one that was offered may be a key.
      handleProtocols: (offered) => offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL,
    });
  }

  /** Takes over a connection for the value that its address names, or, where that is null, for those that its messages name. */
  handleUpgrade({ request, socket, head, admission }: AdmittedUpgrade, name: string | null): void {
    if (!mayUseData(admission.identity)) return refuseUpgrade(socket, 403, notForData);
    const refusal = this.#options.follow(socket, admission);
    if (refusal !== null) return refuseUpgrade(socket, 503, refusal);
    const { dataOf, failed, order } = this.#options;
    const { identity, room } = admission;
    const waits = (heldMs: () => number) => (identity.role === "host" ? order.wait(room, heldMs) : () => undefined);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const opened = new DataSocket(webSocket, { name, data: () => dataOf(admission, true), waits, failed });
      this.#sockets.add(opened);
      webSocket.once("close", () => this.#sockets.delete(opened));
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.close(closeCodes.goingAway, "The server is shutting down.");
  }
}

/** The value that the path of a socket names, null in `{ name }` for none in particular; null where it is not for data. */
export function dataPath(path: string): { readonly name: string | null } | null {
  if (path === "/data" || path === "/data/") return { name: null };
  const [, name] = /^\/data\/([\w.-]{1,64})$/.exec(path) ?? [];
  return name === undefined ? null : { name };
}
