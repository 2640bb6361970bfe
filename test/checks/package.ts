/** Owns packing what is in `dist/` as npm would publish it, and looking at what is in it and whether it can be imported. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
/** Those whose compiled form is published. */
const folders = ["client", "server", "shared"];
const needed = [
  "package.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "server/README.md",
  "server/movies/README.md",
  "client/README.md",
  "examples/README.md",
  "server/film/README.md",
  "server/monitoring/grafana-dashboard.json",
  ...["README.md", "Dockerfile", "Caddyfile", "nginx.conf", "prometheus.yml", "scenecast.service", "traefik.yml"].map(
    (file) => `server/deploy/${file}`,
  ),
  "dist/server/cli.js",
  "dist/server/index.js",
  "dist/server/index.d.ts",
  "dist/server/render/scene.d.ts",
  "dist/server/setup/link-vulkan-loader.mjs",
  "dist/server/movies/index.js",
  "dist/server/movies/movie.worker.js",
  "dist/server/movies/movie-decoder-process.js",
  "dist/client/index.js",
  "dist/client/index.d.ts",
  "dist/client/element/index.js",
  "dist/client/frame/index.js",
  "dist/client/react/index.js",
  "dist/page/scenecast.js",
  "dist/page/frame.js",
  "dist/examples/spheres/scene.js",
  "dist/examples/scatter/iris.csv",
  "dist/page/index.html",
  "dist/page/start.html",
  "dist/examples/spheres/picture.webp",
];

/** A sentence for each thing that is wrong with the package as it is in `dist/` now. */
export async function packageProblems(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-package-"));
  try {
    const { file, files } = await pack(folder);
    const tools = [
      tool("publint/src/cli.js", "run", file, "--strict"),
      tool("@arethetypeswrong/cli/dist/index.js", file, "--profile", "esm-only"),
    ];
    return [...listProblems(files), ...(await Promise.all(tools)).flat()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs into `folder`; nothing is built for it. Resolves with the package and the paths in it. */
async function pack(folder: string): Promise<{ readonly file: string; readonly files: readonly string[] }> {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run(npm, args, { cwd: root, maxBuffer: 16 * 1024 * 1024, shell: npm.endsWith(".cmd") });
  const [packed] = JSON.parse(stdout) as readonly { filename: string; files: readonly { path: string }[] }[];
  if (packed === undefined) throw new Error("npm pack made nothing.");
  return { file: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** A sentence for each file that must be in the package and is not, and for each that has no business there. */
export function listProblems(files: readonly string[], sources: readonly string[] = compiledSources()): string[] {
  const packed = new Set(files);
  const results = sources.flatMap((source) => [`dist/${source}.js`, `dist/${source}.d.ts`]);
  const missing = [...needed, ...results].filter((file) => !packed.has(file));
  const hasScript = files.some((file) => /^dist\/page\/assets\/.*\.js$/.test(file));
  return [
    ...missing.map((file) => `${file} is missing in the package.`),
    ...(hasScript ? [] : ["The script of the page is missing in the package."]),
    ...files.filter(isForeign).map((file) => `${file} has no business in the package.`),
  ];
}

function isForeign(file: string): boolean {
  if (/\.(test|config)\.[cm]?[jt]s$|\.tsbuildinfo$|\.tsbuild/.test(file)) return true;
  return !file.startsWith("dist/") && !file.endsWith(".md") && !needed.includes(file);
}

/** Sources whose results are published, without their endings. The page's are bundled. */
function compiledSources(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
      .filter((file) => /(?<!\.d|\.config)\.ts$/.test(file) && !file.startsWith("client/page/"))
      .map((file) => file.replace(/\.ts$/, "")),
  );
}

/** What a tool of npm complains about; nothing where it ends well. */
async function tool(file: string, ...args: readonly string[]): Promise<string[]> {
  try {
    await run(process.execPath, [join(root, "node_modules", file), ...args], { cwd: root });
    return [];
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return [`${stdout}${stderr}`.trim() || String(error)];
  }
}
