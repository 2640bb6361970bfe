/**
 * Owns sending a body at a rate, so that no queue on a slow way fills with it: what is sent by other ways meanwhile does not
 * wait behind it, and little is on its way when it is given up.
 */

import type { Response } from "express";

const TICK_MS = 20;
const LEAST_STEP_BYTES = 1_400;

/** Sends all of `bytes` at `bitrateBps`, slower where the way is. The response ends with it. */
export function sendPaced(response: Response, bytes: Uint8Array, bitrateBps: number): void {
  const step = Math.max(LEAST_STEP_BYTES, Math.round((bitrateBps * TICK_MS) / 8000));
  let at = 0;
  const send = (): void => {
    if (response.writableNeedDrain) return;
    response.write(bytes.subarray(at, at + step));
    at += step;
    if (at < bytes.byteLength) return;
    clearInterval(timer);
    response.end();
  };
  const timer = setInterval(send, TICK_MS);
  response.once("close", () => clearInterval(timer));
  response.set("Content-Length", String(bytes.byteLength));
  send();
}
