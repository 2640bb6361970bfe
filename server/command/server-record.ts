/**
 * Owns the records of the servers that run here, by which `scenecast link` finds them and may speak to them: a file each,
 * which only their user can read.
 */

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../platform/is-running.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { runtimeFolder } from "../platform/state-folder.ts";

export type ServerRecord = {
  readonly port: number;
  /** The address of its page, for this machine. */
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
};

/** Keeps the record of this server until it is disposed of. Throws what the file system says, and where there is no folder. */
export function keepRecord(record: ServerRecord, folder: string | null = runtimeFolder()): Disposable {
  if (folder === null) throw new Error("this user has no folder of their own (set HOME or XDG_RUNTIME_DIR).");
  const path = join(folder, `scenecast-${record.port}.json`);
  writePrivateFile(path, `${JSON.stringify(record)}\n`);
  return {
    [Symbol.dispose]() {
      // A later server on this port has put its own in the place.
      if (readRecord(path)?.pid === record.pid) rmSync(path, { force: true });
    },
  };
}

/** The servers that run, by port. Records of those that fell are removed. */
export function findRecords(folder: string | null = runtimeFolder()): readonly ServerRecord[] {
  if (folder === null) return [];
  const found: ServerRecord[] = [];
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const record = readRecord(path);
    if (record !== null && isRunning(record.pid)) found.push(record);
    else rmSync(path, { force: true });
  }
  return found.sort((one, other) => one.port - other.port);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^scenecast-\d{1,5}\.json$/.test(name));
  } catch {
    // No server was ever started, or none of this user's.
    return [];
  }
}

/** Null for one that is gone, unreadable or not ours. */
function readRecord(path: string): ServerRecord | null {
  try {
    const record: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is ServerRecord {
  if (typeof value !== "object" || value === null) return false;
  const { port, url, token, pid, startedAt } = value as Record<string, unknown>;
  const isUrl = typeof url === "string" && /^https?:$/.test(URL.parse(url)?.protocol ?? "");
  return isUrl && typeof token === "string" && [port, pid, startedAt].every(Number.isSafeInteger) && Number(pid) > 0;
}
