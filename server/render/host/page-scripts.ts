/**
 * Owns how the scripts of a page run, in the order in which they do in a browser. In the render thread.
 *
 * PS1 First the classic scripts one after another, then those that are `async`, then modules and deferred scripts in order.
 * PS2 What a script throws ends that script, and not the page. It is told with its line in the HTML.
 * PS3 Scripts that the page adds later run, too.
 */

import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import * as three from "three";
import type { RunnableScript } from "../page/dom/script-runner.ts";
import { publishedModule } from "../page/network/published.ts";
import type { Page } from "../page/page.ts";
import { runClassic } from "./classic-script.ts";
import { type HtmlScript, kindOf } from "./html-source.ts";
import type { ImportMap } from "./import-map.ts";
import { SourceError, type SourcePlace } from "./scene-error.ts";
import type { SceneModules } from "./scene-modules.ts";

/** The global of lil-gui's script for pages without modules. */
const LIL_GUI = 'import * as lil from "three/addons/libs/lil-gui.module.min.js"; globalThis.lil = { ...lil };';

export type PageScriptsParts = {
  readonly page: Page;
  readonly modules: SceneModules;
  readonly imports: ImportMap;
};

export class PageScripts {
  readonly #parts: PageScriptsParts;

  constructor(parts: PageScriptsParts) {
    this.#parts = parts;
  }

  /** Runs all scripts (PS1). Resolves to what they threw. */
  async run(scripts: readonly HtmlScript[]): Promise<unknown[]> {
    const errors: unknown[] = [];
    const order = { blocking: [] as HtmlScript[], async: [] as HtmlScript[], deferred: [] as HtmlScript[] };
    for (const script of scripts) order[turnOf(script.element)].push(script);
    for (const { element, place } of [...order.blocking, ...order.async, ...order.deferred]) {
      try {
        await this.#runOne(element, place);
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }

  /** PS3 */
  async runAdded(element: RunnableScript, path: string): Promise<void> {
    try {
      await this.#runOne(element, { path, line: 1, column: 1 });
      element.deliver(new Event("load"));
    } catch (error) {
      this.#parts.page.view.reportError(error);
      element.deliver(new Event("error"));
    }
  }

  async #runOne(element: RunnableScript, place: SourcePlace): Promise<void> {
    const { imports, modules } = this.#parts;
    const text = element.textContent ?? "";
    switch (kindOf(element)) {
      case "importmap":
        return imports.add(text, place);
      case "module":
        if (element.src !== "") return await this.#importLinked(element.src, place);
        await import(modules.enterInline(shifted(text, place)));
        return;
      case "classic":
        if (element.src !== "") return await this.#runLinked(element.src, place);
        return runClassic(text, pathToFileURL(place.path).href, place);
      case "data":
        return;
    }
  }

  async #importLinked(src: string, place: SourcePlace): Promise<void> {
    const { modules } = this.#parts;
    const file = this.#fileOf(src, place);
    if (file !== null) await import(modules.enter(file));
    // By a module of the page, so that its import map holds.
    else await import(modules.enterInline(shifted(`import ${JSON.stringify(src)};`, place)));
  }

  async #runLinked(src: string, place: SourcePlace): Promise<void> {
    const { modules } = this.#parts;
    const published = publishedModule(src);
    if (published?.name === "three") return await defineThree(published.specifier);
    if (published?.name === "lil-gui") {
      await import(modules.enterInline(LIL_GUI));
      return;
    }
    const file = this.#fileOf(src, place);
    if (file !== null) return runClassic(readFileSync(file, "utf8"), pathToFileURL(file).href);
    console.warn(
      `${src} does not run: it is on the internet. Save it beside ${basename(place.path)} if the page needs it.`,
    );
  }

  /** The file that a `src` names; null for one on the internet. Throws `SourceError` where it is not there. */
  #fileOf(src: string, place: SourcePlace): string | null {
    const { page, modules } = this.#parts;
    if (/^(?:https?:)?\/\//.test(src)) return null;
    const file = page.view.fileOf(src);
    if (file === null) return null;
    modules.note(file);
    if (!existsSync(file)) throw new SourceError(`${src} is not there`, place);
    return file;
  }
}

function turnOf(element: RunnableScript): "blocking" | "async" | "deferred" {
  const kind = kindOf(element);
  if (kind === "importmap") return "blocking";
  const isLinked = element.src !== "";
  if (element.hasAttribute("async") && (isLinked || kind === "module")) return "async";
  return kind === "module" || (isLinked && element.hasAttribute("defer")) ? "deferred" : "blocking";
}

/** With as much before it that its lines and columns are those of the HTML. */
function shifted(text: string, { line, column }: SourcePlace): string {
  return "\n".repeat(line - 1) + " ".repeat(column - 1) + text;
}

/** The global THREE of pages without modules, and what such a page adds to it. */
async function defineThree(specifier: string): Promise<void> {
  const global = globalThis as { THREE?: Record<string, unknown> };
  global.THREE ??= { ...three };
  if (specifier !== "three") Object.assign(global.THREE, await import(specifier));
}
