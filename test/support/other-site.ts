/**
 * A web site of somebody else's, with the client in a page of its own: its sources as they are, without their types.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";

const root = new URL("../../", import.meta.url);

type Answer = { readonly type: string | null; readonly body: string };

function answerTo({ pathname, searchParams }: URL): Answer {
  const [viewer, frame, image] = ["viewer", "frame", "image"].map((name) => searchParams.get(name));
  if (viewer) return { type: "text/html", body: viewerPage(viewer) };
  if (frame)
    return { type: "text/html", body: `<!doctype html><iframe src="${frame}" width="800" height="500"></iframe>` };
  if (image) return { type: "text/html", body: `<!doctype html><img src="${image}">` };
  if (!/^\/(client|shared)\/[\w/.-]+\.ts$/.test(pathname) || pathname.includes("..")) return { type: null, body: "" };
  return { type: "text/javascript", body: sourceOf(pathname) };
}

/** Those that were asked for. */
const sources = new Map<string, string>();

function sourceOf(pathname: string): string {
  const source = sources.get(pathname) ?? stripTypeScriptTypes(readFileSync(new URL(`.${pathname}`, root), "utf8"));
  sources.set(pathname, source);
  return source;
}

/** The page in which `window.scenecast` is a viewer of these options, in JSON. */
function viewerPage(options: string): string {
  return `<!doctype html><title>Another site</title><div id="scene" style="width:640px;height:360px"></div>
<script type="module">
import { createViewer } from "/client/index.ts";
window.scenecast = createViewer({ target: document.querySelector("#scene"), ...${options} });
</script>`;
}

export class OtherSite {
  readonly origin: string;
  readonly #server: Server;

  /** Pages reach it by this name, which leads to this machine. The caller closes it. */
  static async start(name: string = "app.example"): Promise<OtherSite> {
    const server = createServer((request, response) => {
      const { type, body } = answerTo(new URL(request.url ?? "", "http://host"));
      const headers = { "Content-Type": type ?? "text/plain", "Cache-Control": "max-age=600" };
      response.writeHead(type === null ? 404 : 200, headers).end(body);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new OtherSite(server, name);
  }

  private constructor(server: Server, name: string) {
    this.#server = server;
    this.origin = `http://${name}:${(server.address() as AddressInfo).port}`;
  }

  /** The address of a page with a viewer of these options. */
  viewerUrl(options: object): string {
    return `${this.origin}/?viewer=${encodeURIComponent(JSON.stringify(options))}`;
  }

  /** The address of a page that shows another in a frame. */
  frameUrl(url: string): string {
    return `${this.origin}/?frame=${encodeURIComponent(url)}`;
  }

  /** The address of a page that shows an image. */
  imageUrl(url: string): string {
    return `${this.origin}/?image=${encodeURIComponent(url)}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
