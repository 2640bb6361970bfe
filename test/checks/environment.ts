/** Owns the table of the environment variables that count, and that none that the server reads is missing in it. */

import { sourceTexts } from "./source-texts.ts";
import { code, table } from "./tables.ts";

const variables: Readonly<Record<string, string>> = {
  SCENECAST_TOKEN: "stands for `--token`, and does not show in the list of processes",
  NGROK_AUTHTOKEN: "stands for `--ngrok-token`",
  TURN_SECRET: "stands for `--turn-secret`",
  NODE_EXTRA_CA_CERTS: "a certificate of your own that `scenecast link` is to trust",
  SCENECAST_OUTPUT:
    "addresses for `--output`, with spaces between them, whose keys do not show in the list of processes",
  SCENECAST_QUEUE_PASSWORD: "the password of `--queue`, which does not show in the list of processes then",
  NO_COLOR: "keeps colours out of the log",
  XDG_STATE_HOME: "the links that were made are kept in its folder `scenecast`; `~/.local/state`",
  LOCALAPPDATA: "the same on Windows",
  XDG_CACHE_HOME: "our modules as Node compiled them are kept in its folder `scenecast`; `~/.cache`",
  NODE_COMPILE_CACHE: "another folder for them; with `NODE_DISABLE_COMPILE_CACHE=1` none are kept",
  NODE_OPTIONS: "a scene's process has `--max-semi-space-size=8` before yours, which keeps it small",
  SVT_LOG: "what the encoder of AV1 writes, `3` all of it, `2` warnings; `0`",
  MALLOC_ARENA_MAX: "how many heaps glibc may have in a scene's process; 2",
  MALLOC_MMAP_THRESHOLD_: "from how many bytes on memory goes back to the system when it is freed there; 262144",
  XDG_RUNTIME_DIR: "`scenecast link` finds the servers of this machine in it",
  SCENECAST_GL_BACKEND: "`vulkan` or `opengl` keeps drawing to one way, on Linux",
  SCENECAST_AS_GPU: "`1` draws as on a GPU where there is none, to try that way",
  SCENECAST_CPU_PROFILE: "stands for `--cpu-profile` in a scene's process and its threads",
  DISPLAY: "the X display that OpenGL takes where Vulkan does not work",
  VK_DRIVER_FILES: "the Vulkan driver that draws, as the Vulkan loader takes it",
};

/** What npm tells the scripts that it runs, and nobody sets. */
const ofNpm: ReadonlySet<string> = new Set(["npm_lifecycle_event", "npm_package_json", "INIT_CWD"]);

export function environmentTable(): string {
  return table(
    ["variable", "what"],
    Object.entries(variables).map(([name, what]) => [code(name), what]),
  );
}

/** A sentence for each variable that a source reads and the table does not have. */
export function environmentMissing(texts: readonly string[] = sourceTexts("server")): string[] {
  const read = texts.flatMap((text) =>
    [...text.matchAll(/\benv(?:ironment)?\["(\w+)"\]/g)].map(([, name = ""]) => name),
  );
  return [...new Set(read)]
    .filter((name) => variables[name] === undefined && !ofNpm.has(name))
    .map((name) => `The environment variable ${name} is not in test/checks/environment.ts.`);
}
