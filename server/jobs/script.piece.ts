/**
 * Owns calling a module of the user's for one input, in a process or thread that may do others afterwards. Imported by its URL alone
 * (piece-server.ts).
 */

import type { Json } from "../../shared/custom-message.ts";
import type { PieceWork } from "./piece-protocol.ts";
import type { Task } from "./task-contract.ts";
import type { TaskPiece, TaskProgress } from "./task-piece.ts";

const MAX_NOTE = 200;
const MAX_RESULT = 1024 * 1024;

/** What the pool calls. */
export const work: PieceWork<TaskPiece, TaskProgress, Json> = async ({ work: what, input, output }, context) => {
  if (what.kind !== "script") throw new TypeError("This is no work of a script.");
  const { default: task } = (await import(what.script)) as { readonly default?: Task<unknown> };
  if (typeof task !== "function") throw new TypeError(`${what.script} has no function as its default export.`);
  const progress = (part: number, note?: string): void => {
    if (typeof part !== "number" || Number.isNaN(part)) throw new TypeError("progress takes a number from 0 to 1.");
    const words = typeof note === "string" ? note.slice(0, MAX_NOTE) : null;
    context.progressed({ part: Math.min(1, Math.max(0, part)), note: words });
  };
  const given = input.kind === "file" ? input.path : input.value;
  return jsonOf(await task(given, { progress, signal: context.signal, output }));
};

function jsonOf(result: unknown): Json {
  const text = JSON.stringify(result ?? null);
  if (text === undefined) throw new TypeError("A task must resolve with JSON; write what is none into files.");
  if (text.length > MAX_RESULT) throw new TypeError("A task may resolve with 1 MiB of JSON; write more into files.");
  return JSON.parse(text) as Json;
}
