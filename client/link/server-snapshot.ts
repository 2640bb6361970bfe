/** Owns the picture as the server has it: its very pixels, whatever this browser does to those that scripts read. */

import type { ServerFetch } from "./access.ts";

/** Fetches a snapshot by `ask`. Rejects with an `Error` where the server gives none. */
export async function fetchSnapshot(url: URL, ask: ServerFetch): Promise<Blob> {
  const response = await ask(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return await response.blob();
}
