/** Owns how a module of ours is started as a process of its own, by whatever process wants one. What it prints is to be read. */

import { type ChildProcess, fork } from "node:child_process";
import { childEnvironment } from "./child-environment.ts";
import { compileCacheEnvironment } from "./compile-cache.ts";
import { followPrinted, type PrintedTo } from "./printed-lines.ts";

export type ForkOptions = PrintedTo & {
  /** Beside what every process of ours has. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files that are open here, which are its descriptors from 4 on. Default none. */
  readonly files?: readonly number[];
};

/** Starts it; messages may have what structured cloning takes. */
export function forkModule(module: URL, { env, files = [], ...printed }: ForkOptions): ChildProcess {
  const child = fork(module, {
    serialization: "advanced",
    // Two processes cannot wait for a debugger on one port.
    execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
    env: { ...childEnvironment(), ...compileCacheEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc", ...files],
  });
  followPrinted(child, printed);
  return child;
}
