/**
 * Owns the WebSockets of programs that make pictures: who may have one on `/frames`, and those that are open. In the main process.
 *
 * FD1 Who gives frames decides what everybody sees and hears of all that people do on the picture, so it must be a host of the room.
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { Emitter } from "../../../shared/emitter.ts";
import { MAX_FRAME_HEAD, MAX_PROGRAM_TEXT } from "../../../shared/frame-source.ts";
import type { Admission } from "../../access/identity.ts";
import type { NewProgram } from "../../access/program-connection.ts";
import type { Refusal } from "../../access/refusal.ts";
import { closeCodes } from "../close-codes.ts";
import { ProgramSocket } from "./program-socket.ts";

export type ProgramDoorEvents = {
  /** A program said hello. */
  readonly greeted: NewProgram;
  /** A program sent what it may not; a sentence for the log. */
  readonly messageRefused: { readonly reason: string };
};

const noHost: Refusal = {
  status: 403,
  sentence: "Only a host may give the pictures of a room.",
  reason: "somebody who is no host and would give pictures",
  headers: {},
};

/** Why who asks may not give pictures; null where it may (FD1). */
export function refusalOfProgram({ identity }: Admission): Refusal | null {
  return identity.role === "host" ? null : noHost;
}

export class ProgramDoor extends Emitter<ProgramDoorEvents> {
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<ProgramSocket>();

  /** `maxPixels`: the most of a frame. */
  constructor(maxPixels: number) {
    super();
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: Math.max(MAX_PROGRAM_TEXT, maxPixels * 4 + MAX_FRAME_HEAD),
      // One that was offered may be a key.
      handleProtocols: () => false,
    });
  }

  /** Takes over the connection of somebody who may have one. `admission` is null where the address names no room. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission | null, whichRoom: string): void {
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const opened = new ProgramSocket(webSocket);
      if (admission === null) return opened.end("no-room", whichRoom);
      this.#sockets.add(opened);
      opened.on("closed", () => this.#sockets.delete(opened));
      opened.on("refused", (event) => this.emit("messageRefused", event));
      opened.on("greeted", ({ hello }) => this.emit("greeted", { hello, connection: opened, admission }));
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.close(closeCodes.goingAway, "The server is shutting down.");
  }
}
