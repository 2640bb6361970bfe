/** Runs Debian's notebook, or its jupyter-server with the same pages, on loopback, and cells of a notebook in Chromium. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Frame, Page } from "playwright-core";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";
import { python } from "./python-package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const token = "a-notebook-of-ours";

/** What the notebook's page has of itself, as far as cells are run with it. */
type Classic = {
  readonly notebook: {
    insert_cell_at_bottom(kind: "code"): Cell;
    execute_cells(indices: readonly number[]): void;
    ncells(): number;
    readonly kernel: { is_connected(): boolean } | null;
  };
};
type Cell = {
  set_text(text: string): void;
  readonly input_prompt_number: number | "*" | null;
  readonly output_area: { toJSON(): readonly unknown[] };
};

export type NotebookOptions = {
  /** notebook 6.4, or jupyter-server 1.23 with the pages of nbclassic. */
  readonly program: "notebook" | "nbclassic";
  /** The path below which it is, as a hub has it. */
  readonly baseUrl?: string;
  /** Whether it passes ports on, as jupyter-server-proxy does. */
  readonly passesPorts?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder with the installed package. */
  readonly packages: string;
};

export class Notebook implements AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly #child: Child;

  /** Resolves when it listens. Everything that it writes is in a folder of its own. */
  static async start(options: NotebookOptions): Promise<Notebook> {
    const { program, baseUrl = "/", passesPorts = false, environment = {}, packages } = options;
    const folder = mkdtempSync(join(tmpdir(), "scenecast-notebook-"));
    const port = await findFreePort();
    const app = program === "notebook" ? "NotebookApp" : "ServerApp";
    const extension = program === "notebook" ? "nbserver_extensions" : "jpserver_extensions";
    for (const name of ["home", "work"]) mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, "config.json"),
      JSON.stringify({
        [app]: {
          token,
          ip: "127.0.0.1",
          port,
          base_url: baseUrl,
          open_browser: false,
          allow_root: true,
          [program === "notebook" ? "notebook_dir" : "root_dir"]: join(folder, "work"),
          [extension]: passesPorts ? { ports_through_jupyter: true } : {},
        },
      }),
    );
    const variables = {
      HOME: join(folder, "home"),
      PYTHONPATH: [packages, fileURLToPath(new URL("../fixtures/notebook", import.meta.url))].join(delimiter),
      SCENECAST_HOME: root,
      ...environment,
    };
    const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const main = `from ${program}.notebookapp import main; main()`;
    const command = [python, "-c", main, `--config=${join(folder, "config.json")}`];
    const child = await Child.start(["env", ...words, ...command], /is running at/, 60_000);
    return new Notebook(`http://localhost:${port}${baseUrl}`, folder, child);
  }

  private constructor(url: string, folder: string, child: Child) {
    this.url = url;
    this.folder = folder;
    this.#child = child;
  }

  /** What it wrote. */
  get log(): string {
    return this.#child.log;
  }

  /** Opens a new notebook, whose kernel is there when this resolves. The caller closes its page. */
  async open(browser: Browser): Promise<NotebookPage> {
    const nbformat = { cells: [], metadata: { kernelspec: { name: "python3", display_name: "Python 3" } } };
    writeFileSync(
      join(this.folder, "work", "test.ipynb"),
      JSON.stringify({ ...nbformat, nbformat: 4, nbformat_minor: 5 }),
    );
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${this.url}notebooks/test.ipynb?token=${token}`);
    const isReady = () => (globalThis as { Jupyter?: Classic }).Jupyter?.notebook?.kernel?.is_connected() === true;
    await page.waitForFunction(isReady, undefined, { timeout: 60_000 });
    return new NotebookPage(page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class NotebookPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Runs a cell and resolves with its outputs, as text. Rejects with what it raised. */
  async run(code: string): Promise<string> {
    const index = await this.page.evaluate((code) => {
      const { notebook } = (globalThis as unknown as { Jupyter: Classic }).Jupyter;
      const cell = notebook.insert_cell_at_bottom("code");
      cell.set_text(code);
      Object.assign(globalThis, { lastCell: cell });
      notebook.execute_cells([notebook.ncells() - 1]);
      return notebook.ncells() - 1;
    }, code);
    const isDone = () => typeof (globalThis as unknown as { lastCell: Cell }).lastCell.input_prompt_number === "number";
    await this.page.waitForFunction(isDone, undefined, { timeout: 60_000 });
    const outputs = await this.page.evaluate(() =>
      JSON.stringify((globalThis as unknown as { lastCell: Cell }).lastCell.output_area.toJSON()),
    );
    if (outputs.includes('"output_type":"error"')) throw new Error(`Cell ${index}: ${outputs}`);
    return outputs;
  }

  /** The frame with the server's page, when its viewer is there. */
  async frame(): Promise<Frame> {
    const handle = await this.page.waitForSelector(".output iframe", { timeout: 60_000 });
    const frame = await handle.contentFrame();
    if (frame === null) throw new Error("The frame shows nothing.");
    await frame.waitForFunction(() => window.scenecast?.state.kind === "live", undefined, { timeout: 60_000 });
    return frame;
  }
}
