/** Serves the pages that draw in a browser what is compared with us, and what they load, out of this repository. */

import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export type PeerFiles = { readonly url: string; close(): void };

const root = new URL("../../../", import.meta.url);
/** Packages that cases use; nothing else of node_modules is served. */
const packages = [
  ...["three", "three-spritetext", "troika-three-text", "troika-three-utils", "troika-worker-utils"],
  ...["webgl-sdf-generator", "bidi-js", "opentype.js"],
];
const served = [
  new RegExp(`^/node_modules/(?:${packages.join("|").replaceAll(".", "\\.")})/[\\w/.-]+\\.(?:m?js|wasm)$`),
  /^\/(?:test\/bench|test\/fixtures|server\/render|shared)\/[\w/.-]+\.ts$/,
  /^\/test\/fixtures\/page-assets\/[\w-]+\.\w+(?:\.json)?$/,
];
/** By the ending; what is missing is bytes. A loader looks at these of images only. */
const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  json: "application/json",
  html: "text/html; charset=utf-8",
  css: "text/css",
};
/** Page → the module that it runs. */
const pages: Readonly<Record<string, string>> = {
  "/compat": "/test/bench/compat/page.ts",
  "/renderer": "/test/bench/peer/renderer-page.ts",
  "/viewer": "/test/bench/peer/viewer-page.ts",
};
const importMap = {
  imports: {
    three: "/node_modules/three/build/three.module.js",
    "three/webgpu": "/node_modules/three/build/three.webgpu.js",
    "three/tsl": "/node_modules/three/build/three.tsl.js",
    "three/addons/": "/node_modules/three/examples/jsm/",
    "scenecast/scene": "/server/render/scene.ts",
    "three-spritetext": "/node_modules/three-spritetext/dist/three-spritetext.mjs",
    "troika-three-text": "/node_modules/troika-three-text/dist/troika-three-text.esm.js",
    "troika-three-utils": "/node_modules/troika-three-utils/dist/troika-three-utils.esm.js",
    "troika-worker-utils": "/node_modules/troika-worker-utils/dist/troika-worker-utils.esm.js",
    "webgl-sdf-generator": "/node_modules/webgl-sdf-generator/dist/webgl-sdf-generator.mjs",
    "https://cdn.jsdelivr.net/npm/opentype.js@1.3.4/+esm": "/node_modules/opentype.js/dist/opentype.module.js",
    "bidi-js": "/node_modules/bidi-js/dist/bidi.mjs",
  },
};

/** What the pages of cases link that is of this repository. */
const IN_PAGES = /^\/(?:compat\/(?<case>[\w-]+\.ts)|(?<asset>fixtures\/page-assets\/[\w.-]+))$/;

/**
 * Serves on a free port of loopback, with the pages that are in folders of `pagesFolder`, each at an origin of its own, as where it is
 * at home: http://<folder>.localhost. The caller closes it.
 */
export async function servePeerFiles(pagesFolder: string | null = null): Promise<PeerFiles> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    const folder = /^([\w-]+)\.localhost/.exec(request.headers.host ?? "")?.[1];
    if (folder === undefined || pagesFolder === null) return void answer(path, response);
    const { groups } = IN_PAGES.exec(path) ?? {};
    if (groups?.["case"] !== undefined) return void answer(`/test/bench/compat/${groups["case"]}`, response);
    if (groups?.["asset"] !== undefined) return void answer(`/test/${groups["asset"]}`, response);
    if (path.includes("..") || served.some((form) => form.test(path))) return void answer(path, response);
    void sendFile(response, pathToFileURL(join(pagesFolder, folder, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const module = pages[path];
  if (module !== undefined) return send(response, "text/html; charset=utf-8", pageOf(path.slice(1), module));
  if (path.includes("..") || !served.some((form) => form.test(path))) return send(response, "text/plain", "", 404);
  await sendFile(response, new URL(`.${path}`, root));
}

async function sendFile(response: ServerResponse, file: URL): Promise<void> {
  const ending = file.pathname.replace(/.*\./, "");
  try {
    const bytes = await readFile(file);
    const text =
      ending === "ts" ? stripTypeScriptTypes(bytes.toString()) : ending === "html" ? withImports(bytes) : bytes;
    send(response, types[ending] ?? "application/octet-stream", text);
  } catch {
    send(response, "text/plain", "", 404);
  }
}

/** Packages by their names, which a bundler would see to; beside an import map of the page's own, what that leaves out. */
function withImports(html: Buffer): string {
  const tag = `<script type="importmap">${JSON.stringify(importMap)}</script>`;
  const text = html.toString();
  // The first map to name a package counts.
  const own = /<script type="importmap">[\s\S]*?<\/script>/.exec(text);
  if (own === null) return text.replace(/<head>/i, `<head>${tag}`);
  return text.replace(own[0], `${own[0]}${tag}`);
}

function send(response: ServerResponse, type: string, body: string | Uint8Array, status = 200): void {
  response.writeHead(status, { "content-type": type }).end(body);
}

function pageOf(name: string, module: string): string {
  return `<!doctype html>
<html lang="en">
<title>${name}</title>
<link rel="icon" href="data:,">
<style>body { margin: 0; background: #000 } canvas, video { display: block; width: 100vw; height: 100vh }</style>
<script type="importmap">${JSON.stringify(importMap)}</script>
<script type="module" src="${module}"></script>
`;
}
