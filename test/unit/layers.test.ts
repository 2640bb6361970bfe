/** Who may import whom, and where each library stands; types count like values. Read it as the plan of the house. */

import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { stands } from "../support/library-places.ts";
import { circlesOf, type Import, importsOf, readSources } from "../support/source-imports.ts";

/**
 * Folder, or file where one differs from its folder → the folders that it may import besides itself and shared/. What
 * stands below imports nothing above it; the stages render, encode and transport know nothing of each other.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  shared: [],

  "server/cli.ts": ["server/command", "server/platform"],
  "server/command": [
    "server",
    "server/access",
    "server/doctor",
    "server/options",
    "server/platform",
    "server/recordings",
    "server/replay",
    "server/share",
  ],
  "server/replay": ["server", "server/monitoring", "server/options", "server/platform", "server/session"],
  "server/doctor": ["server/encode/video", "server/platform", "server/render", "server/session", "server/setup"],
  server: [
    "server/access",
    "server/http",
    "server/http/routes",
    "server/monitoring",
    "server/options",
    "server/outputs",
    "server/platform",
    "server/recordings",
    "server/render",
    "server/room",
    "server/session",
    "server/share",
    "server/transport/ice",
  ],
  "server/outputs": ["server/encode/mux", "server/options", "server/platform", "server/session"],
  "server/recordings": ["server/encode/mux", "server/options", "server/platform", "server/room", "server/session"],
  "server/share": ["server/access", "server/options", "server/platform"],
  "server/http": [
    "server/access",
    "server/http/routes",
    "server/http/viewers",
    "server/monitoring",
    "server/options",
    "server/platform",
    "server/share",
  ],
  "server/http/routes": ["server/access", "server/http", "server/monitoring", "server/session"],
  "server/http/viewers": ["server/access", "server/http", "server/platform"],
  "server/room": ["server/access", "server/monitoring", "server/options", "server/platform", "server/session"],
  "server/monitoring": ["server/access", "server/options", "server/platform", "server/session"],
  "server/options": ["server/access", "server/platform", "server/transport/ice"],
  "server/access": ["server/platform"],

  "server/session": [
    "server/encode/mux",
    "server/encode/pictures",
    "server/encode/video",
    "server/options",
    "server/platform",
    "server/render",
    "server/transport/ice",
  ],
  "server/pipeline": [
    "server/encode/video",
    "server/frames",
    "server/pipeline/input",
    "server/pipeline/outputs",
    "server/pipeline/quality",
    "server/pipeline/viewers",
    "server/platform",
    "server/render",
    "server/session",
    "server/transport",
    "server/transport/ice",
    "server/transport/rtp",
  ],
  "server/pipeline/outputs": [
    "server/encode/mux",
    "server/encode/pictures",
    "server/encode/video",
    "server/frames",
    "server/pipeline/quality",
    "server/session",
    "server/transport",
  ],
  "server/pipeline/quality": [
    "server/encode/video",
    "server/frames",
    "server/pipeline/outputs",
    "server/pipeline/viewers",
    "server/platform",
  ],
  "server/pipeline/viewers": [
    "server/pipeline",
    "server/pipeline/input",
    "server/pipeline/outputs",
    "server/pipeline/quality",
    "server/platform",
    "server/session",
    "server/transport",
    "server/transport/socket",
  ],
  "server/pipeline/input": ["server/platform", "server/render"],

  "server/render": [
    "server/frames",
    "server/platform",
    "server/render/host",
    "server/render/page/images",
    "server/render/panels",
    "server/render/surface",
  ],
  "server/render/host": [
    "server/platform",
    "server/render",
    "server/render/page",
    "server/render/page/dom",
    "server/render/page/network",
    "server/render/panels",
    "server/render/surface",
  ],
  "server/render/panels": [],
  "server/render/surface": ["server/frames", "server/render", "server/render/surface/webgl2", "server/setup"],
  "server/render/surface/webgl2": [],
  "server/render/page": [
    "server/render/page/dom",
    "server/render/page/events",
    "server/render/page/images",
    "server/render/page/labels",
    "server/render/page/network",
    "server/render/page/styles",
    "server/render/page/workers",
  ],
  "server/render/page/workers": [
    "server/platform",
    "server/render/page/events",
    "server/render/page/images",
    "server/render/page/network",
  ],
  "server/render/page/labels": [
    "server/render",
    "server/render/page/dom",
    "server/render/page/images",
    "server/render/page/styles",
  ],
  "server/render/page/styles": ["server/render/page/dom"],
  "server/render/page/images": ["server/render/page/dom", "server/render/page/events"],
  "server/render/page/dom": ["server/render/page/events"],
  "server/render/page/network": ["server/render/page/events"],
  "server/render/page/events": [],

  "server/encode": ["server/frames", "server/platform"],
  "server/encode/video": ["server/encode", "server/frames", "server/platform"],
  "server/encode/pictures": ["server/encode", "server/encode/video", "server/frames", "server/platform"],

  "server/encode/mux": ["server/encode/mux/rtmp", "server/platform"],
  "server/encode/mux/rtmp": ["server/encode/mux", "server/platform"],

  "server/transport": ["server/platform", "server/transport/ice", "server/transport/rtp"],
  "server/transport/rtp": ["server/platform", "server/transport", "server/transport/congestion"],
  "server/transport/socket": ["server/transport", "server/transport/congestion"],
  "server/transport/congestion": [],
  "server/transport/ice": ["server/platform"],

  "server/frames": [],
  "server/platform": [],
  "server/setup": [],

  "client/page": ["client", "client/frame", "client/panels"],
  // It shows no picture of a viewer, so the whole client would be too much for it.
  "client/page/start": ["client/link", "client/page"],
  "client/element": ["client", "client/panels"],
  "client/panels": ["client"],
  "client/frame": ["client"],
  "client/react": ["client", "client/element"],
  client: ["client/input", "client/link", "client/people", "client/picture", "client/scene", "client/streams"],
  "client/streams": ["client/input", "client/link", "client/picture"],
  "client/link": ["client/input"],
  "client/input": ["client/picture"],
  "client/people": [],
  "client/picture": [],
  "client/scene": [],
};

/** Folders that import each other, and why; files never do. */
const eachOther: Readonly<Record<string, string>> = {
  "server/encode/mux ⇄ server/encode/mux/rtmp": "an output connects by RTMP, which keeps its contract (stream-link.ts)",
  "server/http ⇄ server/http/routes": "the server mounts the routes, which refuse in its words (refusals.ts)",
  "server/http ⇄ server/http/viewers": "the server opens the ways in, which read addresses and refuse as it does",
  "server/pipeline ⇄ server/pipeline/viewers": "the pipeline owns the viewers, which add to its report",
  "server/pipeline/outputs ⇄ server/pipeline/quality": "a sink's stream has a tier switch, and the director sees sinks",
  "server/pipeline/quality ⇄ server/pipeline/viewers":
    "a viewer's stream has a tier switch, and the director sees viewers",
  "server/render ⇄ server/render/host":
    "the thread runs scenes by the host, which knows its messages and the scene contract",
  "server/render ⇄ server/render/surface": "the thread draws on a surface, which knows the scene contract",
  "server/transport ⇄ server/transport/rtp":
    "WebRTC sends by RTP, which takes what every transport takes (transport.ts)",
};

const sources = readSources("server/*.ts", "server/*.mjs", "client/*.ts", "shared/*.ts", "examples/*.ts");

/** What is wrong with an import, in a sentence; null where nothing is. */
function faultOf({ from, to, isLibrary }: Import): string | null {
  if (isLibrary) {
    const isAtHome = stands[to]?.some((place) => from === place || (place.endsWith("/") && from.startsWith(place)));
    return isAtHome === true ? null : `${from} imports ${to}, which does not stand there`;
  }
  if (/(?:\.worker|-process)\.ts$/.test(to)) return `${from} imports ${to}, which is only started by URL`;
  const folder = dirname(from);
  if (folder === "examples" || folder.startsWith("examples/")) {
    // What they draw on top, text and scales of colour, is shared by them.
    return to.startsWith(`${folder}/`) || to.startsWith("examples/drawing/")
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
