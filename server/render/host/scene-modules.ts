/**
 * Owns how the modules of a scene are found, read and evaluated anew, in the render thread, whose module loading it adds to
 * (`module.registerHooks`, which works for the calling thread alone, for `import` and for `require`).
 *
 * SM1 Only what is reached from the scene's own file is found and read by these rules; the server's own imports are not.
 * SM2 Every module of the scene's own, outside of node_modules, gets the number of the generation as a query, or is taken out
 *     of `require.cache`, so that a new generation is evaluated anew with all that it imports.
 * SM3 Where Node finds no name that is imported of a CommonJS package, `useInterop` has all names of such packages be there, as
 *     bundlers do. They run a little earlier then.
 * SM4 Every file of the scene's own that was asked for is known, also one that is not there or has a mistake in it.
 * SM5 In a page, every module goes by its import map. Scripts in its HTML are modules at its own address.
 */

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire, type LoadFnOutput, registerHooks, setSourceMapsSupport } from "node:module";
import { dirname, resolve as joinPath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { publishedPackage } from "../page/network/published.ts";
import { tellingOfPanels } from "../panels/lil-gui-text.ts";
import type { ImportMap } from "./import-map.ts";
import { isInPackage, isOurs, ModuleResolver, missingPath, type ResolvedImport, urlOf } from "./module-resolver.ts";
import { checkModule, commonJsModule, isScript, placeAt, readModule } from "./module-source.ts";
import { SourceError } from "./scene-error.ts";

const GENERATION = "scenecast-generation";
const INTEROP = "scenecast-interop";
const INLINE = "scenecast-script";
const EXPORTS_AGAIN = /(\bmodule\.exports\s*=)\s*require\s*\(/g;
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'])([^"'\n]+)\1/g;
const REFERENCE = /\bnew\s+URL\(\s*(["'`])([^"'`$\n]+)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;

export class SceneModules {
  readonly #entry: string;
  readonly #query: string;
  readonly #resolver: ModuleResolver;
  /** Every file that was reached, also those of packages (SM1). */
  readonly #graph = new Set<string>();
  readonly #files = new Set<string>();
  readonly #inline = new Map<string, string>();
  #imports: ImportMap | null = null;
  #generation = 0;
  #hasInterop = false;

  /** Begins to add to the thread's module loading. `entry` is the scene's file, `query` what follows the `?` of its address. */
  constructor(entry: string, query: string = "") {
    this.#query = query;
    this.#entry = existsSync(entry) ? realpathSync(entry) : entry;
    const isPage = /\.html?$/i.test(this.#entry);
    this.#resolver = new ModuleResolver(isPage ? dirname(this.#entry) : projectOf(this.#entry));
    setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
    registerHooks({
      resolve: (specifier, context, next) => {
        const { parentURL, conditions, importAttributes } = context;
        const url = this.#resolve(specifier, parentURL, conditions.includes("require"));
        return url === null ? next(specifier, context) : { url, shortCircuit: true, importAttributes };
      },
      load: (url, context, next) => {
        const { conditions, importAttributes } = context;
        return this.#load(url, conditions.includes("require"), importAttributes?.["type"]) ?? next(url, context);
      },
    });
  }

  /** The scene's own files that were asked for so far (SM4). */
  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** SM3, from the next generation on. Returns false where it was so before. */
  useInterop(): boolean {
    const isNew = !this.#hasInterop;
    this.#hasInterop = true;
    return isNew;
  }

  /** Begins a new generation: the address to import the scene's file by. */
  begin(): string {
    this.#generation += 1;
    this.#imports = null;
    this.#inline.clear();
    this.#resolver.refresh();
    this.#graph.add(this.#entry);
    this.#files.add(this.#entry);
    const { cache } = createRequire(import.meta.url);
    for (const file of this.#files) delete cache[file];
    return this.#own(this.#entry, this.#query).href;
  }

  /** Has modules of this generation go by an import map (SM5). */
  useImports(imports: ImportMap): void {
    this.#imports = imports;
  }

  /** The address to import a file by that the page names; the file is watched, also where it is not there. */
  enter(path: string): string {
    this.note(path);
    this.#graph.add(path);
    return this.#own(path).href;
  }

  /** The address to import a module by that stands in the page's HTML. Throws `SourceError` for a mistake in its syntax. */
  enterInline(source: string): string {
    checkModule(this.#entry, source);
    const url = this.#own(this.#entry, `${INLINE}=${this.#inline.size}`).href;
    this.#inline.set(url, source);
    return url;
  }

  /** Adds to the scene's own files one that is read by others. */
  note(path: string): void {
    this.#files.add(path);
  }

  /** Where an import leads; null where that is for Node to find. */
  #resolve(asked: string, parentUrl: string | undefined, isRequire: boolean): string | null {
    if (isOurs(asked)) return this.#ours(asked, parentUrl);
    const specifier = this.#mapped(asked, parentUrl);
    if (isOurs(specifier)) return this.#ours(specifier, parentUrl);
    const published = publishedPackage(specifier);
    if (published !== null) return this.#ours(published, parentUrl);
    if (isGeneration(specifier)) return specifier;
    const parent = parentUrl?.startsWith("file:") === true ? fileURLToPath(parentUrl) : null;
    if (parent === null || !this.#graph.has(parent)) return null;
    const found = this.#resolver.resolve(specifier, parent, isRequire);
    if (found === null) return this.#noteMissing(specifier, parent);
    this.#graph.add(found.path);
    if (isInPackage(found.path)) return this.#ofPackage(found).href;
    this.#files.add(found.path);
    return this.#own(found.path, found.query).href;
  }

  /** Of all that this package has, its lil-gui alone is another for scenes than for the server. */
  #ours(specifier: string, parentUrl: string | undefined): string | null {
    const url = this.#resolver.ours(specifier);
    if (url === null) return this.#noteUnknown(specifier, parentUrl);
    if (specifier.includes("lil-gui")) this.#graph.add(fileURLToPath(url));
    return url;
  }

  /** SM5 */
  #mapped(specifier: string, parentUrl: string | undefined): string {
    if (this.#imports === null || parentUrl?.startsWith("file:") !== true || isGeneration(specifier)) return specifier;
    const parent = fileURLToPath(parentUrl);
    if (!this.#graph.has(parent)) return specifier;
    const isInstalled = (name: string): boolean => this.#resolver.resolve(name, this.#entry, false) !== null;
    try {
      return this.#imports.resolve(specifier, isInstalled) ?? specifier;
    } catch (error) {
      const text = readFileSync(parent, "utf8");
      const at = Math.max(0, text.lastIndexOf(specifier));
      throw new SourceError((error as Error).message, placeAt(parent, text, at), error);
    }
  }

  #load(url: string, isRequire: boolean, attribute: string | undefined): LoadFnOutput | null {
    if (!url.startsWith("file:")) return null;
    const inline = this.#inline.get(url);
    if (inline !== undefined) return { format: "module", source: tellingOfPanels(inline), shortCircuit: true };
    const path = fileURLToPath(url);
    if (!this.#graph.has(path)) return null;
    const isOwn = !isInPackage(path);
    if (isOwn && isScript(path)) this.#noteReferences(path, new Set());
    // Node reads JSON for require() as it always did.
    if (isRequire && path.endsWith(".json")) return null;
    const read = readModule(path, new URL(url).search.slice(1), isOwn, attribute);
    const isCommonJs = isScript(path) && read?.format !== "module";
    if (!isCommonJs && read === null) return null;
    const text = read?.source ?? readFileSync(path, "utf8");
    const source = tellingOfPanels(text);
    const isLeft = read === null && source === text;
    if (!isCommonJs || isRequire) {
      return isLeft ? null : { format: read?.format ?? "commonjs", source, shortCircuit: true };
    }
    if (this.#hasInterop) {
      return { ...commonJsModule(path, createRequire(pathToFileURL(path))(path)), shortCircuit: true };
    }
    const isKept = isOwn && EXPORTS_AGAIN.test(source);
    if (isLeft && !isKept) return null;
    // Node keeps the first evaluation of a file that another one exports again, whatever becomes of `require.cache`.
    return { format: "commonjs", source: source.replaceAll(EXPORTS_AGAIN, "$1 (0, require)("), shortCircuit: true };
  }

  /** What was linked without interop stays as it was linked, so it is another module with it. */
  #ofPackage(found: ResolvedImport): URL {
    const url = urlOf(found);
    if (this.#hasInterop) url.searchParams.set(INTEROP, "");
    return url;
  }

  #own(path: string, query: string = ""): URL {
    const url = urlOf({ path, query });
    url.searchParams.set(GENERATION, String(this.#generation));
    return url;
  }

  /** SM4, and names the place of the import. A package may be there for Node alone. */
  #noteMissing(specifier: string, parent: string): null {
    const missing = missingPath(specifier, parent);
    if (missing === null) return null;
    this.#files.add(missing);
    if (isInPackage(parent)) return null;
    const text = readFileSync(parent, "utf8");
    const at = Math.max(text.indexOf(`"${specifier}"`), text.indexOf(`'${specifier}'`));
    const sentence = existsSync(missing) && statSync(missing).isDirectory() ? "has no index file" : "is not there";
    throw new SourceError(`${specifier} ${sentence}`, placeAt(parent, text, Math.max(0, at)));
  }

  /** Of a module that this package has not Node would say that `three` is to be installed. The scene's own three may have it. */
  #noteUnknown(specifier: string, parentUrl: string | undefined): null {
    const parent = parentUrl?.startsWith("file:") === true ? fileURLToPath(parentUrl) : null;
    if (parent === null || !this.#graph.has(parent) || isInPackage(parent)) return null;
    if (this.#resolver.resolve(specifier, parent, false) !== null) return null;
    const text = readFileSync(parent, "utf8");
    const [name = ""] = specifier.split("/");
    throw new SourceError(
      `${name} has no module ${specifier}`,
      placeAt(parent, text, Math.max(0, text.indexOf(specifier))),
    );
  }

  /** Takes note of the files that a script names without importing them, such as those of workers, and what they import. */
  #noteReferences(path: string, seen: Set<string>): void {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    const named = [...text.matchAll(REFERENCE)].map(([, , name = ""]) => joinPath(dirname(path), name));
    // What this thread imports it notes by itself.
    const imported = seen.size === 1 ? [] : [...text.matchAll(IMPORT)].map(([, , name = ""]) => name);
    const resolved = imported.map((name) => (isOurs(name) ? null : this.#resolver.resolve(name, path, false)?.path));
    for (const file of [...named, ...resolved]) {
      if (file === undefined || file === null || isInPackage(file)) continue;
      this.#files.add(file);
      if (isScript(file) && existsSync(file)) this.#noteReferences(file, seen);
    }
  }
}

/** The folder of the package.json above a file; its own folder where there is none. */
function projectOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(joinPath(folder, "package.json"))) return folder;
  }
  return dirname(file);
}

function isGeneration(url: string): boolean {
  return url.startsWith("file:") && new URL(url).searchParams.has(GENERATION);
}
