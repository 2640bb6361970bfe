/** Serves the pages that draw in a browser what is compared with us, and the modules that they load, out of this repository. */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";

export type PeerFiles = { readonly url: string; close(): void };

const root = new URL("../../../", import.meta.url);
const modules = /^\/(?:node_modules\/three\/[\w/.-]+\.js|(?:test\/bench|server\/render|shared)\/[\w/.-]+\.ts)$/;
/** Page → the module that it runs. */
const pages: Readonly<Record<string, string>> = {
  "/compat": "/test/bench/compat/page.ts",
  "/renderer": "/test/bench/peer/renderer-page.ts",
  "/viewer": "/test/bench/peer/viewer-page.ts",
};
const importMap = {
  imports: {
    three: "/node_modules/three/build/three.module.js",
    "three/addons/": "/node_modules/three/examples/jsm/",
    "scenecast/scene": "/server/render/scene.ts",
  },
};

/** Serves on a free port of loopback. The caller closes it. */
export async function servePeerFiles(): Promise<PeerFiles> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").replace(/\?.*$/, "");
  const module = pages[path];
  if (module !== undefined) return send(response, "text/html", pageOf(path.slice(1), module));
  if (!modules.test(path) || path.includes("..")) return send(response, "text/plain", "", 404);
  try {
    const text = await readFile(new URL(`.${path}`, root), "utf8");
    send(response, "text/javascript", path.endsWith(".ts") ? stripTypeScriptTypes(text) : text);
  } catch {
    send(response, "text/plain", "", 404);
  }
}

function send(response: ServerResponse, type: string, body: string, status = 200): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
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
