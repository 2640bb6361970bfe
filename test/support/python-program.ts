/** Runs a program of Python that shows pictures of its own, with the package as it is installed, and gives the link of its room. */

import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import { python } from "./python-package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STARTED_MS = 60_000;

export type PythonProgramOptions = {
  /** The folder with the installed package. */
  readonly packages: string;
  /** Whether it needs a screen, as Debian's VTK does to draw. */
  readonly needsScreen?: boolean;
  readonly args?: readonly string[];
};

export class PythonProgram implements AsyncDisposable {
  readonly link: string;
  readonly child: Child;
  readonly #screen: Child | null;

  /** Resolves when its room is there. */
  static async start(file: URL, options: PythonProgramOptions): Promise<PythonProgram> {
    const { packages, needsScreen = false, args = [] } = options;
    const screen = needsScreen
      ? await Child.start(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x720x24"], /^\d+\n/m, STARTED_MS)
      : null;
    const variables = [
      `PYTHONPATH=${[packages].join(delimiter)}`,
      `SCENECAST_HOME=${root}`,
      ...(screen === null ? [] : [`DISPLAY=:${Number.parseInt(screen.log, 10)}`]),
    ];
    try {
      const command = ["env", ...variables, python, "-u", fileURLToPath(file), ...args] as const;
      const child = await Child.start(command, /#token=\S+\n/, STARTED_MS);
      return new PythonProgram(child, screen);
    } catch (error) {
      await screen?.close();
      throw error;
    }
  }

  private constructor(child: Child, screen: Child | null) {
    this.child = child;
    this.#screen = screen;
    this.link = /http\S+#token=\S+/.exec(child.log)?.[0] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.close();
    await this.#screen?.close();
  }
}
