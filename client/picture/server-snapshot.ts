/** Owns the picture as the server has it: its very pixels, whatever this browser does to those that scripts read. */

/** Fetches a snapshot. Rejects with an `Error` where the server gives none. */
export async function fetchSnapshot(url: URL): Promise<Blob> {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return await response.blob();
}
