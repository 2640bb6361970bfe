/**
 * The package as a stranger has it: packed by `npm pack` alone, which builds it, and installed from the registry into an
 * empty folder. Takes minutes and the network; see package.ts for what every check looks at.
 */

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const minutes = 60_000;

let folder: string;
const npm = (...args: readonly string[]) => run("npm", args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-installed-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  const packed = await npm("pack", root, "--json", "--pack-destination", folder);
  const [{ filename = "" } = {}] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[\n"))) as {
    filename?: string;
  }[];
  await npm("install", join(folder, filename), "--no-audit", "--no-fund", "--ignore-scripts");
}, 10 * minutes);

afterAll(() => rm(folder, { recursive: true, force: true }), 1 * minutes);

test(
  "the command says its version",
  async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const { stdout } = await node("node_modules/scenecast/dist/server/cli.js", "--version");
    expect(stdout).toBe(`${version}\n`);
  },
  1 * minutes,
);

test(
  "each of its entry points can be imported",
  async () => {
    const script = `
    const { createStreamServer, StreamError } = await import("scenecast");
    const { defineScene } = await import("scenecast/scene");
    const { SceneCastElement } = await import("scenecast/element");
    console.log(typeof createStreamServer, typeof StreamError, typeof defineScene, typeof SceneCastElement);
    await createStreamServer({ scene: "none.ts" }).catch((error) => console.log(error.code));
  `;
    const { stdout } = await node("--input-type=module", "--eval", script);
    expect(stdout).toBe("function function function function\nscene-missing\n");
  },
  1 * minutes,
);

test(
  "the types hold in the strictest program, with nothing skipped",
  async () => {
    writeFileSync(
      join(folder, "program.ts"),
      `import { createStreamServer, type StreamServerOptions } from "scenecast";
     import { createViewer } from "scenecast/client";
     import { defineScene } from "scenecast/scene";
     const options: StreamServerOptions = { scene: "a.ts", http: { port: 0 } };
     export const all = [createStreamServer(options), createViewer, defineScene];
     // @ts-expect-error a port is a number
     export const wrong: StreamServerOptions = { scene: "a.ts", http: { port: "0" } };`,
    );
    await npm("install", "typescript@6.0.3", "@types/node@24", "--no-audit", "--no-fund", "--ignore-scripts");
    const flags = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--lib",
      "es2024,dom,esnext.disposable",
    ];
    const compiled = await node("node_modules/typescript/bin/tsc", ...flags, "--types", "node", "program.ts").catch(
      (error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? String(error) }),
    );
    expect(compiled.stdout).toBe("");
  },
  5 * minutes,
);

test("the page is there", () => {
  expect(existsSync(join(folder, "node_modules/scenecast/dist/page/index.html"))).toBe(true);
});
