/** The thread that reads one movie for a program: it decodes what is asked for, in that order. Started by URL only. */

import { workerData } from "node:worker_threads";
import { StreamError, toPlainError } from "../../shared/errors.ts";
import { threadPort } from "../platform/threads.ts";
import { MovieReader } from "./movie-reader.ts";
import type { FromMovieThread, MovieThreadData, ToMovieThread } from "./movie-thread-protocol.ts";

const data = workerData as MovieThreadData;
const port = threadPort();
const misled = "The movie does not have the frames that its container says. Open it with `isReadWhole`.";

function post(message: FromMovieThread, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

function handle(reader: MovieReader, message: ToMovieThread): void {
  if (message.kind === "close") {
    reader.close();
    process.exit(0);
  }
  const { job, frame, size } = message;
  try {
    const picture = reader.read(frame, size === null ? {} : { size });
    if (reader.isMisled) throw new StreamError("input-failed", misled);
    post({ kind: "frame", job, picture }, [picture.pixels.buffer]);
  } catch (error) {
    post({ kind: "refused", job, error: toPlainError(error) });
  }
}

try {
  const { path, threads, isReadWhole, index } = data;
  const maxWholeBytes = isReadWhole ? { maxWholeBytes: Number.POSITIVE_INFINITY } : {};
  const reader = await MovieReader.open(path, { threads, ...maxWholeBytes, ...(index === undefined ? {} : { index }) });
  port.on("message", (message: ToMovieThread) => handle(reader, message));
  post({ kind: "opened", info: reader.info, index: reader.index });
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
