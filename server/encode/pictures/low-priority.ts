/**
 * Owns how single pictures get out of the way of the stream: the threads in which libvips works for Node get less of a
 * processor than the others where all are busy. What cannot be given up once it is begun so costs an input hardly anything. In
 * the thread that makes pictures; on Linux, where a thread has a priority of its own.
 */

import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

const OURS = /^(?:libuv-worker|libvips worker)$/;
/** So much nicer they get a tenth of what others do. Not less: Node's own files and keys are worked on in them, too. */
const NICER = 10;
const MAX_NICE = 19;
const TASKS = "/proc/self/task";

/**
 * To be called before a picture is made; threads that libvips starts from these are as low. Does nothing where that cannot be.
 */
export function lowerPictureThreads(): void {
  if (process.platform !== "linux") return;
  try {
    // Of the thread that asks, which is as the stream's are.
    const nice = Math.min(MAX_NICE, getPriority() + NICER);
    for (const thread of readdirSync(TASKS)) {
      if (OURS.test(readFileSync(`${TASKS}/${thread}/comm`, "utf8").trim())) setPriority(Number(thread), nice);
    }
  } catch {
    // A thread may have ended meanwhile; the picture is made either way.
  }
}
