/**
 * Owns that a process of ours does not outlive the main process, even where that is killed outright while the other is stopped
 * and cannot notice. A shell waits at a pipe that only the main process holds, and kills the other when the pipe breaks.
 */

import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * Watches over the process of this number until the function that is returned is called; over its whole group where it leads
 * one. On Windows it does nothing.
 */
export function guardOrphan(pid: number, who: "process" | "group" = "process"): () => Promise<void> {
  if (process.platform === "win32") return () => Promise.resolve();
  const script = 'read -r _; kill -9 "$0"';
  const target = String(who === "group" ? -pid : pid);
  const guard = spawn("/bin/sh", ["-c", script, target], { stdio: ["pipe", "ignore", "ignore"], env: {} });
  // A system without a shell has no guard.
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()).once("error", () => resolve()));
  guard.stdin.on("error", () => undefined);
  guard.unref();
  (guard.stdin as unknown as Socket).unref();
  return () => {
    guard.kill("SIGKILL");
    return ended;
  };
}
