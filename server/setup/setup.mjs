// @ts-check
/**
 * Sets up a fresh clone and runs one command in it: `node server/setup/setup.mjs <command> [args…]`.
 * `main` reads top to bottom. Plain JavaScript without a dependency, since it runs on Node 20 before anything is
 * installed. What was done is remembered in `.runtime/stamp.json`; delete `.runtime` to have everything done again.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileLibrary, pageBundlings } from "./library.mjs";
import { linkVulkanLoader } from "./link-vulkan-loader.mjs";
import { modulesKey, provideModules } from "./node-modules.mjs";
import { environmentFor, provideNode, runNode } from "./node-runtime.mjs";
import { runQuietly, SetupError, say } from "./programs.mjs";
import { provideSystemPackages } from "./system-packages.mjs";

/** @typedef {import("./node-runtime.mjs").NodeRuntime} NodeRuntime */
/** @typedef {{ modules: string | null, page: string | null }} Stamp */

/**
 * What a command needs besides Node and the npm packages, and what it runs then.
 * @typedef {{
 *   draws: boolean, browser: boolean, network: boolean, page: boolean, run: typeof start, python?: boolean | "renderers",
 * }} Command
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const runtimeDirectory = join(root, ".runtime");
const stampFile = join(runtimeDirectory, "stamp.json");
const modules = join(root, "node_modules");

/** Makes `import "scenecast"` mean our sources; the warning is that of Node 22 about types in sources. */
const sourceFlags = ["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning"];

/** @type {Readonly<Record<string, Command>>} */
const commands = {
  start: { draws: true, browser: false, network: false, page: true, run: start },
  test: { draws: true, browser: true, network: true, page: true, python: true, run: test },
  "test:slow": { draws: true, browser: true, network: true, page: true, python: "renderers", run: testSlow },
  bench: { draws: true, browser: true, network: false, page: true, run: programAt("test/bench/main.ts") },
  fuzz: { draws: false, browser: false, network: false, page: false, run: programAt("test/fuzz/main.ts") },
  soak: { draws: true, browser: false, network: false, page: true, run: programAt("test/soak/main.ts") },
  lab: { draws: false, browser: false, network: false, page: false, run: lab },
  check: { draws: false, browser: false, network: false, page: true, run: check },
  coverage: { draws: false, browser: false, network: false, page: false, run: coverage },
  docs: { draws: false, browser: false, network: false, page: false, run: docs },
  build: { draws: false, browser: false, network: false, page: true, run: build },
};

/**
 * @param {readonly string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function main([name = "", ...args]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    say(`usage: node server/setup/setup.mjs ${Object.keys(commands).join("|")} [arguments]`);
    return 2;
  }
  const node = await provideNode(runtimeDirectory);
  const stamp = readStamp();
  const key = modulesKey(root, node);
  const installed = stamp.modules === key && existsSync(join(modules, "gl"));

  const { draws: drawing, browser, network, python = false } = command;
  const needs = { drawing, browser, network, python, compiling: !installed };
  await provideSystemPackages(needs);
  if (!installed) {
    writeStamp({ ...stamp, modules: null });
    await provideModules(root, node);
    stamp.modules = key;
    writeStamp(stamp);
  }
  if (command.draws && linkVulkanLoader(join(modules, "gl")) === "linked") say("linked the Vulkan loader for gl");
  if (command.page) await providePage(node, stamp);
  return await command.run(node, args);
}

/**
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function start(node, args) {
  // Paths that somebody typed count from the folder where they typed them, not from ours, where npm runs scripts.
  const cwd = process.env["INIT_CWD"] ?? process.cwd();
  return runNode(node, [...sourceFlags, join(root, "server/cli.ts"), ...args], cwd);
}

/**
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function test(node, args) {
  return runTests(node, ["--project=!slow", ...args]);
}

/**
 * What takes long: figures and leaks, of features whose work `test` proves.
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function testSlow(node, args) {
  return runTests(node, ["--project=slow", ...args]);
}

/**
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function runTests(node, args) {
  const vitest = join(modules, "vitest/vitest.mjs");
  return runNode(node, [...sourceFlags, vitest, "run", "--config", "test/vitest.config.ts", ...args], root);
}

/**
 * @param {string} file a program of ours, which runs in the project's folder
 * @returns {Command["run"]}
 */
