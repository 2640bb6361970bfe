/** Owns what the process ends with. Pure. */

import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";

export const exitCodes = { failed: 1, usage: 2, stopped: 130 } as const;

const errorExitCodes: Partial<Record<StreamErrorCode, number>> = {
  "port-taken": 3,
  "listen-failed": 3,
  "tls-invalid": 3,
  "parameters-invalid": exitCodes.usage,
  "scene-missing": 4,
  "scene-invalid": 5,
  "scene-failed": 5,
  "no-gl": 6,
  "no-encoder": 7,
  "output-failed": 8,
  "input-failed": 8,
};

export function exitCodeOf(code: StreamErrorCode): number {
  return errorExitCodes[code] ?? exitCodes.failed;
}

/** Of a command that ends with this error: misuse is `TypeError`. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof StreamError) return exitCodeOf(error.code);
  return error instanceof TypeError ? exitCodes.usage : exitCodes.failed;
}
