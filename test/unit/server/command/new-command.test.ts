/** `scenecast new` writes a scene whose types an editor knows, and nothing over what is there. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { SceneLoading, SceneProject } from "../../../support/scene-loading.ts";

vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../../..", import.meta.url));

function scenecast(cwd: string, ...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const flags = ["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(root, "server/cli.ts"), ...args], {
    cwd,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

function typesOf(folder: string): string {
  const tsc = join(root, "node_modules/typescript-7/bin/tsc");
  return spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { encoding: "utf8" }).stdout;
}

test("the folder has a scene that loads and is typed, and a command to stream it", async () => {
  using project = new SceneProject({});
  const { code, stdout } = scenecast(project.folder, "new", "My Scene");
  expect([code, stdout]).toEqual([0, expect.stringContaining('cd "My Scene"\n  npm start\n')]);
  const { name, scripts } = JSON.parse(readFileSync(project.path("My Scene/package.json"), "utf8"));
  expect(name).toBe("my-scene");
  expect(scripts.start).toMatch(/^npm --prefix \S+ start -- serve scene\.ts --watch$/);
  expect(typesOf(project.path("My Scene"))).toBe("");
  await using loading = new SceneLoading(project.url("My Scene/scene.ts"));
  expect((await loading.load()).error).not.toContain("could not be loaded");
  const file = project.path("My Scene/scene.ts");
  project.write({ "My Scene/scene.ts": readFileSync(file, "utf8").replace("size, element", "size, elements") });
  expect(typesOf(project.path("My Scene"))).toContain("Property 'elements' does not exist");
});

test("what is there stays, and bad arguments are told", () => {
  using project = new SceneProject({ "full/note.txt": "mine", file: "" });
  expect(scenecast(project.folder, "new", "full")).toEqual({
    code: 1,
    stdout: "",
    stderr: "scenecast: full is not empty, so nothing was written.\n",
  });
  expect(scenecast(project.folder, "new", "file").stderr).toContain("file is a file, so nothing was written.");
  expect(scenecast(project.folder, "new")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("A folder is missing"),
  });
  expect(scenecast(project.folder, "new", "a", "b")).toMatchObject({ code: 2 });
  expect(scenecast(project.folder, "new", "--help").stdout).toContain("scenecast new <folder>");
});
