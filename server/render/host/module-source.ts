/**
 * Owns what a file of a scene is as a module, as a bundler for pages has it: TypeScript and JSX become JavaScript with a
 * source map, JSON and text and pictures become modules. The only file that imports oxc-transform. In the render thread.
 */

import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { type TransformOptions, transformSync } from "oxc-transform";
import { SourceError, type SourcePlace } from "./scene-error.ts";

export type ModuleSource = { readonly format: "module" | "commonjs" | "json"; readonly source: string };

const TRANSFORMED = /\.(?:[cm]?ts|tsx|jsx)$/;
const SCRIPT = /\.[cm]?js$/;
const TEXT = /\.(?:glsl|vert|frag|vs|fs|wgsl|txt)$/;
/** What a page fetches: the module is its address. */
const ASSET =
  /\.(?:png|jpe?g|webp|avif|gif|svg|ico|bmp|hdr|exr|ktx2?|basis|dds|glb|gltf|bin|obj|mtl|fbx|stl|ply|drc|pcd|pdb|nrrd|vtk|usdz|3dm|csv|tsv|mp4|webm|mov|ogg|mp3|wav|ttf|otf|woff2?|wasm|zip|gz)$/i;
/** What V8 says of a script that can only be a module. */
const MODULE_SYNTAX = /import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta'/;
const env = '{MODE:"production",PROD:true,DEV:false,SSR:false,BASE_URL:"/"}';

/** A file that is a script: one that can import others. */
export function isScript(path: string): boolean {
  return TRANSFORMED.test(path) || SCRIPT.test(path);
}

/**
 * Reads a file as a module. `attribute` is the type that the import gives, as in `with { type: "json" }`. Null where Node
 * loads it as well. Throws `SourceError` for a mistake in its syntax.
 */
export function readModule(path: string, query: string, isOwn: boolean, attribute?: string): ModuleSource | null {
  const params = new URLSearchParams(query);
  if (params.has("raw")) return exporting(JSON.stringify(readFileSync(path, "utf8")));
  if (params.has("url")) return exporting(addressOf(path));
  if (params.has("worker")) return exporting(workerAt(path));
  const ending = extname(path);
  if (ending === ".json" && attribute === undefined) return jsonModule(readFileSync(path, "utf8"), path);
  if (ending === ".css") return exporting('""');
  if (TEXT.test(path)) return exporting(JSON.stringify(readFileSync(path, "utf8")));
  if (ASSET.test(path)) return exporting(addressOf(path));
  if (TRANSFORMED.test(path)) return transformed(path, readFileSync(path, "utf8"));
  return SCRIPT.test(path) ? script(path, readFileSync(path, "utf8"), isOwn) : null;
}

function exporting(expression: string): ModuleSource {
  return { format: "module", source: `export default ${expression};` };
}

/** A module that gives what a file of CommonJS exports, which `exported` is, under every name that it has. */
export function commonJsModule(path: string, exported: unknown): ModuleSource {
  const isObject = (typeof exported === "object" || typeof exported === "function") && exported !== null;
  const names = isObject ? Object.keys(exported).filter((name) => name !== "default" && isName(name)) : [];
  const isWrapped = isObject && "__esModule" in exported && "default" in exported;
  return {
    format: "module",
    source: [
      'import { createRequire } from "node:module";',
      `const exported = createRequire(${addressOf(path)})(${JSON.stringify(path)});`,
      `export default ${isWrapped ? "exported.default" : "exported"};`,
      ...names.map((name) => `const own_${name} = exported.${name}; export { own_${name} as ${name} };`),
    ].join("\n"),
  };
}

function addressOf(path: string): string {
  return JSON.stringify(pathToFileURL(path).href);
}

function workerAt(path: string): string {
  const address = addressOf(path);
  return `class extends Worker { constructor(options) { super(new URL(${address}), { type: "module", ...options }); } }`;
}

/** With a name for each field that can be one. */
function jsonModule(text: string, path: string): ModuleSource {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SourceError(`it is not JSON: ${(error as SyntaxError).message}`, jsonPlace(text, path, error), error);
  }
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const names = fields.flatMap(([name, field]) => (isName(name) ? [`export const ${name} = ${literal(field)};`] : []));
  return { format: "module", source: [`export default ${literal(value)};`, ...names].join("\n") };
}

function literal(value: unknown): string {
  return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}

function isName(text: string): boolean {
  if (!/^[A-Za-z_$][\w$]*$/.test(text)) return false;
  try {
    compileFunction(`"use strict"; const ${text} = 0; async () => { await ${text}; }`);
    return text !== "await";
  } catch {
    return false;
  }
}

function jsonPlace(text: string, path: string, error: unknown): SourcePlace {
  const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
  return placeAt(path, text, at);
}

function transformed(path: string, text: string): ModuleSource {
  const { code, map } = compile(path, text);
  const inline = map === undefined ? "" : `\n//# sourceMappingURL=${dataUrl(map)}`;
  return { format: formatOf(path, code), source: withEnv(code) + inline };
}

/** JavaScript is given as it is; a mistake in the scene's own is told in full. */
function script(path: string, text: string, isOwn: boolean): ModuleSource | null {
  const isModule = path.endsWith(".mjs") || (path.endsWith(".js") && hasModuleSyntax(text));
  if (isOwn && isModule) checkModule(path, text);
  // Node's own loader keeps `require.cache` and all that as they should be.
  return isModule ? { format: "module", source: withEnv(text) } : null;
}

/** Throws `SourceError` for a mistake in the syntax of a JavaScript module. */
export function checkModule(path: string, text: string): void {
  const [error] = transformSync(path, text, { lang: "js", sourceType: "module" }).errors;
  if (error !== undefined) throw syntaxError(path, text, error);
}

function compile(path: string, text: string): { code: string; map: object | undefined } {
  const sourceType = path.endsWith(".cts") ? "unambiguous" : "module";
  const options = { sourceType, sourcemap: true, jsx: { runtime: "automatic" } } satisfies TransformOptions;
  const { code, map, errors } = transformSync(path, text, options);
  const [error] = errors;
  if (error !== undefined) throw syntaxError(path, text, error);
  return { code, map };
}

type TransformError = ReturnType<typeof transformSync>["errors"][number];

function syntaxError(path: string, text: string, { message, labels, helpMessage }: TransformError): SourceError {
  // Positions are counted in bytes of UTF-8.
  const at = Buffer.from(text)
    .subarray(0, labels.at(-1)?.start ?? 0)
    .toString().length;
  return new SourceError(helpMessage === null ? message : `${message}. ${helpMessage}`, placeAt(path, text, at));
}

/** The place of a character, counted from 0, of a file. */
export function placeAt(path: string, text: string, at: number): SourcePlace {
  const before = text.slice(0, at).split("\n");
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** A script with `import` or `export` in it is a module, whatever the package.json beside it says. */
function formatOf(path: string, code: string): "module" | "commonjs" {
  if (path.endsWith(".mts") || hasModuleSyntax(code)) return "module";
  return /\b(?:require|module|exports|__filename|__dirname)\b/.test(code) ? "commonjs" : "module";
}

function hasModuleSyntax(code: string): boolean {
  try {
    compileFunction(code, ["exports", "require", "module", "__filename", "__dirname"]);
    return false;
  } catch (error) {
    return MODULE_SYNTAX.test((error as Error).message);
  }
}

/** What a bundler puts in the place of `import.meta.env`; on the first line, so that lines stay. */
function withEnv(code: string): string {
  return code.includes("import.meta.env") ? `import.meta.env ??= ${env}; ${code}` : code;
}

function dataUrl(map: object): string {
  return `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
}
