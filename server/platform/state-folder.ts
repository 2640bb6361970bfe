/** Owns where what must outlive a server is kept: folders of the user's, which nobody else may look into. */

import { homedir, userInfo } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of the system; replaced in tests. */
export type Places = {
  readonly environment?: Environment;
  readonly platform?: NodeJS.Platform;
  /** The user's own folder; throws where the system knows none. */
  readonly home?: () => string;
};

/** For what is kept from one start to the next (XDG Base Directory Specification); null for a user who has no folder. */
export function stateFolder(places: Places = {}): string | null {
  return ownFolder(places, "XDG_STATE_HOME", [".local", "state"], []);
}

/** For what counts while a server runs; null as above. */
export function runtimeFolder(places: Places = {}): string | null {
  const { environment = process.env, platform = process.platform } = places;
  const set = platform === "win32" ? null : absolute(environment["XDG_RUNTIME_DIR"]);
  if (set !== null) return join(set, "scenecast");
  const state = stateFolder(places);
  return state === null ? null : join(state, "running");
}

/** `HOME` may be empty, and a container's user may be one whom the system does not know. */
function homeFolder(home: (() => string) | undefined): string | null {
  for (const ask of home === undefined ? [homedir, () => userInfo().homedir] : [home]) {
    try {
      const folder = absolute(ask());
      if (folder !== null) return folder;
    } catch {
      // Unknown to the system: there is no such folder.
    }
  }
  return null;
}

/** For what can be made again at any time; null as above. */
export function cacheFolder(places: Places = {}): string | null {
  return ownFolder(places, "XDG_CACHE_HOME", [".cache"], ["cache"]);
}

/** Ours in the folder that `variable` names, else at `path` in the user's own; on Windows all lies together, told apart by `windows`. */
function ownFolder(
  { environment = process.env, platform = process.platform, home }: Places,
  variable: string,
  path: readonly string[],
  windows: readonly string[],
): string | null {
  const isWindows = platform === "win32";
  const ours = ["scenecast", ...(isWindows ? windows : [])];
  const set = absolute(environment[isWindows ? "LOCALAPPDATA" : variable]);
  if (set !== null) return join(set, ...ours);
  const own = homeFolder(home);
  return own === null ? null : join(own, ...(isWindows ? ["AppData", "Local"] : path), ...ours);
}

/** The specification has relative paths ignored. */
function absolute(path: string | undefined): string | null {
  return path !== undefined && /^(\/|[a-z]:[\\/])/i.test(path) ? path : null;
}
