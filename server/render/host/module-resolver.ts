/**
 * Owns where an import of a scene leads, as a bundler for pages finds it: a package's `module` field, conditions of its
 * `exports`, extensionless and directory imports, a tsconfig's `paths`. The only file that imports oxc-resolver. In the
 * render thread.
 *
 * MR1 `three` and `scenecast` are always those of this package, whoever asks for them and how, so that there is one three.
 * MR2 A package leads to the same file by `import` and by `require` where it has one for bundlers.
 */

import { isBuiltin } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type NapiResolveOptions, ResolverFactory } from "oxc-resolver";

/** MR1: what is resolved from this package instead of from the scene's folder. */
const OURS = /^(?:three|scenecast)(?:\/|$)/;

const options: NapiResolveOptions = {
  extensions: [".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json", ".cjs", ".cts", ".node"],
  // TypeScript names the file that it would write.
  extensionAlias: {
    ".js": [".js", ".ts", ".tsx"],
    ".jsx": [".jsx", ".tsx"],
    ".mjs": [".mjs", ".mts"],
    ".cjs": [".cjs", ".cts"],
  },
  mainFields: ["module", "jsnext:main", "jsnext", "main"],
  allowPackageExportsInDirectoryResolve: true,
  nodePath: false,
};

export type ResolvedImport = {
  readonly path: string;
  /** What follows the `?` of the import, as `raw`; empty for most. */
  readonly query: string;
};

/** In the source as in the build: by the same condition that the server's own imports go. */
const sources = import.meta.url.endsWith(".ts") ? ["scenecast-source"] : [];
const here = fileURLToPath(new URL(".", import.meta.url));

/** Whether this package has the module, and not the scene (MR1). */
export function isOurs(specifier: string): boolean {
  return OURS.test(specifier);
}

export class ModuleResolver {
  readonly #ours = new ResolverFactory({ conditionNames: [...sources, "node", "import", "default"] });
  readonly #import: ResolverFactory;
  readonly #require: ResolverFactory;

  /** `root` is the folder that imports beginning with a slash count from, where there is no such file in the system. */
  constructor(root: string) {
    const common: NapiResolveOptions = { ...options, tsconfig: "auto", roots: [root] };
    this.#import = new ResolverFactory({ ...common, conditionNames: ["module", "node", "import", "default"] });
    this.#require = this.#import.cloneWithOptions({
      ...common,
      conditionNames: ["module", "node", "require", "default"],
    });
  }

  /** The address of a module of this package (MR1); null where there is no such one. */
  ours(specifier: string): string | null {
    const { path } = this.#ours.sync(here, specifier);
    return path === undefined ? null : pathToFileURL(path).href;
  }

  /**
   * Finds the file that `specifier` means in the file `from`; null where it is none: a module of Node, a `data:` address,
   * or nothing at all.
   */
  resolve(specifier: string, from: string, isRequire: boolean): ResolvedImport | null {
    if (isBuiltin(specifier) || /^(?:node|data|https?|blob):/.test(specifier)) return null;
    const [request, query] = split(specifier);
    const resolver = isRequire ? this.#require : this.#import;
    // A package's own tsconfig.json was for building it.
    const { path } = isInPackage(from)
      ? resolver.sync(dirname(from), request)
      : resolver.resolveFileSync(from, request);
    return path === undefined ? null : { path, query };
  }

  /** Forgets which files there were, so that those that came since are found. */
  refresh(): void {
    this.#import.clearCache();
    this.#require.clearCache();
  }
}

/** Whether a file belongs to an installed package rather than to the scene's own. */
export function isInPackage(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

/** Where a file would be that a relative import names and that is not there; null for an import of a package. */
export function missingPath(specifier: string, from: string): string | null {
  const [request] = split(specifier);
  if (/^\.{0,2}\//.test(request)) return resolve(dirname(from), request);
  return request.startsWith("file:") ? fileURLToPath(request) : null;
}

function split(specifier: string): [request: string, query: string] {
  if (specifier.startsWith("file:")) {
    const { search, href } = new URL(specifier);
    return [fileURLToPath(href), search.slice(1)];
  }
  const at = specifier.indexOf("?");
  return at < 0 ? [specifier, ""] : [specifier.slice(0, at), specifier.slice(at + 1)];
}

/** The address of a resolved file. */
export function urlOf({ path, query }: ResolvedImport): URL {
  const url = pathToFileURL(path);
  url.search = query;
  return url;
}
