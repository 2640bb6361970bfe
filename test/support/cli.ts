/** Runs the command of our sources, and hears what it says until its end. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The command, before its own words. */
export const cli: readonly [string, ...string[]] = [
  process.execPath,
  ...["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning"],
  fileURLToPath(new URL("../../server/cli.ts", import.meta.url)),
];

export type EndedCommand = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote, and all of it as it came. */
  readonly out: string;
  readonly error: string;
  readonly said: string;
};

export type RunningCommand = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** When nothing that it started may write for it any more, either. */
  readonly ended: Promise<EndedCommand>;
};

/** `env` is beside the environment of the tests. */
export function startCli(words: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
  const [program, ...args] = [...cli, ...words];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const written = { out: "", error: "", said: "" };
  const hear = (kind: "out" | "error", text: string): void => {
    written[kind] += text;
    written.said += text;
  };
  child.stdout.on("data", (bytes: Buffer) => hear("out", bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => hear("error", bytes.toString()));
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...written }) as EndedCommand);
  return { child, pid: child.pid ?? 0, ended };
}
