/** Owns doing the pieces that are asked for, one after another, in a process or a thread that was started for it. */

import { StreamError, toPlainError } from "../../shared/errors.ts";
import { flushCompiledModules } from "../platform/compile-cache.ts";
import type { FromPieceProcess, PieceWork, ToPieceProcess } from "./piece-protocol.ts";

/** Gives what takes messages; `send` takes the answers. */
export function servePieces(send: (message: FromPieceProcess) => void): (message: ToPieceProcess) => void {
  let current: AbortController | null = null;
  return (message) => {
    switch (message.kind) {
      case "begin":
        current = new AbortController();
        void begin(message, current.signal, send);
        break;
      case "cancel":
        current?.abort(new StreamError("closed", "The work was stopped."));
        break;
      case "end":
        process.exit(0);
    }
  };
}

async function begin(
  { module, input, mark }: Extract<ToPieceProcess, { readonly kind: "begin" }>,
  signal: AbortSignal,
  send: (message: FromPieceProcess) => void,
): Promise<void> {
  const end = await endOf(module, input, signal, send);
  // Who has the end kills what it does not need any more.
  flushCompiledModules();
  if (mark !== null) await Promise.all([process.stdout, process.stderr].map((stream) => writeTo(stream, mark)));
  try {
    send(end);
  } catch (error) {
    // A result that cannot be sent, as one with functions in it.
    send({ kind: "failed", isMisuse: true, error: toPlainError(error) });
  }
}

async function endOf(
  module: string,
  input: unknown,
  signal: AbortSignal,
  send: (message: FromPieceProcess) => void,
): Promise<FromPieceProcess> {
  try {
    const { work } = (await import(module)) as { readonly work: PieceWork<unknown, unknown, unknown> };
    const progressed = (progress: unknown): void => send({ kind: "progressed", progress });
    return { kind: "done", result: await work(input, { progressed, signal }) };
  } catch (error) {
    const isMisuse = error instanceof TypeError && !(error instanceof StreamError);
    return { kind: "failed", isMisuse, error: toPlainError(error) };
  }
}

function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  // One that the piece has closed takes nothing any more.
  return new Promise((resolve) => {
    if (!stream.writable) return resolve();
    stream.write(text, () => resolve());
  });
}
