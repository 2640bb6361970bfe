/**
 * Owns the real WebKit of tests: Debian's WebKitGTK, its MiniBrowser on a screen of Xvfb, driven by WebDriver (W3C). It
 * stands for Safari, whose network stack and video are others.
 */

import { existsSync, readdirSync } from "node:fs";
import sharp from "sharp";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";
import type { AnyPage } from "./viewer-page.ts";

const DRIVER = "/usr/bin/WebKitWebDriver";
const XVFB = "/usr/bin/Xvfb";
const STARTED_MS = 20_000;

/** The part of the page that the picture fills, from its left and top. */
export const webkitStage = { width: 640, height: 360 } as const;

/** The browser that comes with the driver's library; null where there is none. */
function miniBrowser(): string | null {
  for (const machine of existsSync("/usr/lib") ? readdirSync("/usr/lib") : []) {
    const path = `/usr/lib/${machine}/webkit2gtk-4.1/MiniBrowser`;
    if (machine.endsWith("-linux-gnu") && existsSync(path)) return path;
  }
  return null;
}

/** What is missing for it, for people; null where all is there. */
export function webkitLacks(): string | null {
  const missing = [DRIVER, XVFB].filter((program) => !existsSync(program));
  if (miniBrowser() === null) missing.push("MiniBrowser");
  return missing.length === 0
    ? null
    : `WebKit is not tried: ${missing.join(" and ")} of webkit2gtk-driver and xvfb missing`;
}

/** One window of the browser. */
export class WebKit {
  readonly view: AnyPage;
  readonly #programs: readonly Child[];
  readonly #session: string;

  /** Starts all of it. The caller closes it. */
  static async start(): Promise<WebKit> {
    const screen = await Child.start([XVFB, "-displayfd", "1", "-screen", "0", "1280x900x24"], /^\d+\n/m, STARTED_MS);
    const port = await findFreePort();
    const display = `DISPLAY=:${Number.parseInt(screen.log, 10)}`;
    const driver = await Child.start(["/usr/bin/env", display, DRIVER, `--port=${port}`], /^/, STARTED_MS);
    const programs = [driver, screen];
    try {
      return new WebKit(programs, await openSession(`http://127.0.0.1:${port}/session`));
    } catch (error) {
      for (const program of programs) await program.close();
      throw error;
    }
  }

  private constructor(programs: readonly Child[], session: string) {
    this.#programs = programs;
    this.#session = session;
    this.view = { evaluate: (run) => this.#evaluate(run), photograph: () => this.#photograph() };
  }

  /** Opens a viewer's page, without what lies over its picture. */
  async open(url: string): Promise<void> {
    await this.#command("url", { url });
    const { width, height } = webkitStage;
    const stage = `inset: 0 auto auto 0; width: ${width}px; height: ${height}px`;
    await this.view.evaluate(`(() => {
      document.getElementById("stage").style.cssText = ${JSON.stringify(stage)};
      for (const id of ["controls", "overlay", "notice", "hint"]) document.getElementById(id).style.visibility = "hidden";
    })()`);
  }

  /** Clicks at a place of the page, in CSS pixels. */
  async click(x: number, y: number): Promise<void> {
    const press = [
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    const actions = [{ type: "pointerMove", x, y, duration: 0, origin: "viewport" }, ...press];
    const mouse = { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions };
    await this.#command("actions", { actions: [mouse] });
  }

  async close(): Promise<void> {
    await fetch(this.#session, { method: "DELETE" }).catch(() => undefined);
    for (const program of this.#programs) await program.close();
  }

  async #evaluate(run: string): Promise<unknown> {
    const script = `const done = arguments[0]; Promise.resolve(${run}).then(done, (error) => done(String(error)))`;
    return await this.#command("execute/async", { script, args: [] });
  }

  async #photograph(): Promise<Uint8Array> {
    const png = Buffer.from(String(await this.#command("screenshot")), "base64");
    return await sharp(png)
      .extract({ left: 0, top: 0, ...webkitStage })
      .png()
      .toBuffer();
  }

  #command(name: string, body?: object): Promise<unknown> {
    return askDriver(`${this.#session}/${name}`, body);
  }
}

/** Waits for the driver, and gives the address of a session with a window. */
async function openSession(url: string): Promise<string> {
  const browser = { binary: miniBrowser(), args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browser } };
  const deadline = performance.now() + STARTED_MS;
  for (;;) {
    try {
      const { sessionId } = (await askDriver(url, { capabilities })) as { readonly sessionId: string };
      return `${url}/${sessionId}`;
    } catch (error) {
      // It does not listen yet.
      if (!(error instanceof TypeError) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Asks with a body by POST, else by GET. */
async function askDriver(url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, body && { method: "POST", body: JSON.stringify(body) });
  const { value } = (await response.json()) as { readonly value: unknown };
  if (!response.ok) throw new Error(`The WebDriver answered ${response.status}: ${JSON.stringify(value)}`);
  return value;
}
