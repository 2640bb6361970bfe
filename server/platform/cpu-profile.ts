/**
 * Owns the profile of what a thread spends its processor time on, where the process was asked for it by `SCENECAST_CPU_PROFILE`,
 * a folder: each thread writes a file there when it ends, as Chrome's developer tools and speedscope open it. For any thread.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { makeFolderSync } from "./made-folder.ts";

/** Children of this process inherit it. */
export const profileVariable = "SCENECAST_CPU_PROFILE";

/** Samples every half millisecond; a function that takes less now and then is seen all the same. */
const INTERVAL_US = 500;

/** Begins, where it is wanted; the file is written as the thread exits. `name` becomes a part of its name. */
export function profileThread(name: string, folder: string | undefined = process.env["SCENECAST_CPU_PROFILE"]): void {
  if (folder === undefined || folder === "") return;
  const { Session } = process.getBuiltinModule("node:inspector");
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  session.post("Profiler.start");
  process.on("exit", () => {
    // A session with its own thread answers before `post` returns.
    session.post("Profiler.stop", (error, { profile }) => {
      if (error !== null) return console.warn(`There is no profile of the ${name}: ${error.message}`);
      writeProfile(folder, name, profile);
    });
  });
}

function writeProfile(folder: string, name: string, profile: object): void {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}-${process.pid}-${threadId}.cpuprofile`);
  try {
    makeFolderSync(folder);
    writeFileSync(file, JSON.stringify(profile));
  } catch (error) {
    console.warn(`The profile of the ${name} could not be written: ${error instanceof Error ? error.message : error}`);
  }
}
