/**
 * Owns the WebSockets of viewers: who may have one on `/signal`, and those that are open; and that others go to who
 * takes them, once they are let in.
 */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { Emitter } from "../../../shared/emitter.ts";
import { MAX_SIGNALING_BYTES, SOCKET_PROTOCOL } from "../../../shared/signaling.ts";
import { type AccessGate, isRefusal, type Refusal } from "../../access/access-gate.ts";
import type { Admission } from "../../access/identity.ts";
import type { NewViewer } from "../../access/viewer-connection.ts";
import { parameterTextsIn } from "../../platform/given-parameters.ts";
import { type Mount, queryOf, splitRoom } from "../base-path.ts";
import type { RequestLimits } from "../request-limits.ts";
import { type AdmittedUpgrade, refuseUpgrade } from "../upgrade.ts";
import { closeCodes, SignalingSocket, type SignalingSocketOptions } from "./signaling-socket.ts";

export type SocketDoorOptions = {
  readonly gate: AccessGate;
  readonly limits: RequestLimits;
  readonly mount: Mount;
  /** The names of several scenes; null for one. */
  readonly scenes: ReadonlySet<string> | null;
  readonly socket: SignalingSocketOptions | undefined;
  /** What takes the connections for a path that is not ours; null where there is no such path. */
  elsewhere(path: string): ((upgrade: AdmittedUpgrade) => void) | null;
};

const whichScene =
  "There are several scenes here. Add the name of the one that you mean to the address, as in “…/points/”.";

export type SocketDoorEvents = {
  /** A viewer said hello. */
  readonly greeted: NewViewer;
  readonly refused: { readonly refusal: Refusal; readonly request: IncomingMessage };
  /** A viewer sent what it may not; a sentence for the log. */
  readonly messageRefused: { readonly reason: string };
};

export class SocketDoor extends Emitter<SocketDoorEvents> {
  readonly #options: SocketDoorOptions;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<SignalingSocket>();
  #closed = false;

  constructor(options: SocketDoorOptions) {
    super();
    this.#options = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_SIGNALING_BYTES,
      // Another one that was offered may be a key.
      handleProtocols: (offered) => offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL,
    });
  }

  /** Takes over the connection of a request to upgrade. */
  async handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const asked = this.#askedBy(request);
    const elsewhere = asked === null || asked.path === "/signal" ? null : this.#options.elsewhere(asked.path);
    if (asked === null || (asked.path !== "/signal" && (elsewhere === null || asked.room === null))) {
      return refuseUpgrade(socket, 404);
    }
    const { room } = asked;
    const { gate } = this.#options;
    const identity = gate.refuseHost(request) ?? gate.refuseOrigin(request) ?? (await gate.identify(request, room));
    if (isRefusal(identity)) {
      this.emit("refused", { refusal: identity, request });
      return refuseUpgrade(socket, identity.status);
    }
    if (this.#closed) return refuseUpgrade(socket, 503);
    const { address, isTunnelled } = gate.sourceOf(request);
    const parameters = parameterTextsIn(queryOf(request));
    const admission = { identity, room: room ?? "", address, isTunnelled, parameters };
    if (!this.#options.limits.take("join", admission)) return refuseUpgrade(socket, 429);
    if (elsewhere !== null) return elsewhere({ request, socket, head, admission });
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const opened = new SignalingSocket(webSocket, this.#options.socket);
      if (room === null) opened.end("no-room", whichScene);
      else this.#follow(opened, admission);
    });
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.close(closeCodes.goingAway, "The server is shutting down.");
  }

  /** Whose socket is asked for, a room's or what several scenes have in common (null); null when it is something else. */
  #askedBy(request: IncomingMessage): { readonly room: string | null; readonly path: string } | null {
    const mounted = this.#options.mount(request);
    if (mounted === null) return null;
    const split = mounted.kind === "moved" ? mounted : splitRoom(mounted.url, this.#options.scenes);
    const path = split.kind === "here" ? URL.parse(split.url, "http://host")?.pathname : undefined;
    return split.kind !== "here" || path === undefined ? null : { room: split.room, path };
  }

  #follow(socket: SignalingSocket, admission: Admission): void {
    this.#sockets.add(socket);
    socket.on("closed", () => this.#sockets.delete(socket));
    socket.on("refused", (event) => this.emit("messageRefused", event));
    socket.on("greeted", ({ name }) => {
      this.emit("greeted", { viewerId: randomUUID(), way: "page", connection: socket, admission, name });
    });
  }
}