function programAt(file) {
  return (node, args) => runNode(node, [...sourceFlags, file, ...args], root);
}

/**
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function lab(node, args) {
  // A script is named from the folder where that was typed.
  const cwd = process.env["INIT_CWD"] ?? process.cwd();
  return runNode(node, [...sourceFlags, join(root, "test/support/lab/main.ts"), ...args], cwd);
}

/**
 * Types, lint, what nobody uses, documentation and the package; all of it, even where the first fails.
 * @param {NodeRuntime} node
 * @param {readonly string[]} args for the linter; `--write` mends what it can, and writes the reference anew
 */
async function check(node, args) {
  const linting = runTool(node, "@biomejs/biome/bin/biome", ["check", "--error-on-warnings", ...args]);
  // The compiler reads what the linter may write, and takes one core.
  if (args.includes("--write")) await linting;
  const [types, lint, unused] = await Promise.all([
    compileLibrary(root, node, ["server/setup"]),
    linting,
    runTool(node, "knip/bin/knip.js", ["--config", ".knip.jsonc", "--treat-config-hints-as-errors"]),
  ]);
  const published = await runChecks(node, "check", args);
  return types || lint || unused || published;
}

/**
 * Writes the reference of the options, and the one of the whole interface into `docs/`.
 * @param {NodeRuntime} node
 */
async function docs(node) {
  return (await compileLibrary(root, node)) || (await runChecks(node, "docs", []));
}

/**
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 */
function coverage(node, args) {
  return test(node, ["--project", "unit", "--coverage", ...args]);
}

/** @param {NodeRuntime} node */
function build(node) {
  return compileLibrary(root, node);
}

/**
 * @param {NodeRuntime} node
 * @param {string} what
 * @param {readonly string[]} args
 */
function runChecks(node, what, args) {
  return runNode(node, [...sourceFlags, "test/checks/main.ts", what, ...args.filter((arg) => arg === "--write")], root);
}

/**
 * @param {NodeRuntime} node
 * @param {string} file in `node_modules`
 * @param {readonly string[]} args
 */
function runTool(node, file, args) {
  return runNode(node, [join(modules, file), ...args], root);
}

/**
 * Bundles the viewer page when its sources are other than those that the bundle was made of.
 * @param {NodeRuntime} node
 * @param {Stamp} stamp
 */
async function providePage(node, stamp) {
  const sources = contentHash([join(root, "package-lock.json"), join(root, "shared"), join(root, "client")]);
  if (stamp.page === sources && existsSync(join(root, "dist/page/scenecast.js"))) return;
  say("bundling the viewer page");
  const options = { cwd: root, env: environmentFor(node) };
  for (const args of pageBundlings(root)) {
    await runQuietly("bundling the viewer page failed", node.execPath, args, options);
  }
  stamp.page = sources;
  writeStamp(stamp);
}

/** @param {readonly string[]} paths files, and folders with all that is in them, but for what is of Python, which no bundle has */
function contentHash(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const entries = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [""];
    const bundled = entries.filter((entry) => !/^python\b/.test(entry)).sort();
    for (const file of bundled.map((entry) => join(path, entry))) {
      if (statSync(file).isFile()) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

/** @returns {Stamp} */
function readStamp() {
  try {
    return { modules: null, page: null, ...JSON.parse(readFileSync(stampFile, "utf8")) };
  } catch {
    return { modules: null, page: null };
  }
}

/** @param {Stamp} stamp */
function writeStamp(stamp) {
  mkdirSync(runtimeDirectory, { recursive: true });
  writeFileSync(stampFile, `${JSON.stringify(stamp, null, 2)}\n`);
}

/** @param {unknown} error */
function report(error) {
  if (error instanceof SetupError && error.output) process.stderr.write(`${error.output.trimEnd()}\n`);
  say(error instanceof Error ? error.message : String(error));
  if (process.env["SCENECAST_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
