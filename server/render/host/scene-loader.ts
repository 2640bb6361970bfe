/** Owns how a scene's file becomes a scene: loaded, checked, and loaded anew. In the render thread. */

import { existsSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { StreamError } from "../../../shared/errors.ts";
import { sceneContents } from "../../../shared/video.ts";
import { parseParameterDeclarations } from "../../platform/parameter-declarations.ts";
import type { Page } from "../page/page.ts";
import { readControls } from "../panels/read-controls.ts";
import type { SceneDefinition } from "../scene.ts";
import { drawsItself, isHtml, moduleDefinition, openHtml } from "./page-scene.ts";
import { nameFrom, sceneError } from "./scene-error.ts";
import { SceneModules } from "./scene-modules.ts";

export class SceneLoader {
  readonly #path: string;
  readonly #modules: SceneModules;

  constructor(sceneUrl: string) {
    this.#path = fileURLToPath(sceneUrl);
    this.#modules = new SceneModules(this.#path, new URL(sceneUrl).search.slice(1));
    nameFrom(this.#path);
  }

  /** The name that is shown when the scene does not give one. */
  get defaultTitle(): string {
    const name = basename(this.#path, extname(this.#path));
    return name === "scene" || name === "index" ? basename(dirname(this.#path)) : name;
  }

  /** The name of the scene's file, without its folder. */
  get fileName(): string {
    return basename(this.#path);
  }

  /** The files to watch: all of the scene's own that were asked for so far. */
  get files(): ReadonlySet<string> {
    return this.#modules.files;
  }

  /** Whether what is loaded next draws by itself, as a page does. */
  get drawsItself(): boolean {
    return drawsItself(this.#path);
  }

  /** Evaluates the module, or the page, anew at each call, in `page`. Throws `StreamError` "scene-missing", "scene-failed" or "scene-invalid". */
  async load(page: Page): Promise<SceneDefinition> {
    const url = this.#modules.begin();
    if (!existsSync(this.#path)) throw new StreamError("scene-missing", `There is no scene file at ${this.#path}.`);
    if (isHtml(this.#path)) return await openHtml(this.#path, page, this.#modules);
    let module: { readonly default?: unknown };
    try {
      module = await import(url).catch((error: unknown) => this.#again(error));
    } catch (error) {
      throw sceneError(`The scene file ${this.#path} could not be loaded`, error);
    }
    const value = defaultOf(module);
    return value === undefined ? moduleDefinition(this.#path, page) : definitionOf(value, this.#path);
  }

  /** Imports the scene with the rules of bundlers for CommonJS packages, where it was these that it lacked (SM3). */
  async #again(error: unknown): Promise<{ readonly default?: unknown }> {
    const isWanting = error instanceof SyntaxError && NAME_MISSING.test(error.message);
    if (!isWanting || !this.#modules.useInterop()) throw error;
    return await import(this.#modules.begin());
  }
}

/** What Node says of a name that it does not find in a CommonJS module before that runs, among others. */
const NAME_MISSING = /does not provide an export named/;

/** What `export default` gives; in a module that a compiler made CommonJS of, too. */
function defaultOf({ default: value }: { readonly default?: unknown }): unknown {
  const isWrapped = typeof value === "object" && value !== null && "__esModule" in value && "default" in value;
  return isWrapped ? value.default : value;
}

function definitionOf(value: unknown, path: string): SceneDefinition {
  const rule = "its default export must be defineScene({ setup() { ... } }).";
  if (typeof value !== "object" || value === null) {
    throw new StreamError("scene-invalid", `The scene file ${path} exports no scene: ${rule}`);
  }
  const { setup, title, animate, messagesFrom, content, parameters, controls } = value as Record<string, unknown>;
  if (typeof setup !== "function") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports no setup function: ${rule}`);
  }
  if (title !== undefined && typeof title !== "string") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports a title that is not text.`);
  }
  if (animate !== undefined && typeof animate !== "boolean") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports an animate that is not true or false.`);
  }
  if (messagesFrom !== undefined && messagesFrom !== "control" && messagesFrom !== "everyone") {
    const rule = 'a messagesFrom that is neither "control" nor "everyone".';
    throw new StreamError("scene-invalid", `The scene file ${path} exports ${rule}`);
  }
  if (content !== undefined && !sceneContents.some((known) => known === content)) {
    const rule = `a content that is none of ${sceneContents.join(", ")}.`;
    throw new StreamError("scene-invalid", `The scene file ${path} exports ${rule}`);
  }
  checkDeclared(path, "controls", () => readControls("controls", controls));
  checkDeclared(path, "parameters", () => parseParameterDeclarations(parameters));
  return value as SceneDefinition;
}

function checkDeclared(path: string, what: "controls" | "parameters", read: () => unknown): void {
  try {
    read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = `The scene file ${path} declares ${what} that do not work: ${why}`;
    throw new StreamError("scene-invalid", sentence, { cause: error });
  }
}
