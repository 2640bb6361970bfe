/** Owns the package as a stranger has it: packed by `npm pack` alone, which builds it, and installed into an empty folder. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Child } from "./child.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const quiet = ["--no-audit", "--no-fund"];
/** Addons are compiled for the Node that runs this, whatever headers npm is set to use. */
const env = { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)) };

export class InstalledPackage implements AsyncDisposable {
  /** The stranger's folder. */
  readonly folder: string;
  /** Of the file that npm publishes, in bytes. */
  packedBytes = 0;

  /** Takes the network and half a minute, two where `gl` is to be compiled. The caller closes it. */
  static async make({ scripts = false }: { readonly scripts?: boolean } = {}): Promise<InstalledPackage> {
    const made = new InstalledPackage();
    made.write("package.json", JSON.stringify({ name: "stranger", private: true, type: "module" }));
    const packed = await made.run("npm", "pack", root, "--json", "--pack-destination", made.folder);
    const [{ filename = "" } = {}] = JSON.parse(packed.slice(packed.indexOf("[\n"))) as { filename?: string }[];
    made.packedBytes = statSync(made.path(filename)).size;
    await made.install(made.path(filename), ...(scripts ? [] : ["--ignore-scripts"]));
    return made;
  }

  private constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "scenecast-installed-"));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  async install(...names: readonly string[]): Promise<void> {
    await this.run("npm", "install", ...names, ...quiet);
  }

  /** Runs a program in the folder. Resolves with what it wrote. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, args, { cwd: this.folder, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  /** Runs a file of the folder by Node until it is closed. Resolves when it wrote what `isReady` fits. */
  serve(file: string, isReady: RegExp): Promise<Child> {
    return Child.start(["env", "-C", this.folder, process.execPath, file], isReady, 60_000);
  }

  /** What `node_modules` takes on the disk, in bytes. */
  installedBytes(): number {
    const files = readdirSync(this.path("node_modules"), { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile())
      .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
