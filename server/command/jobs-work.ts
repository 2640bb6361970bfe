/** Owns what a job that is added on the command line is to do: its kind, its inputs, its settings. Looks for the files that inputs name. */

import { globSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Json } from "../../shared/custom-message.ts";
import type { JobWork, NewJob, TaskInput } from "../jobs/job-queue.ts";
import { type EncodeJobSettings, resolveEncode } from "../offline/encode-job.ts";
import { type RenderJobSettings, renderJobOptions } from "../offline/render-job.ts";
import { resolveRenderOptions } from "../offline/render-options.ts";
import { given, numberOf, sizeIn } from "./flag-values.ts";
import type { AddedValues, AskedJob } from "./jobs-flags.ts";
import { inWordsOfRender, readRenderArguments } from "./render-flags.ts";

const USUAL_ATTEMPTS = 3;
/** Where the output of a render would be, for its check alone. */
const NOWHERE = "output";

/** The job; what stands `behind` is more inputs of a script, and flags of others. Throws `TypeError` with a line for people. */
export function readAddedJob({ values, inputs: rest, behind }: AskedJob): NewJob {
  const { script, render = false, encode = false, input = [] } = values;
  const kinds = [script !== undefined, render, encode].filter(Boolean).length;
  if (kinds !== 1) throw new TypeError("Say what is to be done: --script <module.ts>, --render or --encode.");
  if (script !== undefined && values.as !== undefined)
    throw new TypeError("--as is of use with --render and --encode.");
  const names = [...input, ...rest, ...(script === undefined ? [] : behind)];
  if (names.length === 0) throw new TypeError('Name the inputs: --input "clips/*.mp4".');
  const inputs = names.flatMap(filesOf);
  const attempts = values.attempts === undefined ? USUAL_ATTEMPTS : numberOf(values.attempts);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 100) {
    throw new TypeError("--attempts must be a whole number from 1 to 100.");
  }
  const limit = values["time-limit"];
  const timeLimitSeconds = limit === undefined ? null : numberOf(limit);
  if (timeLimitSeconds !== null && !(timeLimitSeconds >= 0.1)) {
    throw new TypeError("--time-limit must be a number of seconds, 0.1 at least.");
  }
  const work = workOf(values, behind, inputs);
  const name = values.name ?? (script === undefined ? (render ? "render" : "encode") : basename(script));
  if (name === "" || name.length > 200) throw new TypeError("--name must be 1 to 200 characters.");
  const tasks = inputs.map((path): TaskInput => ({ kind: "file", path }));
  return { name, work, inputs: tasks, maxAttempts: attempts, timeLimitSeconds };
}

function workOf(values: AddedValues, behind: readonly string[], inputs: readonly string[]): JobWork {
  const { script, as = "mp4" } = values;
  if (script !== undefined) return { kind: "script", script: scriptOf(script) };
  try {
    if (values.encode === true) {
      const settings = { as, ...readEncodeFlags(behind) };
      resolveEncode(settings);
      return { kind: "encode", settings: settings as Json };
    }
    const settings = readRenderSettings(as, behind);
    for (const input of inputs) resolveRenderOptions(renderJobOptions(settings, input, NOWHERE));
    return { kind: "render", settings };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const words = error.message.replaceAll("options.as", "--as");
    throw new TypeError(inWordsOfRender(words), { cause: error });
  }
}

/** As `scenecast render` reads them, which has the scene and the output before. */
function readRenderSettings(as: string, behind: readonly string[]): Json {
  const command = readRenderArguments([...behind, "scene", "output"]);
  if (command === null) throw new TypeError("See scenecast render --help.");
  const { scene: _, output: __, ...options } = command.options;
  const settings: RenderJobSettings = { options, parameters: command.parameters, as };
  return JSON.parse(JSON.stringify(settings)) as Json;
}

function readEncodeFlags(args: readonly string[]): Partial<EncodeJobSettings> {
  const { values } = parseArgs({ args: [...args], options: encodeFlags, strict: true, allowPositionals: false });
  const { size, quality, codec, chroma, lossless, fps } = values;
  const box = size === undefined ? undefined : sizeIn(size);
  if (box === null) throw new TypeError("--size must be written like 1280x720.");
  return given({
    size: box,
    quality: quality === undefined ? undefined : numberOf(quality),
    lossless,
    fps,
    // Words from lists are checked with the other options, where the lists are.
    codec: codec as EncodeJobSettings["codec"],
    chroma: chroma as EncodeJobSettings["chroma"],
  });
}

const encodeFlags = {
  codec: { type: "string" },
  chroma: { type: "string" },
  quality: { type: "string" },
  lossless: { type: "boolean" },
  size: { type: "string" },
  fps: { type: "string" },
} as const;

function scriptOf(path: string): string {
  if (!isFile(path)) throw new TypeError(`There is no script at ${path}.`);
  return pathToFileURL(resolve(path)).href;
}

/** A file that is called so, else those that the pattern finds, as people sort them. */
function filesOf(name: string): readonly string[] {
  if (isFile(name)) return [resolve(name)];
  const { compare } = new Intl.Collator("en", { numeric: true });
  const found = globSync(name).filter(isFile).sort(compare);
  if (found.length > 0) return found.map((path) => resolve(path));
  throw new TypeError(`There is no file ${name}.`);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
