/**
 * Owns what the main process asks of whatever runs the processes of scenes, so that they may run here or on another machine.
 * Here they are forked (forked-processes.ts).
 */

import type { GlBackend } from "./gl-backend.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

/** Starts the processes of scenes, one at a time for each scene. */
export type ProcessPort = {
  /** The ways to OpenGL of the machine on which the processes run, in the order in which they are tried. */
  readonly backends: readonly GlBackend[];
  /** Starts a process. Never throws: what goes wrong is its end. */
  start(options: ProcessOptions): SceneProcess;
};

/** What is called is never called before `start` has returned, nor after the process has ended. */
export type ProcessOptions = {
  /** What to add to the environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each message of the process, in order. */
  received(message: FromSession): void;
  /** Called with each line that the process, or a native library in it, prints. */
  printed(line: string): void;
};

/** A process that was started. */
export type SceneProcess = {
  /** Its number on its machine; null where it could not be started. */
  readonly pid: number | null;
  /** Resolves when the process is gone and all that it said was received. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /**
   * Sends a message; `taken` is called once it no longer waits on this side. Returns false, and sends nothing, when the
   * process is gone.
   */
  send(message: ToSession, taken: () => void): boolean;
  /** Ends the process by force. */
  kill(): void;
};

export type ProcessEnd =
  | { readonly kind: "exited"; readonly exitCode: number }
  /** A native crash, or somebody killed it. */
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "not-started"; readonly cause: Error };
