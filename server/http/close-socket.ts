/** Owns how a WebSocket is ended from our side, so that the other one learns why. In the main process. */

import type { WebSocket } from "ws";
import { closeCodes } from "./close-codes.ts";

/**
 * How long the other side may take to follow. It is the time in which what waits, and the code behind it, gets through a slow link: a
 * connection that is cut while more comes in is reset, and what the other side had not read is lost.
 */
const CLOSE_DEADLINE_MS = 2_000;
/** When all end at once, nobody is waited for. */
const GOING_AWAY_DEADLINE_MS = 200;

/** Says `code` and `reason`, and cuts the connection when the other side does not follow. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  if (socket.readyState === socket.CLOSED) return;
  const deadlineMs = code === closeCodes.goingAway ? GOING_AWAY_DEADLINE_MS : CLOSE_DEADLINE_MS;
  // An open connection keeps the process, so that it is cut nevertheless.
  const deadline = setTimeout(() => socket.terminate(), deadlineMs).unref();
  socket.once("close", () => clearTimeout(deadline));
}
