/** A process that does pieces of work, one after another, and ends when its owner does. Started by URL only. */

import { profileThread } from "../platform/cpu-profile.ts";
import type { FromPieceProcess } from "./piece-protocol.ts";
import { servePieces } from "./piece-server.ts";

profileThread("piece");

const handle = servePieces((message: FromPieceProcess): void => {
  if (process.connected) process.send?.(message);
});

process.on("message", handle);
process.on("disconnect", () => process.exit(0));
// Who has the work decides when to end; Ctrl-C reaches every process of the terminal.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);
