/** A process that does pieces of work, one after another, and ends when its pool does. Started by URL only. */

import { StreamError, toPlainError } from "../../shared/errors.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import type { FromPieceProcess, PieceWork, ToPieceProcess } from "./piece-protocol.ts";

profileThread("piece");

const send = (message: FromPieceProcess): void => {
  if (process.connected) process.send?.(message);
};

let current: AbortController | null = null;

process.on("message", (message: ToPieceProcess) => {
  switch (message.kind) {
    case "begin":
      void begin(message.module, message.input);
      break;
    case "cancel":
      current?.abort(new StreamError("closed", "The work was stopped."));
      break;
    case "end":
      process.exit(0);
  }
});
process.on("disconnect", () => process.exit(0));
// The pool decides when to end; Ctrl-C reaches every process of the terminal.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);

async function begin(module: string, input: unknown): Promise<void> {
  const stop = new AbortController();
  current = stop;
  try {
    const { work } = (await import(module)) as { readonly work: PieceWork<unknown, unknown, unknown> };
    const progressed = (progress: unknown): void => send({ kind: "progressed", progress });
    send({ kind: "done", result: await work(input, { progressed, signal: stop.signal }) });
  } catch (error) {
    const isMisuse = error instanceof TypeError && !(error instanceof StreamError);
    send({ kind: "failed", isMisuse, error: toPlainError(error) });
  }
}
