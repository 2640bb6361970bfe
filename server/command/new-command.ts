/** Owns `scenecast new`: the folder of a scene to begin with, in which an editor knows the types. */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { titleOfScene } from "../options/scene-options.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import { packageFile, packageVersion } from "../platform/package-file.ts";

const scene = `import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

export default defineScene({
  title: "TITLE",
  // To be set from outside: npm start -- --param color=gold
  parameters: { color: { type: "choice", options: ["tomato", "gold", "teal"], default: "tomato" } },
  setup({ size, element, parameters }) {
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#101624");
    const light = new THREE.DirectionalLight("#ffffff", 3);
    light.position.set(2, 3, 4);
    const box = new THREE.Mesh(new THREE.BoxGeometry(), new THREE.MeshStandardMaterial({ color: parameters.color }));
    scene.add(light, new THREE.AmbientLight("#8fa4ff", 1), box);

    const camera = new THREE.PerspectiveCamera(50, size.width / size.height, 0.1, 100);
    camera.position.set(1.6, 1.2, 2);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;

    // A frame is drawn when something asks for one: input, or update() returning true.
    return { scene, camera, update: () => controls.update(), ...cameraState(camera, controls) };
  },
});
`;

/** Writes the folder and says what to do next. Returns the exit code. */
export function writeNewScene(folder: string): number {
  const target = resolve(folder);
  const root = resolve(packageFile(), "..");
  try {
    const taken = whatIsThere(target);
    if (taken !== null) throw new Error(`${folder} ${taken}, so nothing was written.`);
    makeFolderSync(target);
    for (const [name, text] of Object.entries(filesOf(target, root))) {
      writeFileSync(join(target, name), text, { flag: "wx" });
    }
  } catch (error) {
    process.stderr.write(`scenecast: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const steps = [`cd ${quoted(folder)}`, ...(isClone(root) ? [] : ["npm install"]), "npm start"];
  process.stdout.write(`${folder} has a scene now, in scene.ts. To stream it:\n\n  ${steps.join("\n  ")}\n\n`);
  return 0;
}

function whatIsThere(target: string): string | null {
  if (!existsSync(target)) return null;
  if (!statSync(target).isDirectory()) return "is a file";
  return readdirSync(target).length === 0 ? null : "is not empty";
}

function filesOf(target: string, root: string): Readonly<Record<string, string>> {
  const name = basename(target);
  const title = JSON.stringify(titleOfScene(name));
  return {
    "scene.ts": scene.replace('"TITLE"', () => title),
    "package.json": json(packageOf(name, target, root)),
    "tsconfig.json": json(tsconfigOf(target, root)),
    ".gitignore": "node_modules\n",
  };
}

function packageOf(name: string, target: string, root: string): object {
  const safe =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, "-")
      .replaceAll(/^-+|-+$/g, "") || "scene";
  const kept = { name: safe, version: "0.0.0", private: true, type: "module" };
  if (isClone(root)) {
    const start = `npm --prefix ${quoted(from(target, root))} start -- serve scene.ts --watch`;
    return { ...kept, scripts: { start } };
  }
  const ours = JSON.parse(readFileSync(packageFile(), "utf8")) as { dependencies: Record<string, string> };
  const dependencies = { scenecast: `^${packageVersion()}`, three: ours.dependencies["three"] };
  return { ...kept, scripts: { start: "scenecast serve scene.ts --watch" }, dependencies };
}

/** A clone is no installed package, so its types are named by their place. */
function tsconfigOf(target: string, root: string): object {
  const options = {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "preserve",
    moduleResolution: "bundler",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    types: [],
  };
  if (!isClone(root)) return { compilerOptions: options };
  const here = from(target, root);
  const three = `${here}/node_modules/@types/three`;
  const paths = {
    "scenecast/scene": [`${here}/server/render/scene.ts`],
    "scenecast/movie": [`${here}/server/movies/index.ts`],
    three: [`${three}/build/three.module.d.ts`],
    "three/webgpu": [`${three}/build/three.webgpu.d.ts`],
    "three/tsl": [`${three}/build/three.tsl.d.ts`],
    "three/addons/*": [`${three}/examples/jsm/*`],
  };
  return { compilerOptions: { ...options, paths }, include: ["**/*.ts", "**/*.tsx"] };
}

function isClone(root: string): boolean {
  return fileURLToPath(import.meta.url).endsWith(".ts") && !root.split(sep).includes("node_modules");
}

function from(target: string, root: string): string {
  const path = relative(target, root).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

function quoted(path: string): string {
  return /^[\w./\\:@+-]+$/.test(path) ? path : JSON.stringify(path);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
