// @ts-check
/** Owns the programs that the set-up starts: how they are found, what is seen of them, and that none outlives it. */

import { spawn } from "node:child_process";
import { accessSync, constants as fileModes, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";

/** A failure that one sentence explains. `output` is what the program that failed had printed. */
export class SetupError extends Error {
  /** @param {string} message @param {string} [output] */
  constructor(message, output = "") {
    super(message);
    this.name = "SetupError";
    this.output = output;
  }
}

/**
 * Says what the set-up does; on standard error, so that the output of the command itself stays clean.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/**
 * @param {string} name
 * @returns {string | null} where it is on the PATH
 */
export function findProgram(name) {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      const path = join(directory, name);
      accessSync(path, fileModes.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** @typedef {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv }} RunOptions */

/**
 * Runs a program that has the terminal to itself; resolves with its exit code, or 128 + n where signal n ended it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function runInTerminal(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  return ended(child);
}

/**
 * Runs a program unseen, and throws `failure` with all that it printed if it fails.
 * @param {string} failure
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function runQuietly(failure, command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await ended(child).catch((error) => {
    throw new SetupError(`${failure}: ${error.message}`);
  });
  if (code > 128) throw new SetupError(`${failure}: it was stopped.`);
  if (code !== 0) throw new SetupError(`${failure}; its output is above.`, output);
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  const release = tieToUs(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(release);
}

/**
 * Hands our signals on to the child, and stops it when npm, which runs us, is gone.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {() => void}
 */
function tieToUs(child) {
  // A terminal tells every process in the foreground of Ctrl-C and of its end; only what else comes is ours to hand on.
  const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  /** @param {NodeJS.Signals} signal */
  const handOn = (signal) => {
    if (signal === "SIGTERM" || !inTerminal) child.kill(signal);
  };
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handOn);

  const above = npmAbove();
  const watch = setInterval(() => {
    if (npmAbove() !== above) child.kill("SIGTERM");
  }, 500);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, handOn);
  };
}

/**
 * Names the processes that npm runs us in, or nothing where npm does not: its shell does not hand signals on and may
 * live longer than npm, so a change in this name is the only sign that npm has ended.
 */
function npmAbove() {
  if (!process.env["npm_lifecycle_event"]) return "";
  const parent = process.ppid;
  try {
    const [, name = "", grandparent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, "utf8")) ?? [];
    return name.endsWith("sh") ? `${parent} in ${grandparent}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}
