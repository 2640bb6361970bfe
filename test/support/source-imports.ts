/** Owns reading which file of the project imports what, types included. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** `to` is a path from the project's root, or the name of a library: "three", "node:fs", "@napi-rs/canvas". */
export type Import = { readonly from: string; readonly to: string; readonly isLibrary: boolean };

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The texts of the files that git knows or would add and that match `patterns`, by their path from the project's root. */
export function readSources(...patterns: string[]): Map<string, string> {
  const options = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  const files = execFileSync("git", options, { cwd: root, encoding: "utf8" }).split("\n");
  const there = files.filter((file) => file !== "" && existsSync(join(root, file)));
  return new Map(there.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

/** Every import, export-from, dynamic import and import type in `sources`. */
export function importsOf(sources: ReadonlyMap<string, string>): Import[] {
  return [...sources].flatMap(([from, text]) =>
    ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
      const isLibrary = !fileName.startsWith(".");
      const path = fileName.replace(/\?.*$/, "");
      return { from, to: isLibrary ? libraryOf(fileName) : normalize(join(dirname(from), path)), isLibrary };
    }),
  );
}

/** "three/addons/x.js" → "three", "@scope/name/x" → "@scope/name"; Node's own are one, "node:", but for its database. */
function libraryOf(specifier: string): string {
  if (specifier === "node:sqlite") return specifier;
  if (specifier.startsWith("node:")) return "node:";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Files that import each other in a circle: the first circle found from each file, each circle once. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(
    imports.filter(({ isLibrary }) => !isLibrary),
    ({ from }) => from,
  );
  const circles = new Map<string, string[]>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const circle = path.slice(at);
      circles.set([...circle].sort().join(" "), [...circle, file]);
      return;
    }
    if (done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return [...circles.values()];
}
