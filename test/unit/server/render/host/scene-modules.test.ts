/** Modules of scenes are found and read as a bundler for pages does it. */

import { describe, expect, it, vi } from "vitest";
import { loadProject, type ProjectFiles, SceneLoading, SceneProject } from "../../../../support/scene-loading.ts";

// Each test starts threads.
vi.setConfig({ testTimeout: 60_000 });

/** A scene whose setup() returns what an expression gives. */
const returning = (expression: string, ...head: string[]): string =>
  `${head.join("\n")}\nexport default { setup: () => (${expression}) };`;

async function resultOf(files: ProjectFiles, scene?: string): Promise<unknown> {
  const { value, error } = await loadProject(files, scene);
  expect(error).toBeNull();
  return value;
}

const commonJs = JSON.stringify({ name: "mine", type: "commonjs" });

/** A package as bundlers know it: a CommonJS `main`, a `module` for them, and three wanted by both. */
const package_ = (name: string): ProjectFiles => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, main: "dist/x.js", module: "dist/x.esm.js" }),
  [`node_modules/${name}/dist/x.js`]: `const THREE = require("three"); exports.Vector3 = THREE.Vector3; exports.way = "main";`,
  [`node_modules/${name}/dist/x.esm.js`]: `import { Vector3 } from "three"; import { part } from "./part"; export { Vector3, part }; export const way = "module";`,
  [`node_modules/${name}/dist/part.js`]: `export const part = 7;`,
});

describe("one three", () => {
  it("MR1, MR2: is what a scene, a CommonJS package, one with a module field and a require() of it get", async () => {
    const value = await resultOf({
      ...package_("both"),
      "node_modules/old/package.json": JSON.stringify({ name: "old", main: "index.js" }),
      "node_modules/old/index.js": `
        const THREE = require("three");
        const { OrbitControls } = require("three/addons/controls/OrbitControls.js");
        exports.Vector3 = THREE.Vector3;
        exports.both = require("both").Vector3;
        exports.way = require("both").way;
        exports.controls = typeof OrbitControls;`,
      "node_modules/scenecast/package.json": JSON.stringify({
        name: "scenecast",
        exports: { "./scene": "./scene.js" },
      }),
      "node_modules/scenecast/scene.js": "export const defineScene = null;",
      "node_modules/three/package.json": JSON.stringify({ name: "three", main: "index.js" }),
      "node_modules/three/index.js": "exports.Vector3 = class Another {};",
      "scene.ts": returning(
        "[old.Vector3 === Vector3, both.Vector3 === Vector3, old.both === Vector3, both.way, old.way, both.part, old.controls, typeof defineScene]",
        'import { Vector3 } from "three"; import old from "old"; import * as both from "both"; import { defineScene } from "scenecast/scene";',
      ),
    });
    expect(value).toEqual([true, true, true, "module", "module", 7, "function", "function"]);
  });

  it("follows the conditions of exports that a bundler takes", async () => {
    const exports = {
      ".": { module: "./bundled.mjs", import: "./plain.mjs", require: "./plain.cjs" },
      "./*": "./*.mjs",
    };
    const value = await resultOf(
      {
        "node_modules/conditional/package.json": JSON.stringify({ name: "conditional", exports }),
        "node_modules/conditional/bundled.mjs": 'export const way = "bundled";',
        "node_modules/conditional/plain.mjs": 'export const way = "import";',
        "node_modules/conditional/plain.cjs": 'exports.way = "require";',
        "node_modules/conditional/sub.mjs": 'export const way = "sub";',
        "scene.js": returning(
          "[way, sub]",
          'import { way } from "conditional"; import { way as sub } from "conditional/sub";',
        ),
      },
      "scene.js",
    );
    expect(value).toEqual(["bundled", "sub"]);
  });
});

it("SM3: names of a CommonJS package that only running it tells may be imported, as with a bundler", async () => {
  const value = await resultOf({
    "node_modules/umd/package.json": JSON.stringify({ name: "umd", main: "umd.js" }),
    "node_modules/umd/umd.js": `(function (root, make) { const all = {}; make(all); module.exports = all; })(this, (all) => {
        const names = ["Signal", "Other"]; for (const name of names) all[name] = name; 
      });`,
    "node_modules/user/package.json": JSON.stringify({ name: "user", module: "user.js" }),
    "node_modules/user/user.js":
      'import { Signal } from "umd"; import { Vector3 } from "three"; export { Signal, Vector3 as three };',
    "scene.ts": returning(
      "[Signal, Other, umd.Other, three === Vector3]",
      'import { Signal, three } from "user"; import umd, { Other } from "umd"; import { Vector3 } from "three";',
    ),
  });
  expect(value).toEqual(["Signal", "Other", "Other", true]);
});

