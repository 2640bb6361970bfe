/** Owns giving the bytes of a value to who asks: as they are kept, or as a .npy file. In the main process. */

import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { isArrayForm } from "../../../shared/data.ts";
import type { DataReading } from "../../data/data-contract.ts";
import { npyHeadFor } from "../../data/formats/npy.ts";

/** Read at once: larger pieces are no faster. */
const CHUNK_BYTES = 256 * 1024;
/** Who takes nothing for so long keeps the value from being given back. */
const SILENCE_MS = 30_000;

/** Answers with the value, and gives the reading back. */
export async function sendValue(reading: DataReading, request: Request, response: Response): Promise<void> {
  try {
    const { form, bytes, version } = reading.info;
    const isNpy = wantsNpy(request);
    const head = isNpy && isArrayForm(form) ? npyHeadFor(form.type, form.shape) : new Uint8Array(0);
    response.set({
      "Cache-Control": "no-store",
      "Content-Length": String(head.byteLength + bytes),
      "X-Data-Version": String(version),
      "X-Data-Type": form.type,
      ...(isArrayForm(form) ? { "X-Data-Shape": form.shape.join(",") } : {}),
    });
    response.type(contentTypeOf(form.type, head.byteLength > 0));
    if (request.method === "HEAD") return void response.end();
    if (head.byteLength > 0) response.write(head);
    if (bytes === 0) return void response.end();
    await sendFile(reading.path, bytes, response);
  } finally {
    reading.release();
  }
}

function wantsNpy({ query, headers }: Request): boolean {
  const { format } = query;
  if (format !== undefined && format !== "npy" && format !== "raw") throw new TypeError("format must be raw or npy.");
  return format === "npy" || (format === undefined && headers.accept === "application/x-npy");
}

function contentTypeOf(type: string, isNpy: boolean): string {
  if (isNpy) return "application/x-npy";
  return type === "json" ? "application/json" : "application/octet-stream";
}

async function sendFile(path: string, bytes: number, response: Response): Promise<void> {
  const { socket } = response;
  let written = socket?.bytesWritten ?? 0;
  const checks = setInterval(() => {
    if (socket === null || socket.bytesWritten === written) response.destroy();
    written = socket?.bytesWritten ?? 0;
  }, SILENCE_MS);
  try {
    await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES, end: bytes - 1 }), response);
  } catch {
    // The client went, or was cut off.
    response.destroy();
  } finally {
    clearInterval(checks);
  }
}
