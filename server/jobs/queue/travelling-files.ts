/**
 * Owns which files go with a module to another machine: those that it names by a relative path in quotes, and those that they name. Packages
 * do not: they are the other machine's own.
 *
 * TV1 Nothing goes that no module names, whatever lies beside it; of what others sent, nothing that they did not send.
 */

import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Bundle, SentFile } from "./owner-messages.ts";

const MAX_FILES = 1_000;
const MAX_BYTES = 256 * 1024 * 1024;
/** Read for further names. */
const isModule = /\.[cm]?[jt]sx?$/;
const typeImports = /\b(?:import|export)\s+type\b[^;"']*?from\s*["'][^"'\n]+["']/g;
const relativeNames = /(["'`])(\.\.?\/[^"'`\n$]+)\1/g;

export type FoundBundle = Bundle & { readonly root: string };

/** One file alone. */
export function bundleOfFile(path: string): FoundBundle {
  const file = { path: basename(path), bytes: sizeOf(path) ?? 0 };
  return { main: file.path, files: [file], moduleType: null, root: dirname(path) };
}

/** TV1: a module with all that it names, and with nothing that does not lie `within`. Throws `TypeError` where that is too much. */
export function bundleOfModule(path: string, within: string | null = null): FoundBundle {
  const main = resolve(path);
  const inside = within === null ? "" : `${resolve(within)}${sep}`;
  const found = new Map<string, number>();
  const waiting = [main];
  let bytes = 0;
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const size = found.has(file) || !file.startsWith(inside) ? null : sizeOf(file);
    if (size === null) continue;
    found.set(file, size);
    bytes += size;
    if (found.size > MAX_FILES || bytes > MAX_BYTES) {
      throw new TypeError(
        `${path} names more than ${MAX_FILES} files or ${MAX_BYTES / 2 ** 20} MiB, itself or by others.`,
      );
    }
    if (isModule.test(file)) waiting.push(...namedBy(file));
  }
  const root = commonFolder([...found.keys()]);
  const nameOf = (file: string): string => relative(root, file).split(sep).join("/");
  const files: SentFile[] = [...found].map(([file, size]) => ({ path: nameOf(file), bytes: size }));
  return { main: nameOf(main), files: files.sort(byPath), moduleType: moduleTypeOf(main), root };
}

function namedBy(file: string): readonly string[] {
  const source = readFileSync(file, "utf8").replaceAll(typeImports, "");
  const folder = dirname(file);
  return [...source.matchAll(relativeNames)].flatMap(([, , name = ""]) => {
    const path = join(folder, decoded(name));
    // What is written as .js may be .ts before it is built.
    return [path, path.replace(/\.([cm]?)js$/, ".$1ts")];
  });
}

function decoded(name: string): string {
  try {
    return decodeURI(name);
  } catch {
    return name;
  }
}

function sizeOf(path: string): number | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : null;
}

function commonFolder(files: readonly string[]): string {
  return files.map(dirname).reduce((common, folder) => {
    let shared = common;
    while (folder !== shared && !folder.startsWith(shared.endsWith(sep) ? shared : `${shared}${sep}`))
      shared = dirname(shared);
    return shared;
  });
}

/** As Node finds it: in the nearest `package.json`. */
function moduleTypeOf(file: string): Bundle["moduleType"] {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      const { type } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { type?: unknown };
      return type === "module" || type === "commonjs" ? type : null;
    } catch {
      if (folder === dirname(folder)) return null;
    }
  }
}

function byPath(one: SentFile, other: SentFile): number {
  return one.path < other.path ? -1 : 1;
}