it("SM1: these rules are for what a scene reaches alone; the thread's own imports are Node's to find", async () => {
  using project = new SceneProject({
    "part.ts": "export const part = 1;",
    "scene.ts": returning("part", 'import { part } from "./part";'),
    "other.ts": "export const other = 2;",
  });
  await using loading = new SceneLoading(project.url("scene.ts"));
  expect(await loading.load()).toMatchObject({ value: 1, error: null });
  expect((await loading.import("../support/scene-loading")).error).toMatch(/^Cannot find module /);
  expect((await loading.import(project.url("other"))).error).toMatch(/^Cannot find module /);
  expect(await loading.import(project.url("other.ts"))).toMatchObject({ value: { other: 2 }, error: null });
  expect((await loading.load()).files).not.toContain(project.path("other.ts"));
});

describe("a project of npm init -y", () => {
  it("has scenes with import and with require, in .js, .cjs, .mjs, .ts, .mts and .cts", async () => {
    const files = { "package.json": commonJs, "half.js": "export const half = 0.5;" };
    const imports = 'import { half } from "./half.js"; import { Vector3 } from "three";';
    const module = returning("[half, new Vector3(1, 2, 3).y]", imports);
    const script = `const { half } = require("./half.js"); const { Vector3 } = require("three");
      module.exports = { setup: () => [half, new Vector3(1, 2, 3).y] };`;
    for (const ending of ["js", "mjs", "ts", "mts"]) {
      expect(await resultOf({ ...files, [`scene.${ending}`]: module }, `scene.${ending}`)).toEqual([0.5, 2]);
    }
    expect(await resultOf({ ...files, "scene.cjs": script }, "scene.cjs")).toEqual([0.5, 2]);
    expect(await resultOf({ ...files, "scene.js": script }, "scene.js")).toEqual([0.5, 2]);
    const typed = `${script.replace("module.exports =", "const scene: { setup(): unknown } =")}\nexport = scene;`;
    expect(await resultOf({ ...files, "scene.cts": typed }, "scene.cts")).toEqual([0.5, 2]);
  });
});

describe("TypeScript", () => {
  it("has enums, namespaces and parameter properties, and leaves imports of types out", async () => {
    const value = await resultOf({
      "types.ts":
        "export interface Shape { sides: number } export class Named { constructor(readonly name: string) {} }",
      "scene.ts": returning(
        "[Side.Right, Side[1], inner.size, new Point(3, 4).sum(), new Named('n').name, (x satisfies number)]",
        'import { Shape, Named } from "./types";',
        "enum Side { Left, Right } namespace inner { export const size = 5; } const x = 6;",
        "class Point { constructor(private x: number, private y: number) {} sum(): number { return this.x + this.y; } }",
        "export type Kept = Shape;",
      ),
    });
    expect(value).toEqual([1, "Right", 5, 7, "n", 6]);
  });

  it("follows paths and baseUrl of a tsconfig.json with comments, also one that extends another", async () => {
    const value = await resultOf({
      "tsconfig.base.json": '{ /* base */ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] }, } }',
      "tsconfig.json": '{ "extends": "./tsconfig.base.json" }',
      "src/colours.ts": "export const red: number = 1;",
      "src/shapes/index.ts": "export const box: number = 2;",
      "scene.ts": returning(
        "[red, box, again]",
        'import { red } from "@/colours"; import { box } from "@/shapes";',
        'import { red as again } from "src/colours";',
      ),
    });
    expect(value).toEqual([1, 2, 1]);
  });

  it("with JSX is what React makes of it", async () => {
    const react = {
      "node_modules/react/package.json": JSON.stringify({
        name: "react",
        exports: { "./jsx-runtime": "./runtime.js" },
      }),
      "node_modules/react/runtime.js": "exports.jsx = (type, props) => ({ type, props }); exports.jsxs = exports.jsx;",
    };
    const scene = returning("<mesh position={[1, 2, 3]}><box /></mesh>");
    const made = { type: "mesh", props: { position: [1, 2, 3], children: { type: "box", props: {} } } };
    expect(await resultOf({ ...react, "package.json": commonJs, "scene.tsx": scene }, "scene.tsx")).toEqual(made);
    expect(await resultOf({ ...react, "scene.jsx": scene }, "scene.jsx")).toEqual(made);
  });
});

