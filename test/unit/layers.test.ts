/** Who may import whom, and where each library stands; types count like values. Read it as the plan of the house. */

import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { eachOther, mayImport } from "../support/layers.ts";
import { stands } from "../support/library-places.ts";
import { circlesOf, type Import, importsOf, readSources } from "../support/source-imports.ts";

const sources = readSources("server/*.ts", "server/*.mjs", "client/*.ts", "shared/*.ts", "examples/*.ts");

/** What is wrong with an import, in a sentence; null where nothing is. */
function faultOf({ from, to, isLibrary }: Import): string | null {
  if (isLibrary) {
    const isAtHome = stands[to]?.some((place) => from === place || (place.endsWith("/") && from.startsWith(place)));
    return isAtHome === true ? null : `${from} imports ${to}, which does not stand there`;
  }
  if (/(?:\.worker|\.piece|-process)\.ts$/.test(to)) return `${from} imports ${to}, which is only started by URL`;
  const folder = dirname(from);
  if (folder === "examples" || folder.startsWith("examples/")) {
    // What they draw on top, text and scales of colour, is shared by them; a large one has folders of its own.
    const example = folder.split("/").slice(0, 2).join("/");
    return to.startsWith(`${example}/`) || to.startsWith("examples/drawing/")
      ? null
      : `${from} imports ${to}; examples import the package by its name`;
  }
  const target = dirname(to);
  if (target === folder || (target === "shared" && folder.match(/^(?:client|server)(?:\/|$)/))) return null;
  const allowed = mayImport[from] ?? mayImport[folder];
  return allowed?.includes(target) === true ? null : `${from} imports ${to}; ${folder} may not import ${target}`;
}

const faultsOf = (imports: readonly Import[]) => imports.map(faultOf).filter((fault) => fault !== null);

/** Fails with each of `sentences` on a line of its own. */
function expectNone(sentences: readonly string[]): void {
  const lines = [...new Set(sentences)].sort();
  if (lines.length > 0) expect.fail(`${lines.length} found:\n  ${lines.join("\n  ")}\n`);
}

describe("layers", () => {
  it("each folder imports only what is below it, each library stands in its place", () => {
    expectNone(faultsOf(importsOf(sources)));
  });

  it("no files import each other in a circle", () => {
    expectNone(circlesOf(importsOf(sources)).map((circle) => circle.join(" → ")));
  });

  it("the table names no folder that is not there, and allows nothing that is not used", () => {
    const folderOf = (file: string) => (mayImport[file] === undefined ? dirname(file) : file);
    const used = new Set(importsOf(sources).map(({ from, to }) => `${folderOf(from)} → ${dirname(to)}`));
    const allowed = Object.entries(mayImport).flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`));
    expectNone(allowed.filter((entry) => !used.has(entry)).map((entry) => `Nothing uses ${entry}`));
    const folders = new Set([...sources.keys()].map(folderOf));
    const gone = Object.keys(mayImport).filter((folder) => !folders.has(folder));
    expectNone(gone.map((folder) => `${folder} is not there`));
  });

  it("the table says why, where two folders import each other", () => {
    const pairs = Object.entries(mayImport).flatMap(([from, targets]) =>
      targets.filter((to) => from < to && mayImport[to]?.includes(from)).map((to) => `${from} ⇄ ${to}`),
    );
    expect(pairs.sort()).toEqual(Object.keys(eachOther).sort());
  });

  it("no library has a place that does not use it", () => {
    const libraries = importsOf(sources).filter(({ isLibrary }) => isLibrary);
    const isUsed = (library: string, place: string) =>
      libraries.some(
        ({ from, to }) => to === library && (from === place || (place.endsWith("/") && from.startsWith(place))),
      );
    const places = Object.entries(stands).flatMap(([library, all]) => all.map((place) => [library, place] as const));
    expectNone(
      places.filter((one) => !isUsed(...one)).map(([library, place]) => `${place} does not import ${library}`),
    );
  });

  it.each([
    ["server/room/probe.ts", 'import { HttpServer } from "../http/http-server.ts";', "server/room may not import"],
    ["server/room/probe.ts", 'import type { HttpServer } from "../http/http-server.ts";', "server/room may not import"],
    ["server/encode/video/probe.ts", 'export * from "../../render/scene.ts";', "server/encode/video may not import"],
    ["server/room/probe.ts", 'const ws = await import("ws");', "imports ws, which does not stand there"],
    ["server/render/probe.ts", 'import "./render.worker.ts";', "only started by URL"],
    ["shared/probe.ts", 'type A = import("../client/index.ts").Viewer;', "shared may not import client"],
    ["examples/probe/scene.ts", 'import "../../server/index.ts";', "by its name"],
  ])("a probe in %s with %s is found", (file, text, sentence) => {
    const faults = faultsOf(importsOf(new Map([[file, text]])));
    expect(faults).toEqual([expect.stringContaining(sentence)]);
  });

  it("a circle of three is found, with types", () => {
    const probe = new Map([
      ["server/room/a.ts", 'import { b } from "./b.ts";'],
      ["server/room/b.ts", 'import type { C } from "./c.ts";'],
      ["server/room/c.ts", 'export { a } from "./a.ts";'],
    ]);
    const [circle] = circlesOf(importsOf(probe));
    expect(circle).toEqual(["server/room/a.ts", "server/room/b.ts", "server/room/c.ts", "server/room/a.ts"]);
  });
});
