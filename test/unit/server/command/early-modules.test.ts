/** What is loaded before the scene's process is started, which waits for it. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

test("what answers by HTTP is not loaded before the scene's process is started, but while it comes up", () => {
  const script = `
    for (const name of ["command-line", "serve-command"]) await import("./server/command/" + name + ".ts");
    console.log(JSON.stringify(process.moduleLoadList));
  `;
  const flags = ["--conditions=scenecast-source", "--input-type=module", "--eval", script];
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, flags, { cwd: root, encoding: "utf8" }));
  expect(loaded).toContain("NativeModule net");
  expect(loaded.filter((name) => /^NativeModule (?:http|https|tls)$/.test(name))).toEqual([]);
});
