/** Owns the lil-gui of tests: three's copy as scenes get it, and bundles with it as people build them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { SceneProject } from "./scene-loading.ts";

export const lilGuiPath: string = fileURLToPath(import.meta.resolve("three/addons/libs/lil-gui.module.min.js"));

export function lilGuiText(): string {
  return readFileSync(lilGuiPath, "utf8");
}

/** A script in which a program is bundled with all that it imports, every name made short. */
export async function bundle(program: string): Promise<string> {
  using project = new SceneProject({ "main.js": program });
  const built = await build({
    configFile: false,
    logLevel: "silent",
    root: project.folder,
    resolve: { alias: { three: fileURLToPath(import.meta.resolve("three")) } },
    build: { write: false, minify: true, lib: { entry: project.path("main.js"), formats: ["iife"], name: "app" } },
  });
  const [first] = [built].flat();
  if (first === undefined || !("output" in first)) throw new Error("Nothing was bundled.");
  return first.output[0].code;
}
