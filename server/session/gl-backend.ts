/**
 * Owns the ways in which the process of a scene can reach OpenGL, in the order in which they are tried. Runs in the main
 * process; the environment that a way needs must be there before the process of the scene starts.
 */

import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StreamError } from "../../shared/errors.ts";
import type { RendererInfo } from "./session-protocol.ts";

/** A way that is open: which it is, what to add to the environment for it, and how to end it again. */
export type OpenedGlBackend = {
  readonly backend: RendererInfo["backend"];
  readonly env: Readonly<Record<string, string>>;
  close(): void;
};

export type GlBackend = {
  /** For people: "Vulkan", "OpenGL on display :0". */
  readonly name: string;
  /** Gets it ready for one process; null when this machine does not have it. */
  open(): Promise<OpenedGlBackend | null>;
};

const DISPLAY_DEADLINE_MS = 5_000;

/**
 * The ways of this machine: ANGLE on Vulkan, which needs no display; ANGLE on OpenGL with the display that is there; the
 * same with a display of our own. The operator may leave out the others by setting `SCENECAST_GL_BACKEND` to `vulkan` or
 * `opengl`; nothing else reads it.
 */
export function glBackends(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): readonly GlBackend[] {
  if (platform !== "linux") return [plainBackend("the system's OpenGL", "opengl", {})];
  const display = env["DISPLAY"];
  const vulkan = plainBackend("Vulkan", "vulkan", { ANGLE_DEFAULT_PLATFORM: "vulkan" });
  const openGl = [
    ...(display ? [plainBackend(`OpenGL on display ${display}`, "opengl", openGlOn(display))] : []),
    { name: "OpenGL on Xvfb", open: openXvfb },
  ];
  switch (env["SCENECAST_GL_BACKEND"]) {
    case "vulkan":
      return [vulkan];
    case "opengl":
      return openGl;
    default:
      return [vulkan, ...openGl];
  }
}

/** For what draws nothing itself. */
export const withoutGl: GlBackend = plainBackend("no OpenGL", "program", {});

function openGlOn(display: string): Record<string, string> {
  return { ANGLE_DEFAULT_PLATFORM: "gl", DISPLAY: display };
}

function plainBackend(
  name: string,
  backend: RendererInfo["backend"],
  env: Readonly<Record<string, string>>,
): GlBackend {
  return { name, open: async () => ({ backend, env, close: () => undefined }) };
}

/**
 * Starts an X server without a screen. `detached` keeps a Ctrl-C in the terminal from it; `-terminate` ends it after its
 * last client even when this process was killed and could not.
 */
async function openXvfb(): Promise<OpenedGlBackend | null> {
  const options = ["-displayfd", "3", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-terminate", "10"];
  const xvfb = spawn("Xvfb", options, { stdio: ["ignore", "ignore", "ignore", "pipe"], detached: true });
  const kill = (): void => void xvfb.kill("SIGKILL");
  process.once("exit", kill);
  xvfb.once("exit", () => process.off("exit", kill));
  const number = await displayNumber(xvfb);
  if (number === null) {
    kill();
    process.off("exit", kill);
    return null;
  }
  xvfb.unref();
  return { backend: "opengl", env: openGlOn(`:${number}`), close: kill };
}

/** What the X server writes to file descriptor 3 once it takes clients; null when it does not come up. */
function displayNumber(xvfb: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => resolve(null), DISPLAY_DEADLINE_MS);
    const settle = (number: string | null): void => {
      clearTimeout(deadline);
      resolve(number);
    };
    xvfb.once("error", () => settle(null));
    xvfb.once("exit", () => settle(null));
    let text = "";
    const output = xvfb.stdio[3] as Readable | null | undefined;
    output?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) settle(text.trim());
    });
    // A killed X server must not keep this process waiting for its pipe.
    output?.once("close", () => settle(null));
    output?.on("error", () => settle(null));
  });
}

/** What to say when no way to OpenGL worked; a crash of the last one is the better story. */
export function noGl(tried: readonly string[], last: unknown): StreamError {
  if (last instanceof StreamError && last.code !== "no-gl") return last;
  const ways = tried.length === 0 ? "This machine offers no way to get one." : `Tried ${tried.join(", ")}.`;
  const advice =
    process.platform === "linux" ? " On Debian and Ubuntu, run: apt-get install libvulkan1 mesa-vulkan-drivers." : "";
  return new StreamError("no-gl", `No OpenGL context could be created. ${ways}${advice}`, { cause: last });
}
