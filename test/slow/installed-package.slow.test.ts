/** The package as a stranger installs it: its command, its entry points, its types; see package.ts for what every check looks at. */

import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InstalledPackage } from "../support/installed-package.ts";

let installed: InstalledPackage;
const node = (...args: readonly string[]) => installed.run(process.execPath, ...args);

beforeAll(async () => {
  installed = await InstalledPackage.make();
}, 600_000);

afterAll(() => installed?.[Symbol.asyncDispose]());

test("the command says its version", async () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  expect(await node("node_modules/scenecast/dist/server/cli.js", "--version")).toBe(`${version}\n`);
});

test("each of its entry points can be imported", async () => {
  const script = `
    const { createStreamServer, StreamError } = await import("scenecast");
    const { defineScene } = await import("scenecast/scene");
    const { SceneCastElement } = await import("scenecast/element");
    console.log(typeof createStreamServer, typeof StreamError, typeof defineScene, typeof SceneCastElement);
    await createStreamServer({ scene: "none.ts" }).catch((error) => console.log(error.code));
  `;
  const printed = await node("--input-type=module", "--eval", script);
  expect(printed).toBe("function function function function\nscene-missing\n");
});

test("the types hold in the strictest program, with nothing skipped", async () => {
  installed.write(
    "program.ts",
    `import { createStreamServer, type StreamServerOptions } from "scenecast";
     import { createViewer } from "scenecast/client";
     import { defineScene } from "scenecast/scene";
     const options: StreamServerOptions = { scene: "a.ts", http: { port: 0 } };
     export const all = [createStreamServer(options), createViewer, defineScene];
     // @ts-expect-error a port is a number
     export const wrong: StreamServerOptions = { scene: "a.ts", http: { port: "0" } };`,
  );
  await installed.install("typescript@6.0.3", "@types/node@24", "--ignore-scripts");
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
    (error: { readonly stdout?: string }) => error.stdout ?? String(error),
  );
  expect(compiled).toBe("");
});

test("the page is there", () => {
  expect(existsSync(installed.path("node_modules/scenecast/dist/page/index.html"))).toBe(true);
});
