/** The Python package, installed from its wheel: its own tests, each file in a Python of its own, with the server of this clone. */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackage, python } from "../support/python-package.ts";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("python", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

let packages: string;
beforeAll(async () => {
  packages = await installPackage();
});
afterAll(() => rmSync(packages, { recursive: true, force: true }));

/** What it wrote, both streams. */
async function runPython(...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    PYTHONPATH: [packages, folder].join(delimiter),
    SCENECAST_HOME: root,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const { stdout, stderr } = await run(python, [...args], { cwd: packages, env, maxBuffer: 2 ** 24 }).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`);
  });
  return `${stdout}${stderr}`;
}

test.each(readdirSync(folder).filter((name) => /^test_\w+\.py$/.test(name)))("%s passes", async (file) => {
  const said = await runPython("-W", "error::ResourceWarning", "-m", "unittest", "-v", file.replace(/\.py$/, ""));
  expect(said).toMatch(/Ran [1-9]\d* tests? in/);
});

test("the wheel is what pip installs, with its types and its version", async () => {
  const said = await runPython(
    "-c",
    "from importlib.metadata import metadata, files; m = metadata('scenecast-client'); " +
      "print(m['Version'], m['Requires-Python'], sorted(f.suffix for f in files('scenecast-client') if f.name == 'py.typed' or f.suffix == '.js'))",
  );
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };
  expect(said.trim()).toBe(`${version} >=3.9 ['.js', '.js', '.js', '.typed']`);
});

test("it is without numpy, PIL and the rest what it is with them", async () => {
  const block = "import sys\nfor name in ('numpy', 'PIL', 'IPython', 'anywidget'): sys.modules[name] = None\n";
  const said = await runPython(
    "-c",
    `${block}import scenecast_client.vtk, scenecast_client.values as v\nprint(v.to_value([1, 2], 'float32').shape)`,
  );
  expect(said.trim()).toBe("(2,)");
});