describe("imports as in vite", () => {
  it("may be of folders, without an ending, of .js that is .ts, and of JSON without attributes", async () => {
    const value = await resultOf({
      "data.json": '{ "rows": [1, 2], "class": 3 }',
      "lib/index.js": "export const lib = 1;",
      "one.ts": "export const one: number = 1;",
      "scene.ts": returning(
        "[lib, one, dotJs, data, rows, typed.class]",
        'import { lib } from "./lib"; import { one } from "./one"; import { one as dotJs } from "./one.js";',
        'import data, { rows } from "./data.json"; import typed from "./data.json" with { type: "json" };',
      ),
    });
    expect(value).toEqual([1, 1, 1, { rows: [1, 2], class: 3 }, [1, 2], 3]);
  });

  it("that begin with a slash count from the project", async () => {
    const files = {
      "package.json": "{}",
      "src/one.ts": "export const one: number = 1;",
      "src/deep/scene.ts": returning("one", 'import { one } from "/src/one";'),
    };
    expect(await resultOf(files, "src/deep/scene.ts")).toBe(1);
  });

  it("give text with ?raw, addresses with ?url and for pictures, text for shaders and nothing for CSS", async () => {
    using project = new SceneProject({
      "a.txt": "says `hello`\n",
      "picture.png": "png",
      "shade.glsl": "void main() {}",
      "style.css": "body {}",
      "scene.ts": returning(
        "[raw, url, picture, shade, style, import.meta.env.BASE_URL]",
        'import raw from "./a.txt?raw"; import url from "./a.txt?url"; import picture from "./picture.png";',
        'import shade from "./shade.glsl"; import style from "./style.css"; import "./style.css";',
      ),
    });
    await using loading = new SceneLoading(project.url("scene.ts"));
    const { value } = await loading.load();
    const addresses = [project.url("a.txt"), project.url("picture.png")];
    expect(value).toEqual(["says `hello`\n", ...addresses, "void main() {}", "", "/"]);
  });
});

describe("a new generation", () => {
  it("SM2: evaluates everything of the scene's own anew, ES modules, CommonJS and JSON, and no package", async () => {
    const counting = (name: string): string => `globalThis.${name} = (globalThis.${name} ?? 0) + 1;`;
    using project = new SceneProject({
      "package.json": commonJs,
      "esm.ts": `${counting("esm")} export const esm = globalThis.esm;`,
      "deep.cjs": `${counting("deep")} module.exports = [globalThis.deep, require("./data.json").n];`,
      "again.cjs": 'module.exports = require("./names.cjs");',
      "names.cjs": `exports.named = require("./data.json").n; exports.class = 1;`,
      "common.cjs": `${counting("common")} module.exports = [globalThis.common, ...require("./deep.cjs")];`,
      "data.json": '{ "n": 1 }',
      "node_modules/kept/package.json": '{ "name": "kept" }',
      "node_modules/kept/index.js": `${counting("kept")} exports.kept = globalThis.kept;`,
      "scene.ts": returning(
        "[esm, ...common, data.n, kept.kept, named, again.named]",
        'import again, { named } from "./again.cjs";',
        'import { esm } from "./esm"; import common from "./common.cjs"; import data from "./data.json"; import kept from "kept";',
      ),
    });
    await using loading = new SceneLoading(project.url("scene.ts"));
    expect((await loading.load()).value).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    project.write({ "data.json": '{ "n": 2 }' });
    expect((await loading.load()).value).toEqual([2, 2, 2, 2, 2, 1, 2, 2]);
  });

  it("SM4: knows every own file: imported, required, of a worker and what that imports, missing, and with a mistake", async () => {
    using project = new SceneProject({
      "a.ts": 'import "./broken.ts";',
      "broken.ts": "const x = ;",
      "scene.ts": 'import "./a"; new Worker(new URL("./worker.ts", import.meta.url)); export default {};',
      "worker.ts": 'import { deep } from "./deep"; export const url = new URL("./data.bin", import.meta.url);',
      "deep.ts": "export const deep = 1;",
    });
    await using loading = new SceneLoading(project.url("scene.ts"));
    const names = (await loading.load()).files.map((file) => file.slice(project.folder.length + 1));
    expect(names.toSorted()).toEqual(["a.ts", "broken.ts", "data.bin", "deep.ts", "scene.ts", "worker.ts"]);
    project.write({ "a.ts": 'import "./not-there";' });
    const { files, error } = await loading.load();
    expect(files).toContain(project.path("not-there"));
    expect(error).toMatch(/could not be loaded: SyntaxError: \.\/not-there is not there \(a\.ts:1:8\)\.$/);
  });
});
