/**
 * Owns how a page becomes a scene: an HTML file with its scripts, or a module that makes a renderer of its own and exports
 * no scene. It draws by itself; the picture is what is in its canvas. In the render thread.
 */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { Camera, Scene } from "three";
import { StreamError } from "../../../shared/errors.ts";
import { setScriptRunner } from "../page/dom/script-runner.ts";
import type { Page } from "../page/page.ts";
import type { SceneDefinition } from "../scene.ts";
import { type DrawnParts, isDrawn } from "../surface/surface.ts";
import { fillDocument, namesBeside } from "./html-source.ts";
import { ImportMap } from "./import-map.ts";
import { PageScripts } from "./page-scripts.ts";
import { sceneError } from "./scene-error.ts";
import type { SceneModules } from "./scene-modules.ts";

const EXPORTS_SCENE = /\bexport\s+default\b|\bas\s+default\b|\bexports\b/;

/** Whether a file is the HTML of a page. */
export function isHtml(path: string): boolean {
  return /\.html?$/i.test(path);
}

/** Whether what is at `path` draws by itself: a page, or a module that exports no scene. False where it cannot be read. */
export function drawsItself(path: string): boolean {
  if (isHtml(path)) return true;
  try {
    return !EXPORTS_SCENE.test(readFileSync(path, "utf8"));
  } catch {
    return false;
  }
}

/**
 * Runs the page of an HTML file. Throws `StreamError` "scene-failed" where a script threw before anything was drawn; else what they
 * throw is told as what its listeners throw.
 */
export async function openHtml(path: string, page: Page, modules: SceneModules): Promise<SceneDefinition> {
  const base = pathToFileURL(path).href;
  const imports = new ImportMap(base);
  modules.useImports(imports);
  const { document, view } = page;
  // Those of the HTML run in their order, and not as they come into the document.
  setScriptRunner(document, () => undefined);
  document.readyState = "loading";
  const scripts = fillDocument(document, readFileSync(path, "utf8"), path);
  for (const link of document.getElementsByTagName("link")) {
    const file = view.fileOf(link.getAttribute("href") ?? "");
    if (file !== null && /\bstylesheet\b/i.test(link.getAttribute("rel") ?? "")) modules.note(file);
  }
  const runner = new PageScripts({ page, modules, imports });
  setScriptRunner(document, (script) => void runner.runAdded(script, path));
  const errors = await runner.run(scripts);
  document.readyState = "interactive";
  const [first] = errors;
  if (first !== undefined && !page.hasDrawn) {
    throw sceneError(`The page ${path} could not be loaded`, first);
  }
  for (const error of errors) view.reportError(error);
  const onload = document.body?.getAttribute("onload") ?? null;
  if (onload !== null) view.addEventListener("load", () => void runInThisContext(onload, { filename: base }));
  view.addEventListener("load", () => sayWhatIsLeftOut(page, basename(path)), { once: true });
  return pageDefinition(document.title || undefined);
}

/** The scene of a module that draws by itself. Throws `StreamError` "scene-invalid" where it does not. */
export function moduleDefinition(path: string, page: Page): SceneDefinition {
  const isSaying = /\bWebGLRenderer\b|\bgetContext\s*\(/.test(readFileSync(path, "utf8"));
  if (page.pictureCanvas !== null || isSaying) return pageDefinition(undefined);
  const rule = "its default export must be defineScene({ setup() { ... } }), or it makes a WebGLRenderer of its own.";
  throw new StreamError("scene-invalid", `The scene file ${path} exports no scene: ${rule}`);
}

function pageDefinition(title: string | undefined): SceneDefinition {
  const parts: DrawnParts = { scene: new Scene(), camera: new Camera(), [isDrawn]: true };
  return { ...(title === undefined ? {} : { title }), setup: () => parts };
}

function sayWhatIsLeftOut(page: Page, name: string): void {
  page.document.readyState = "complete";
  const names = namesBeside(page.document, page.pictureCanvas);
  if (names.length > 0) console.info(`Of ${name} only the canvas is shown, without ${names.join(", ")}.`);
  if (page.pictureCanvas === null) console.warn(`${name} has made no WebGL 2 context yet, so there is nothing to see.`);
}
