/** Owns whether a process runs. For any process. */

/** Whether one of this number runs on this machine, somebody else's included. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
