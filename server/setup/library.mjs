// @ts-check
/** Owns `dist/`: the sources compiled, the page bundled, and nothing in it whose source is gone. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { runNode } from "./node-runtime.mjs";

/** @typedef {import("./node-runtime.mjs").NodeRuntime} NodeRuntime */

/** The plain JavaScript that the built server imports; the compiler leaves it where it is. */
const plainFiles = ["link-vulkan-loader.mjs", "link-vulkan-loader.d.mts"];
const compiledFolders = ["client", "examples", "server", "shared"];

/**
 * Compiles what is out of date, and with it checks the types.
 * @param {string} root
 * @param {NodeRuntime} node
 * @param {readonly string[]} projects besides the library, as the compiler takes them
 * @returns {Promise<number>} the exit code
 */
export async function compileLibrary(root, node, projects = []) {
  // The native one, in a third of the processor time; typedoc and what reads sources need the interface of the one before.
  const compiler = join(root, "node_modules/typescript-7/bin/tsc");
  // It takes its own notes for what is there, also of files that somebody removed.
  if (!isWhole(root)) rmSync(join(root, "dist/.tsbuild"), { recursive: true, force: true });
  const code = await runNode(node, [compiler, "-b", ".", ...projects], root);
  const target = join(root, "dist/server/setup");
  mkdirSync(target, { recursive: true });
  for (const file of plainFiles) copyFileSync(join(root, "server/setup", file), join(target, file));
  for (const folder of compiledFolders) dropStale(root, folder);
  copyData(root);
  return code;
}

/**
 * Copies what the examples load, and their pictures, which the compiler leaves where it is.
 * @param {string} root
 */
function copyData(root) {
  for (const file of readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })) {
    if (!/\.(csv|gltf|hdr|mp4|pdb|webp)$/.test(file)) continue;
    mkdirSync(dirname(join(root, "dist/examples", file)), { recursive: true });
    copyFileSync(join(root, "examples", file), join(root, "dist/examples", file));
  }
}

/**
 * The arguments of Node that bundle into `dist/page`, one after the other: the viewer page, then the element beside it, and what
 * drives the page in a frame.
 * @param {string} root
 */
export function pageBundlings(root) {
  const bundling = [join(root, "node_modules/vite/bin/vite.js"), "build", "--config", "client/vite.config.ts"];
  return [bundling, [...bundling, "--mode", "script"], [...bundling, "--mode", "frame"]];
}

/**
 * Whether each source that is compiled has its result.
 * @param {string} root
 */
function isWhole(root) {
  return compiledFolders.every((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /(?<!\.d|\.config)\.ts$/.test(file))
      .every((file) => existsSync(join(root, "dist", folder, file.replace(/ts$/, "js")))),
  );
}

/**
 * Removes what was compiled of a source that was moved or deleted since, or it would be published.
 * @param {string} root
 * @param {string} folder
 */
function dropStale(root, folder) {
  const compiled = join(root, "dist", folder);
  if (!existsSync(compiled)) return;
  for (const file of readdirSync(compiled, { recursive: true, encoding: "utf8" })) {
    const [, name, ending] = /^(.*?)(\.js|\.js\.map|\.d\.ts|\.mjs|\.d\.mts)$/.exec(file) ?? [];
    if (name === undefined || ending === undefined) continue;
    const source = join(root, folder, `${name}${/m[jt]s$/.test(ending) ? ending : ".ts"}`);
    if (!existsSync(source)) rmSync(join(compiled, file));
  }
}
