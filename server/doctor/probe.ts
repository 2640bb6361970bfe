/** Owns how a probe is run, from the main process: a process that tells what it finds and ends, in time. */

import { type ChildProcess, fork } from "node:child_process";

export type ProbeOptions = {
  readonly url: URL;
  readonly args?: readonly string[];
  /** Added to that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
};

/** What a probe told, and how it ended, in words; null where it ended by itself and well. */
export type ProbeReport<Message> = { readonly messages: readonly Message[]; readonly fall: string | null };

/** Resolves when the process is gone. What it prints is no finding. */
export async function runProbe<Message>({
  url,
  args = [],
  env = {},
  deadlineMs,
}: ProbeOptions): Promise<ProbeReport<Message>> {
  const child = fork(url, [...args], {
    serialization: "advanced",
    execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const messages: Message[] = [];
  child.on("message", (message) => messages.push(message as Message));
  let isLate = false;
  const kill = (): void => void child.kill("SIGKILL");
  const deadline = setTimeout(() => {
    isLate = true;
    kill();
  }, deadlineMs);
  process.once("exit", kill);
  const fall = await fallOf(child);
  clearTimeout(deadline);
  process.off("exit", kill);
  return { messages, fall: isLate ? `it took more than ${deadlineMs / 1000} s` : fall };
}

/** Not at "exit": messages may still come after it. */
function fallOf(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      if (signal !== null) resolve(`its process was ended by ${signal}`);
      else resolve(code === 0 ? null : `its process ended with ${code}`);
    });
  });
}
