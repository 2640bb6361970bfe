/** Owns where what must outlive a server is kept: folders of the user's, which nobody else may look into. */

import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** For what is kept from one start to the next (XDG Base Directory Specification). */
export function stateFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === "win32") {
    return join(absolute(environment["LOCALAPPDATA"]) ?? join(homedir(), "AppData", "Local"), "scenecast");
  }
  return join(absolute(environment["XDG_STATE_HOME"]) ?? join(homedir(), ".local", "state"), "scenecast");
}

/** For what counts while a server runs. */
export function runtimeFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const folder = platform === "win32" ? null : absolute(environment["XDG_RUNTIME_DIR"]);
  return folder === null ? join(stateFolder(environment, platform), "running") : join(folder, "scenecast");
}

/** For what can be made again at any time. */
export function cacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === "win32") return join(stateFolder(environment, platform), "cache");
  return join(absolute(environment["XDG_CACHE_HOME"]) ?? join(homedir(), ".cache"), "scenecast");
}

/** The specification has relative paths ignored. */
function absolute(path: string | undefined): string | null {
  return path !== undefined && /^(\/|[a-z]:[\\/])/i.test(path) ? path : null;
}
