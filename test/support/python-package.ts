/** Builds the Python package's wheel as pip does, and installs it into a folder of its own, without the network. */

import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Of the system; another one, as of pyenv, would not see Debian's packages. */
export const python = "/usr/bin/python3";
const source = fileURLToPath(new URL("../../client/python", import.meta.url));
const run = promisify(execFile);

/** Resolves with the folder, which the caller removes. */
export async function installPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-python-"));
  const build = "import build_backend, sys; print(build_backend.build_wheel(sys.argv[1]))";
  const { stdout } = await run(python, ["-c", build, folder], { cwd: source });
  // A wheel is a zip, and of one without programs that is all there is to its installation.
  await run(python, ["-m", "zipfile", "-e", join(folder, stdout.trim()), folder]);
  return folder;
}
