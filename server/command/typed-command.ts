/**
 * Owns how a person types our commands where they are: sentences say `scenecast link`, and a clone has no such program but
 * `npm start -- link`. Reads what npm tells the scripts that it runs.
 */

import { dirname, relative } from "node:path";
import { packageFile } from "../platform/package-file.ts";
import { commandWords } from "./command-line.ts";
import type { Environment } from "./flag-values.ts";

const ours = new RegExp(`\\bscenecast (?=(?:${commandWords.join("|")})\\b)`, "g");

/** The sentence with our commands as they are typed here. */
export function asTyped(text: string, environment: Environment = process.env, file: string = packageFile()): string {
  const start = npmStart(environment, file);
  return start === null ? text : text.replaceAll(ours, `${start} `);
}

/** A line for help texts, whose columns stay as they are; empty where there is nothing to say. */
export function typedNote(environment: Environment = process.env, file: string = packageFile()): string {
  const start = npmStart(environment, file);
  return start === null ? "" : `\nIn this clone, type "${start}" in place of "scenecast".\n`;
}

function npmStart(environment: Environment, file: string): string | null {
  if (environment["npm_lifecycle_event"] !== "start" || environment["npm_package_json"] !== file) return null;
  const root = dirname(file);
  const typedIn = relative(root, environment["INIT_CWD"] ?? root);
  if (!typedIn.startsWith("..")) return "npm start --";
  return `npm --prefix ${/^[\w./\\:@+-]+$/.test(root) ? root : JSON.stringify(root)} start --`;
}
