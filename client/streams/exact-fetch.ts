/**
 * Owns fetching an exact picture and decoding it, off the page's thread where the browser does so. While it comes, it
 * is told how much came, so that who sends it knows the way.
 */

import type { ServerFetch } from "../link/access.ts";

export type ExactFetch = {
  readonly url: URL;
  readonly ask: ServerFetch;
  readonly signal: AbortSignal;
  /** Called with how many bytes have come so far, at most every 20 ms. */
  readonly received: (bytes: number) => void;
};

const RECEIPT_MS = 20;
const accepted = "image/webp, image/png";

/** Gives null where the server has that picture no more; rejects where it may be tried again, or `signal` says so. */
export async function fetchExactPicture({ url, ask, signal, received }: ExactFetch): Promise<ImageBitmap | null> {
  const response = await ask(url, { signal, cache: "no-store", headers: { Accept: accepted } });
  if (response.status === 204 || response.status === 404) return null;
  if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`);
  const picture = await readWhole(response, response.body, received);
  // The bytes as they are: what is compared with the scene's own picture must not be fitted to the screen's colours twice.
  return await createImageBitmap(picture, { colorSpaceConversion: "none" });
}

/** Rejects where the server ended it early. */
async function readWhole(
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  received: (bytes: number) => void,
): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let receiptTimer: ReturnType<typeof setTimeout> | null = null;
  const tell = (): void => {
    receiptTimer = null;
    received(bytes);
  };
  const reader = body.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      // The first at once, for it says how long the way is.
      if (bytes === 0) received(piece.value.byteLength);
      pieces.push(piece.value);
      bytes += piece.value.byteLength;
      receiptTimer ??= setTimeout(tell, RECEIPT_MS);
    }
  } finally {
    if (receiptTimer !== null) clearTimeout(receiptTimer);
  }
  if (bytes !== Number(response.headers.get("X-Exact-Bytes"))) throw new Error("The server ended the picture early.");
  return new Blob(pieces, { type: response.headers.get("Content-Type") ?? "" });
}
