/**
 * A web site of somebody else's, with the client in a page of its own: its sources as they are, without their types. Browsers
 * reach it, and the server, under names that are of no common site (`siteFlags`).
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";

const root = new URL("../../", import.meta.url);

/** What a Chromium needs to be started with to find both; `origin` is the other site's, which is to be trusted as by TLS. */
export function siteFlags(origins: readonly string[]): string[] {
  return [
    "--host-resolver-rules=MAP app.example 127.0.0.1, MAP scene.example 127.0.0.1",
    `--unsafely-treat-insecure-origin-as-secure=${origins.join(",")}`,
    "--test-third-party-cookie-phaseout",
  ];
}

type Answer = { readonly type: string | null; readonly body: string };

function answerTo({ pathname, searchParams }: URL): Answer {
  const [viewer, frame, image] = ["viewer", "frame", "image"].map((name) => searchParams.get(name));
  if (viewer) return { type: "text/html", body: viewerPage(viewer) };
  if (frame)
    return { type: "text/html", body: `<!doctype html><iframe src="${frame}" width="800" height="500"></iframe>` };
  if (image) return { type: "text/html", body: `<!doctype html><img src="${image}">` };
  if (!/^\/(client|shared)\/[\w/.-]+\.ts$/.test(pathname) || pathname.includes("..")) return { type: null, body: "" };
  return { type: "text/javascript", body: stripTypeScriptTypes(readFileSync(new URL(`.${pathname}`, root), "utf8")) };
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

  static async start(): Promise<OtherSite> {
    const server = createServer((request, response) => {
      const { type, body } = answerTo(new URL(request.url ?? "", "http://host"));
      response.writeHead(type === null ? 404 : 200, { "Content-Type": type ?? "text/plain" }).end(body);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new OtherSite(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://app.example:${(server.address() as AddressInfo).port}`;
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
