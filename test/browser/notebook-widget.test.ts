/**
 * The module of the widget that Python makes for anywidget, in Chromium: rendered as anywidget does it, in a page of a notebook's origin,
 * it shows the scene by the server's element, and says what to do where no way leads there. The rest of anywidget is not there.
 */

import { execFile } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { expectQuarters, firstCast } from "../support/cast-picture.ts";
import { quadrantColours } from "../support/pixels.ts";
import { installPackage, python } from "../support/python-package.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const run = promisify(execFile);
const token = "correct-horse-battery";
const notebookPage = `<!doctype html><div id=output></div>
<script type="module">import widget from "/widget.js"; window.widget = widget;</script>`;

let browser: Browser;
let packages: string;
let notebook: Server;
let origin: string;
let server: StreamServer;
let page: Page;
beforeAll(async () => {
  [browser, packages] = await Promise.all([connectChromium(), installPackage()]);
  let module = "";
  notebook = createServer((request, response) => {
    const isModule = request.url === "/widget.js";
    response.setHeader("Content-Type", isModule ? "text/javascript" : "text/html");
    response.end(isModule ? module : notebookPage);
  });
  await once(notebook.listen(0, "127.0.0.1"), "listening");
  origin = `http://localhost:${(notebook.address() as AddressInfo).port}`;
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0, allowedOrigins: [origin] },
    access: { token },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
  });
  module = (await widgetOf(server.url)).module;
  page = await browser.newPage();
  await page.goto(origin);
});
afterAll(async () => {
  await page?.close();
  await browser?.close();
  await server?.close();
  notebook?.close();
  if (packages !== undefined) rmSync(packages, { recursive: true, force: true });
});

type Widget = { readonly module: string; readonly config: Readonly<Record<string, unknown>> };

/** What Python gives anywidget for a server at this address, with modules in place of those that are not there. */
async function widgetOf(url: string): Promise<Widget> {
  const program = `
import json, sys, types
anywidget, traitlets = types.ModuleType("anywidget"), types.ModuleType("traitlets")
anywidget.AnyWidget = type("AnyWidget", (), {"__init__": lambda self, **traits: self.__dict__.update(traits)})
traitlets.Dict = lambda: types.SimpleNamespace(tag=lambda sync: None)
sys.modules.update(anywidget=anywidget, traitlets=traitlets)
from scenecast_client.display import Shown, make_widget
from scenecast_client.notebook import Place
widget = make_widget(Shown(sys.argv[1], "${token}", False, "100%", "360px"), Place("jupyter", [], "/proxy/{port}/", False))
print(json.dumps({"module": widget._esm, "config": widget.config}))`;
  const { stdout } = await run(python, ["-c", program, url], { env: { PYTHONPATH: packages } });
  return JSON.parse(stdout) as Widget;
}

/** Renders it into the page as anywidget does. */
async function render(config: Widget["config"]): Promise<void> {
  await page.waitForFunction("window.widget !== undefined");
  const model = `{ get: (name) => (name === "config" ? ${JSON.stringify(config)} : undefined) }`;
  await page.evaluate(`(async () => {
    const el = document.querySelector("#output");
    el.replaceChildren();
    await window.widget.render({ model: ${model}, el });
  })()`);
}

test("it shows the scene by the element, at the host name of the notebook's page", async () => {
  const { config } = await widgetOf(server.url);
  await render(config);
  await expectQuarters(page, firstCast, quadrantColours);
  const src = await page.evaluate(() => document.querySelector("scene-cast")?.getAttribute("src"));
  expect(src).toBe(server.url.replace("127.0.0.1", "localhost"));
  expect(await page.evaluate(() => document.querySelector("#output")?.getBoundingClientRect().height)).toBe(360);
});

test("where neither the port nor Jupyter leads to the server, it says what to do", async () => {
  const { config } = await widgetOf("http://127.0.0.1:9/");
  await render(config);
  const said = await page.evaluate(() => document.querySelector("#output")?.textContent);
  expect(said).toMatch(
    /^This page reaches port 9 of the machine where Python runs neither directly nor through Jupyter\./,
  );
  expect(said).toContain("ssh -L 9:127.0.0.1:9");
});
