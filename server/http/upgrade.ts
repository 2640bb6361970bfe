/** Owns what a request for a WebSocket is once somebody looked at it, and how one is refused. In the main process. */

import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Admission } from "../access/identity.ts";

/** A request for a WebSocket by somebody who was let in. */
export type AdmittedUpgrade = {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly admission: Admission;
};

/** Answers with a status, and with a sentence for those who read it: browsers show neither. */
export function refuseUpgrade(socket: Duplex, status: number, sentence?: string): void {
  const body = sentence === undefined ? "" : `${sentence}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    ...(body === "" ? [] : ["Content-Type: text/plain; charset=utf-8"]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
