/** Owns the machines of a shared queue as tests have them: processes in folders of their own, that share nothing but Redis and HTTP. */

import { mkdirSync } from "node:fs";
import { Child } from "./child.ts";
import { cli, type EndedCommand, startCli } from "./cli.ts";
import { descendantsOf } from "./processes.ts";

/** `scenecast jobs serve`, with `folder` for its jobs. */
export async function serveQueue(url: string, folder: string, words: readonly string[] = []): Promise<Child> {
  return await Child.start(
    [...cli, "jobs", "serve", "--queue", url, "--folder", folder, ...words],
    /Serving the queue/,
    30_000,
  );
}

/** `scenecast worker`, started in a folder that is made, with words before it. */
export async function startWorker(
  url: string,
  folder: string,
  { prefix = [], words = [] }: { readonly prefix?: readonly string[]; readonly words?: readonly string[] } = {},
): Promise<Child> {
  mkdirSync(folder, { recursive: true });
  const worker = [...cli, "worker", "--queue", url, "--folder", folder, ...words];
  const [program = "", ...args] = [...prefix, "bash", "-c", `cd ${folder} && exec "$@"`, "bash", ...worker];
  return await Child.start([program, ...args], /Working for the queue/, 30_000);
}

/** `scenecast hls …` by the queue; resolves when its movies are sent. */
export async function startFilm(url: string, words: readonly string[]): Promise<Child> {
  return await Child.start([...cli, "hls", "--queue", url, ...words], /sent to the queue/, 30_000);
}

/** Ends it and all that it started, as a machine that loses its power does. */
export async function killMachine(child: Child): Promise<void> {
  const started = descendantsOf(child.pid);
  const gone = child.kill();
  for (const pid of started) kill(pid);
  await gone;
}

/** `scenecast jobs …`, with the queue where there is one; what it printed and its exit code. */
export function jobsCommand(url: string | null, words: readonly string[]): Promise<EndedCommand> {
  return startCli(["jobs", ...(url === null ? [] : ["--queue", url]), ...words]).ended;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with another.
  }
}
