/**
 * Owns what is said of an error of a scene: a sentence with what was thrown and the file, line and column of the scene's own
 * source, whatever it was that was thrown. In the render thread.
 */

import { findSourceMap } from "node:module";
import { basename, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { StreamError } from "../../../shared/errors.ts";
import { joinSentences } from "../../../shared/sentences.ts";
import { isInPackage } from "./module-resolver.ts";

/** The longest that is repeated of what a scene threw, in characters. */
const MAX_REASON = 600;
const MAX_STACK = 20_000;
const MAX_CAUSES = 4;
const FRAME = /^\s+at (?:async )?(?:.*? \()?((?:file:\/\/|[A-Za-z]:[\\/]|\/).*?):(\d+):(\d+)\)?$/;
/** The first line of what Node says of a mistake that it finds before it runs a module. */
const DECORATED = /^((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^\n]*?):(\d+)\n(?:[^\n]*\n( *)\^)?/;

const MISSING_PACKAGE = /^Cannot find package '([^']+)' imported from \S/;

/** A place in a source file; line and column count from 1. */
export type SourcePlace = { readonly path: string; readonly line: number; readonly column: number };

/** A mistake in a module of a scene that was found before it ran. */
export class SourceError extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly place: SourcePlace;

  constructor(message: string, place: SourcePlace, cause?: unknown) {
    super(message, { cause });
    this.place = place;
  }
}

const addresses = new WeakMap<object, string>();

/** The folder from which places are named. */
let root: string | null = null;

/** Has places named as seen from the folder of this file. */
export function nameFrom(sceneFile: string): void {
  root = dirname(sceneFile);
}

/** Wraps what a scene threw in a sentence that names what, why and where. */
export function sceneError(what: string, error: unknown): StreamError {
  const place = safely(() => placeOf(error), null);
  const where = place === null ? "" : ` (${placeName(place)})`;
  const sentence = joinSentences(`${what}: ${reasonOf(error).replace(/\.$/, "")}${where}`);
  const wrapped = new StreamError("scene-failed", sentence);
  wrapped.stack = safely(() => `${sentence}\n${stackOf(error)}`, sentence);
  return wrapped;
}

/** Remembers which file could not be loaded when `error` came of it. */
export function addressed(error: unknown, url: string): void {
  if (typeof error === "object" && error !== null && !addresses.has(error)) addresses.set(error, url);
}

/** What was thrown, in a line of at most `MAX_REASON` characters. */
export function reasonOf(error: unknown): string {
  const text = safely(() => (error instanceof Error ? errorText(error) : valueText(error)), "something unprintable");
  const url = typeof error === "object" && error !== null ? addresses.get(error) : undefined;
  const whole = url === undefined || text.includes(url) ? text : `${text.replace(/\.$/, "")}, loading ${url}`;
  const line = whole
    .slice(0, MAX_REASON * 4)
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
  return line.length <= MAX_REASON ? line : `${line.slice(0, MAX_REASON - 1)}…`;
}

/** Where in the scene's own source it was thrown; null where its stack names none. */
export function placeOf(error: unknown): SourcePlace | null {
  if (error instanceof SourceError) return error.place;
  if (!(error instanceof Error) || typeof error.stack !== "string") return null;
  // The stack begins with the message, however long that is.
  const isLong = error.message.length > MAX_STACK / 2;
  const from = isLong ? error.stack.lastIndexOf(error.message.slice(-MAX_REASON)) : 0;
  const stack = error.stack.slice(Math.max(0, from), from + MAX_STACK);
  const decorated = DECORATED.exec(stack);
  if (decorated !== null) {
    const [, file = "", line, indent] = decorated;
    const place = mapped(pathOf(file), file, Number(line), (indent?.length ?? 0) + 1);
    if (isOwn(place.path)) return place;
  }
  for (const text of stack.split("\n")) {
    const [, file, line, column] = FRAME.exec(text) ?? [];
    if (file === undefined || !isOwn(pathOf(file))) continue;
    return { path: pathOf(file), line: Number(line), column: Number(column) };
  }
  return error.cause instanceof Error && error.cause !== error ? placeOf(error.cause) : null;
}

/** Whether an error is a defect of the server, or the loss of the graphics device, rather than the scene's. */
export function isOfServer(error: unknown): boolean {
  if (error instanceof StreamError && error.code === "no-gl") return true;
  if (!(error instanceof Error) || safely(() => placeOf(error), null) !== null) return false;
  const files = stackOf(error)
    .split("\n")
    .flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  const [first] = files.map(pathOf).filter((path) => !path.startsWith("node:"));
  return first?.startsWith(serverFolder) === true && !first.startsWith(pageFolder);
}

/** A place as people name it: `scene.ts:12:5`. */
export function placeName({ path, line, column }: SourcePlace): string {
  const name = root === null ? basename(path) : relative(root, path);
  return `${name.startsWith("..") ? path : name}:${line}:${column}`;
}

function errorText(error: Error): string {
  const parts: string[] = [];
  let one: unknown = error;
  while (one instanceof Error && parts.length < MAX_CAUSES) {
    const { name, message } = one;
    // Many errors of the network say nothing but their code.
    const said = withRemedy(message || String((one as NodeJS.ErrnoException).code ?? ""));
    const text = parts.length > 0 || one instanceof StreamError ? said : said === "" ? name : `${name}: ${said}`;
    if (!parts.some((part) => part.includes(text))) parts.push(text);
    one = one instanceof AggregateError ? (one.errors as unknown[])[0] : one.cause;
  }
  const [first = "Error", ...causes] = parts;
  return causes.length === 0 ? first : `${first.replace(/\.$/, "")} (${causes.join(": ")})`;
}

/** What Node says of a package that is not there, with what mends it. */
function withRemedy(message: string): string {
  const [, name] = MISSING_PACKAGE.exec(message) ?? [];
  return name === undefined ? message : `${message.replace(/\.$/, "")}. Install it there: npm install ${name}`;
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  // As a picture that could not be loaded gives it.
  if (value instanceof Event) return `an event "${value.type}"`;
  return inspect(value, { depth: 1, maxArrayLength: 10, maxStringLength: MAX_REASON, breakLength: Infinity });
}

function stackOf(error: unknown): string {
  return error instanceof Error && typeof error.stack === "string" ? error.stack.slice(0, MAX_STACK) : "";
}

/** Node does not ask source maps for what it finds before a module runs. */
function mapped(path: string, file: string, line: number, column: number): SourcePlace {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalLine" in entry)) return { path, line, column };
  return { path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function pathOf(file: string): string {
  return file.startsWith("file:") ? safely(() => fileURLToPath(file), file) : file.replace(/\?.*$/, "");
}

/** Neither of a package nor of this one. */
function isOwn(path: string): boolean {
  return !isInPackage(path) && !path.startsWith(serverFolder) && !path.startsWith("node:");
}

const serverFolder: string = fileURLToPath(new URL("../../", import.meta.url));
const pageFolder: string = fileURLToPath(new URL("../page/", import.meta.url));

/** Getters and proxies of a scene may throw, too. */
function safely<Result>(work: () => Result, otherwise: Result): Result {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
