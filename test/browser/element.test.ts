/**
 * `<scene-cast>` in Chromium, on a page of another origin that takes it from the server as a script: pictures, input, several
 * of them, shadow roots, other values of its attributes, and React.
 */

import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "../../client/index.ts";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { expectQuarters, firstCast } from "../support/cast-picture.ts";
import { openPage } from "../support/chromium.ts";
import { quadrantColours } from "../support/pixels.ts";
import { servedSize } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** `inline` is a script that stands in the page itself, which the policy names by its hash. */
const policy = (server: string, inline: string) =>
  `default-src 'none'; script-src 'self' ${server} 'sha256-${createHash("sha256").update(inline).digest("base64")}'; connect-src ${server} ${server.replace("http", "ws")}; worker-src blob:; img-src blob:; style-src 'none'`;

/** What the pages of the other origin are, by path. */
const pages = new Map<string, { readonly type: string; readonly text: string }>();
let [browser, server, site] = [] as unknown as [Browser, StreamServer, Server];
let origin: string;

beforeAll(async () => {
  site = createServer((request, response) => {
    const found = pages.get(request.url ?? "");
    response.writeHead(found === undefined ? 404 : 200, {
      "Content-Type": found?.type ?? "text/plain",
      "Content-Security-Policy": policy(new URL(server.url).origin, importMap()),
    });
    response.end(found?.text);
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  [browser, server] = await Promise.all([
    connectChromium(),
    createStreamServer({
      scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0, allowedOrigins: [origin] },
      render: { size: servedSize, maxFps: 30 },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.close(), browser?.close()]);
  site?.close();
});

const importMap = () => JSON.stringify({ imports: { "scenecast/client": `${server.url}scenecast.js` } });

/** Opens a page with this body, which takes the element from the server as anybody's page would. */
async function openSite(
  body: string,
  script: string = "",
  head: string = "",
): Promise<{ readonly page: Page; readonly errors: string[] }> {
  pages.set("/page.js", { type: "text/javascript", text: script });
  pages.set("/", {
    type: "text/html",
    text: `<!doctype html><title>Theirs</title>${head}<script type="module" src="${server.url}scenecast.js"></script>
      <script type="module" src="page.js"></script>${body}`,
  });
  const opened = await openPage(browser);
  await opened.page.goto(`${origin}/`);
  return opened;
}

const white = Array.from({ length: 4 }, () => [255, 255, 255]);

describe("<scene-cast> on a page of another origin", () => {
  it("shows the scene of the server that its script came from, under a strict policy, and takes input", async () => {
    const { page, errors } = await openSite("<scene-cast></scene-cast>");
    await expectQuarters(page, firstCast, quadrantColours);
    const box = await page.locator("scene-cast").boundingBox();
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(16 / 9, 2);
    const parts = () =>
      page.locator("scene-cast").evaluate((cast) => {
        const { width, height } = cast.getBoundingClientRect();
        return [Math.round(width), Math.round(height)];
      });
    await page.locator("scene-cast").evaluate((cast) => (cast.style.height = "300px"));
    expect(await parts(), "a height alone changes no width").toEqual([Math.round(box?.width ?? 0), 300]);
    await page.locator("scene-cast").evaluate((cast) => (cast.style.cssText = "aspect-ratio: 3"));
    expect(await parts(), "a shape of the page's own holds").toEqual([
      Math.round(box?.width ?? 0),
      Math.round((box?.width ?? 0) / 3),
    ]);
    await page.locator("scene-cast").evaluate((cast) => cast.removeAttribute("style"));
    await page.locator("scene-cast").click();
    await expectQuarters(page, firstCast, white);
    await page.locator("scene-cast").click();
    await expectQuarters(page, firstCast, quadrantColours);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is there several times, in shadow roots too, and says what happens by events", async () => {
    const script = `
      customElements.define("their-card", class extends HTMLElement {
        connectedCallback() {
          const cast = document.createElement("scene-cast");
          cast.name = "Shadow";
          cast.setAttribute("name", "Shadow");
          cast.setAttribute("transport", "websocket");
          this.attachShadow({ mode: "open" }).append(cast);
        }
      });
      globalThis.told = [];
      document.querySelector("scene-cast").addEventListener("stateChanged", ({ detail }) => told.push(detail.state.kind));`;
    const { page } = await openSite("<scene-cast name=Light></scene-cast><their-card></their-card>", script);
    const inShadow = `document.querySelector("their-card").shadowRoot.querySelector("scene-cast")`;
    await expectQuarters(page, firstCast, quadrantColours);
    await expectQuarters(page, inShadow, quadrantColours);
    expect(await page.evaluate("told.at(-1)")).toBe("live");
    // Those of the page before may still be on their way out.
    const names = () => server.viewers().map(({ name }) => name);
    await expect.poll(() => names().sort()).toEqual(["Light", "Shadow"]);
    await page.evaluate(`${inShadow}.remove()`);
    await expect.poll(() => server.viewers().length).toBe(1);
    await page.evaluate(`${firstCast}.setAttribute("name", "Other")`);
    await expect.poll(() => server.viewers().map(({ name }) => name)).toEqual(["Other"]);
    await page.close();
  });

  it("is a client, too, by the name that an import map gives to its file", async () => {
    const script = `
      import { createViewer } from "scenecast/client";
      globalThis.viewer = createViewer({ target: document.querySelector("div"), url: "${server.url}signal" });`;
    const map = `<script type="importmap">${importMap()}</script>`;
    const { page, errors } = await openSite("<div id=scene></div>", script, map);
    await page.waitForFunction(() => (globalThis as unknown as { viewer?: Viewer }).viewer?.state.kind === "live");
    await expectQuarters(page, "globalThis.viewer", quadrantColours);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("begins anew with another src, and says what is wrong with an attribute in words", async () => {
    const { page, errors } = await openSite("<scene-cast></scene-cast>");
    await expectQuarters(page, firstCast, quadrantColours);
    await page.evaluate(`${firstCast}.src = ${JSON.stringify(`${server.url}s/two/`)}`);
    await expect.poll(() => server.viewers().map(({ room }) => room)).toEqual(["two"]);
    await expectQuarters(page, firstCast, quadrantColours);
    await page.evaluate(`${firstCast}.setAttribute("transport", "smoke")`);
    const sentence = "The attribute transport of <scene-cast> must be one of auto, webrtc, websocket, mjpeg.";
    await expect.poll(() => page.locator("scene-cast [part=status]").innerText()).toContain(sentence);
    expect(errors).toEqual([sentence]);
    await expect.poll(() => server.viewers().length).toBe(0);
    await page.close();
  });
});

describe("<SceneCast> in React", () => {
  it("keeps its viewer over renders, tells its events to the newest listeners, and leaves with the tree", async () => {
    const built = await build({
      root,
      configFile: false,
      logLevel: "error",
      mode: "production",
      define: { "process.env.NODE_ENV": '"production"' },
      resolve: { alias: { "scenecast/react": `${root}client/react/index.ts` } },
      build: {
        write: false,
        minify: false,
        lib: { entry: fileURLToPath(new URL("../fixtures/react-page.ts", import.meta.url)), formats: ["es"] },
      },
    });
    const [bundle] = [built].flat();
    if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was bundled");
    const { page, errors } = await openSite("<div id=app></div>", bundle.output[0].code);
    await page.evaluate(`globalThis.show(${JSON.stringify(server.url)})`);
    await expectQuarters(page, firstCast, quadrantColours);
    await expect.poll(() => server.viewers().map(({ name }) => name)).toEqual(["React"]);
    const viewers = server.viewers().map(({ viewerId }) => viewerId);
    expect(await page.evaluate(`${firstCast}.controlsPanel`)).toBe(true);
    await page.click("button");
    await expect.poll(() => page.locator("output").innerText()).toMatch(/^1 live \d+ people$/);
    expect(server.viewers().map(({ viewerId }) => viewerId)).toEqual(viewers);
    await page.evaluate("globalThis.hide()");
    await expect.poll(() => server.viewers().length).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
