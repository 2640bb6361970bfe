/** Owns fetching a still and decoding it, off the page's thread where the browser does so. */

/** Gives null where the server has that picture no more; rejects where it may be tried again, or `signal` says so. */
export async function fetchStill(url: URL, signal: AbortSignal): Promise<ImageBitmap | null> {
  const response = await fetch(url, { signal, cache: "no-store" });
  if (response.status === 410 || response.status === 404) return null;
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  // The bytes as they are: what is compared with the scene's own picture must not be fitted to the screen's colours twice.
  return await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
}
