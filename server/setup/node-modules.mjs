// @ts-check
/** Owns the npm packages: installed exactly as locked, with a gl that loads in the Node that will run. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentFor, findNpm } from "./node-runtime.mjs";
import { runQuietly, say } from "./programs.mjs";

/** @typedef {import("./node-runtime.mjs").NodeRuntime} NodeRuntime */

/**
 * Names everything that the installed packages depend on; another name means that they are out of date.
 * @param {string} root
 * @param {NodeRuntime} node
 * @returns {string}
 */
export function modulesKey(root, node) {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return `${lock} node${node.major} ${process.platform}-${process.arch}`;
}

/**
 * @param {string} root
 * @param {NodeRuntime} node
 */
export async function provideModules(root, node) {
  say("installing the npm packages and building gl, about half a minute");
  const options = { cwd: root, env: installEnvironment(node) };
  const npm = findNpm();
  const install = [npm, "ci", "--include=dev", "--no-audit", "--no-fund"];
  await runQuietly("npm ci failed", node.execPath, install, options);

  /** @param {string} failure */
  const loadGl = (failure) => runQuietly(failure, node.execPath, ["--eval", "require('gl')"], options);
  try {
    await loadGl("");
  } catch {
    say("building gl again, as it does not load");
    await runQuietly("npm rebuild gl failed", node.execPath, [npm, "rebuild", "gl"], options);
    await loadGl("gl, which draws without a screen, does not load on this machine");
  }
}

/**
 * @param {NodeRuntime} node
 * @returns {NodeJS.ProcessEnv}
 */
function installEnvironment(node) {
  return {
    ...environmentFor(node),
    // Whatever headers npm is set to compile with here, they are hardly those of the Node that will run.
    ...(node.headers ? { npm_config_nodedir: node.headers } : {}),
    // node-av would fetch a whole FFmpeg program; we use only its library.
    SKIP_FFMPEG: "true",
  };
}
