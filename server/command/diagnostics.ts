/**
 * Owns the files that a running server writes about itself for people: traces and profiles of its threads. Each is told in a line
 * on stderr. Main process.
 */

import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { profileThread, profileVariable } from "../platform/cpu-profile.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import type { StreamServer } from "../stream-server.ts";

/** What the command line asks for; null where it does not. */
export type Diagnostics = {
  /** Where the trace of the first seconds with a viewer goes. */
  readonly trace: string | null;
  /** The folder in which each thread writes its profile. */
  readonly cpuProfile: string | null;
};

const FIRST_SECONDS = 10;
const SIGNAL_SECONDS = 5;

/** Begins to profile this process and all that it starts. Throws `TypeError` where the folder cannot be written. */
export function startProfiles({ cpuProfile }: Diagnostics): void {
  if (cpuProfile === null) return;
  const folder = resolve(cpuProfile);
  try {
    makeFolderSync(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new TypeError(`--cpu-profile must be a folder that can be written: ${reasonOf(error)}.`);
  }
  process.env[profileVariable] = folder;
  profileThread("main process");
}

/** Takes the traces that are asked for, by the command line or by SIGUSR2. */
export class TraceFiles {
  readonly #server: Pick<StreamServer, "trace" | "on" | "viewers">;
  readonly #tell: (line: string) => void;
  readonly #stop = new AbortController();
  readonly #handleSignal = (): void => void this.#take(SIGNAL_SECONDS, this.#nextFile());
  #count = 0;
  #running: Promise<void> | null = null;

  constructor(
    server: Pick<StreamServer, "trace" | "on" | "viewers">,
    file: string | null,
    tell: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  ) {
    this.#server = server;
    this.#tell = tell;
    // Windows has no such signal.
    if (process.platform !== "win32") process.on("SIGUSR2", this.#handleSignal);
    if (file === null) return;
    const take = (): void => {
      off();
      void this.#take(FIRST_SECONDS, resolve(file));
    };
    const off = server.on("viewerJoined", take);
    if (server.viewers().length > 0) take();
  }

  /** Ends the trace that is being taken, and resolves when it is written. */
  async close(): Promise<void> {
    process.off("SIGUSR2", this.#handleSignal);
    this.#stop.abort();
    await this.#running;
  }

  #nextFile(): string {
    this.#count += 1;
    return join(tmpdir(), `scenecast-trace-${process.pid}-${this.#count}.json`);
  }

  async #take(seconds: number, file: string): Promise<void> {
    if (this.#running !== null) return this.#tell("A trace is being taken already.");
    this.#tell(`Taking a trace of ${seconds} seconds …`);
    this.#running = this.#write(seconds, file).finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #write(seconds: number, file: string): Promise<void> {
    try {
      const trace = await this.#server.trace({ seconds, signal: this.#stop.signal });
      makeFolderSync(dirname(file));
      writePrivateFile(file, JSON.stringify(trace));
      this.#tell(`The trace is in ${file}; https://ui.perfetto.dev opens it.`);
    } catch (error) {
      this.#tell(`There is no trace: ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
