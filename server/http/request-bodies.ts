/**
 * Owns how long the bodies of requests may take to come, and that those which a client holds back until it is told (Expect:
 * 100-continue, RFC 9110 section 10.1.1) are asked for by who wants them. In the main process.
 */

import type { IncomingMessage, ServerResponse } from "node:http";

const DEADLINE_MS = 30_000;

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();
const heldBack = new WeakSet<IncomingMessage>();

/** Cuts a request whose body is not there after `deadlineMs`, unless somebody else sees to that. Once for each request. */
export function limitBody(request: IncomingMessage, deadlineMs: number = DEADLINE_MS): void {
  if (deadlines.has(request) || !hasBody(request)) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, deadlineMs);
  timer.unref();
  deadlines.set(request, timer);
  request.once("close", () => clearTimeout(timer));
}

/** From now on the caller sees to it that a body comes to its end. */
export function takeBodyLimit(request: IncomingMessage): void {
  clearTimeout(deadlines.get(request));
}

/** The client waits until it is told to send the body. */
export function holdBack(request: IncomingMessage): void {
  heldBack.add(request);
}

/** Whether no byte of the body comes before `askForBody`. */
export function isHeldBack(request: IncomingMessage): boolean {
  return heldBack.has(request);
}

/** Tells a client that holds its body back to send it. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (heldBack.delete(request)) response.writeContinue();
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
