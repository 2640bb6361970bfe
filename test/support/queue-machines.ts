/** Owns the machines of a shared queue as tests have them: processes in folders of their own, that share nothing but Redis and HTTP. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import { descendantsOf } from "./processes.ts";

const cli = fileURLToPath(new URL("../../server/cli.ts", import.meta.url));
const node = [process.execPath, "--conditions=scenecast-source", "--disable-warning=ExperimentalWarning", cli] as const;

/** `scenecast jobs serve`, with `folder` for its jobs. */
export async function serveQueue(url: string, folder: string, words: readonly string[] = []): Promise<Child> {
  return await Child.start(
    [...node, "jobs", "serve", "--queue", url, "--folder", folder, ...words],
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
  const worker = [...node, "worker", "--queue", url, "--folder", folder, ...words];
  const [program = "", ...args] = [...prefix, "bash", "-c", `cd ${folder} && exec "$@"`, "bash", ...worker];
  return await Child.start([program, ...args], /Working for the queue/, 30_000);
}

/** `scenecast hls …` by the queue; resolves when its movies are sent. */
export async function startFilm(url: string, words: readonly string[]): Promise<Child> {
  return await Child.start([...node, "hls", "--queue", url, ...words], /sent to the queue/, 30_000);
}

/** Ends it and all that it started, as a machine that loses its power does. */
export async function killMachine(child: Child): Promise<void> {
  for (const pid of [child.pid, ...descendantsOf(child.pid)]) kill(pid);
  while (!child.hasEnded) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** `scenecast jobs …`, with the queue where there is one; what it printed and its exit code. */
export async function jobsCommand(
  url: string | null,
  words: readonly string[],
): Promise<{ code: number | null; out: string; error: string }> {
  const [program, ...args] = [...node, "jobs", ...(url === null ? [] : ["--queue", url]), ...words];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: "", error: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.error += bytes.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with another.
  }
}
