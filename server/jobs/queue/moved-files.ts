/** Owns bringing files to the owner of a queue and fetching them from there, and going on where that was broken off. */

import { createWriteStream, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { StreamError } from "../../../shared/errors.ts";
import { diskWords } from "../../platform/disk-words.ts";
import { makeFolderSync } from "../../platform/made-folder.ts";
import { type OwnerAsk, type OwnerLink, OwnerRefusal } from "./owner-link.ts";
import { PART_BYTES, type SentFile } from "./owner-messages.ts";
import { confined } from "./sent-files.ts";

/** Files that are under way at once. */
const AT_ONCE = 4;
/** Who may do what with files and folders that are made. */
export type Modes = { readonly folder: number; readonly file: number };
/** The user alone. */
const own: Modes = { folder: 0o700, file: 0o600 };
/** As of all that the user makes. */
export const usual: Modes = { folder: 0o777, file: 0o666 };
/** How often in a row nothing more of a file may come. */
const MAX_STALLS = 5;

/** Brings files below `root` by their paths there; `as` is how the owner is to call each. Rejects as `OwnerLink.ask`. */
export async function sendFiles(
  link: OwnerLink,
  token: string,
  root: string,
  files: readonly SentFile[],
  as: (path: string) => string = (path) => path,
): Promise<void> {
  // Those that are empty are made where they are named.
  const waiting = files.filter(({ bytes }) => bytes > 0);
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await sendFile(link, token, join(root, file.path), as(file.path), file.bytes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function sendFile(link: OwnerLink, token: string, at: string, path: string, bytes: number): Promise<void> {
  const file = await open(at, "r").catch((error: unknown) => {
    throw new StreamError("input-failed", `${at} cannot be read.`, { cause: error });
  });
  try {
    const part = new Uint8Array(Math.min(PART_BYTES, bytes));
    let stalls = 0;
    for (let offset = 0; offset < bytes; ) {
      const { bytesRead } = await file.read(part, 0, Math.min(part.length, bytes - offset), offset);
      if (bytesRead === 0) throw new StreamError("input-failed", `${at} has become shorter.`);
      const query = { path, offset: String(offset) };
      try {
        await link.ask({ method: "PUT", path: "/part", query, token, body: part.subarray(0, bytesRead) });
        offset += bytesRead;
      } catch (error) {
        // A part has come of which the answer was lost.
        stalls += 1;
        if (!(error instanceof OwnerRefusal && error.status === 409) || stalls > MAX_STALLS) throw error;
        offset = Number(await (await link.ask({ method: "GET", path: "/sent", query: { path }, token })).json());
      }
    }
  } finally {
    await file.close();
  }
}

/** Fetches files into a folder by their paths there. Rejects as `OwnerLink.ask`; nothing lies outside of the folder. */
export async function fetchFiles(
  link: OwnerLink,
  folder: string,
  files: readonly SentFile[],
  askFor: (path: string) => OwnerAsk,
  modes: Modes = own,
): Promise<void> {
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const at = confined(folder, file.path);
      if (at === null)
        throw new StreamError("input-failed", "The owner of the queue named a path that leads elsewhere.");
      await fetchFile(link, askFor(file.path), { at, bytes: file.bytes, modes });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function fetchFile(
  link: OwnerLink,
  ask: OwnerAsk,
  { at, bytes, modes }: { readonly at: string; readonly bytes: number; readonly modes: Modes },
): Promise<void> {
  try {
    makeFolderSync(dirname(at), modes.folder);
  } catch (error) {
    throw diskWords(at, error);
  }
  let stalls = 0;
  for (let have = sizeOf(at); have === null || have < bytes; ) {
    const response = await link.ask({ ...ask, from: have ?? 0 });
    const body = Readable.fromWeb((response.body ?? new Blob([]).stream()) as ReadableStream);
    const broken = await pipeline(body, createWriteStream(at, { flags: "a", mode: modes.file })).catch(
      (error: unknown) => error,
    );
    if (broken instanceof Error && "syscall" in broken && "path" in broken) throw diskWords(at, broken);
    const now = sizeOf(at);
    stalls = now === have ? stalls + 1 : 0;
    if (link.isClosed) throw new StreamError("closed", "The queue was closed.");
    if (stalls > MAX_STALLS) throw new StreamError("input-failed", `${ask.query?.["path"]} cannot be fetched.`);
    have = now;
  }
  if (sizeOf(at) !== bytes) throw new StreamError("input-failed", `${ask.query?.["path"]} was changed meanwhile.`);
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
