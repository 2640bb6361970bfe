/** What is compiled is kept in a folder of the user's, and only where the user did not decide otherwise. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileCacheEnvironment } from "../../../../server/platform/compile-cache.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "scenecast-home-"));
});

afterEach(() => rmSync(home, { recursive: true }));

test("it is a folder that nobody else may write to", () => {
  const folder = join(home, "scenecast", "compiled");
  expect(compileCacheEnvironment({ XDG_CACHE_HOME: home })).toEqual({ NODE_COMPILE_CACHE: folder });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test.each([{ NODE_COMPILE_CACHE: "/else" }, { NODE_DISABLE_COMPILE_CACHE: "1" }])("%j stands", (decided) => {
  expect(compileCacheEnvironment({ XDG_CACHE_HOME: home, ...decided })).toEqual({});
});

test("without a home that can be written to there is none, and no error", () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  expect(compileCacheEnvironment({ XDG_CACHE_HOME: file })).toEqual({});
});

test("what a thread compiled is kept although its process is killed", () => {
  const module = new URL("../../../../server/platform/compile-cache.ts", import.meta.url).href;
  const program = `
    const { flushCompiledModules } = await import(${JSON.stringify(module)});
    flushCompiledModules();
    process.kill(process.pid, "SIGKILL");`;
  const env = { ...process.env, NODE_COMPILE_CACHE: home };
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
  expect(spawnSync(process.execPath, args, { env })).toMatchObject({ signal: "SIGKILL" });
  const [version = ""] = readdirSync(home);
  expect(readdirSync(join(home, version)).length).toBeGreaterThan(0);
});
