/**
 * Owns answering with several frames of a movie, one after the other: pixels without anything between them, pictures in an archive of
 * tar. No more of them are made than the asker takes. In the main process.
 */

import { once } from "node:events";
import type { Response } from "express";
import type { FrameFormat } from "../../movies/movie-form.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-header.ts";

/** Who takes nothing for so long is cut. */
const MAX_STALL_MS = 60_000;

export type FrameSeries = {
  readonly first: number;
  readonly last: number;
  /** The ending of the files in the archive; of pixels there is none. */
  readonly format: FrameFormat;
  /** So many are on their way from the decoders. */
  readonly ahead: number;
  readonly signal: AbortSignal;
  frame(number: number): Promise<Uint8Array>;
};

/** Writes them, and ends the response. What goes wrong cuts it, since its status was sent; only of the first frame it rejects. */
export async function sendFrames(response: Response, series: FrameSeries): Promise<void> {
  const { format } = series;
  const isArchive = format !== "raw";
  try {
    for await (const { number, bytes } of inOrder(series)) {
      const name = `${String(number).padStart(6, "0")}.${format}`;
      if (isArchive) await write(response, tarHeader(name, bytes.byteLength), series);
      await write(response, bytes, series);
      if (isArchive) await write(response, tarPadding(bytes.byteLength), series);
    }
    if (isArchive) await write(response, tarEnd(), series);
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy();
  }
}

async function* inOrder({
  first,
  last,
  ahead,
  frame,
}: FrameSeries): AsyncGenerator<{ readonly number: number; readonly bytes: Uint8Array }> {
  const coming: Promise<Uint8Array>[] = [];
  const ask = (number: number): void => {
    if (number > last) return;
    const asked = frame(number);
    // What fails is told when it is its turn.
    asked.catch(() => undefined);
    coming.push(asked);
  };
  for (let number = first; number < first + ahead; number += 1) ask(number);
  for (let number = first; number <= last; number += 1) {
    const next = coming.shift();
    if (next === undefined) return;
    const bytes = await next;
    ask(number + ahead);
    yield { number, bytes };
  }
}

async function write(response: Response, bytes: Uint8Array, { signal }: FrameSeries): Promise<void> {
  if (bytes.byteLength === 0 || response.write(bytes)) return signal.throwIfAborted();
  await once(response, "drain", { signal: AbortSignal.any([signal, AbortSignal.timeout(MAX_STALL_MS)]) });
}
