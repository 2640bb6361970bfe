/** Owns the options that say which scenes a server has. */

import { isAbsolute, parse, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MAX_CANVAS_TITLE } from "../../shared/canvas-event.ts";
import { isPath } from "../platform/option-checks.ts";
import { isFrameSource, isStudio } from "../platform/scene-address.ts";

/** The scenes of a server by their names; one alone has none. */
export type ResolvedScenes = {
  /** The scene, or the first of several. */
  readonly sceneUrl: URL;
  /** Where there are several: their names, which are their paths, and files. Else null. */
  readonly scenes: ReadonlyMap<string, URL> | null;
};

const MAX_SCENES = 100;
const nameRule = 'a name of 1 to 64 letters, digits, "-" and "_"';

const scenesRule = `options.scenes must be an object of 1 to ${MAX_SCENES} scenes by their names.`;

/** What the server answers to beside the scenes; no scene may be called so. */
const taken: ReadonlySet<string> = new Set([
  "access",
  "assets",
  "frames",
  "healthz",
  "links",
  "metrics",
  "movies",
  "s",
  "scenes",
  "signal",
]);

/** Whether a scene can have this name. */
export function isSceneName(name: string): boolean {
  return /^[\w-]{1,64}$/.test(name) && !taken.has(name);
}

/** The name of a scene's file; null where it says nothing, as in `scene.ts` and `index.html`, which have a folder of their own. */
export function ownNameOf(path: string): string | null {
  const { name } = parse(path);
  return name === "scene" || name === "index" ? null : name;
}

/** What a scene of this name is called until it says so itself: by the name, as people write it. */
export function titleOfScene(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ").trim();
  return words === "" ? name : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Throws `TypeError` naming the option and its rule. */
export function resolveScenes(scene: unknown, scenes: unknown): ResolvedScenes {
  if (scenes === undefined) return { sceneUrl: sceneUrlOf("options.scene", scene), scenes: null };
  if (typeof scenes !== "object" || scenes === null || Array.isArray(scenes)) throw new TypeError(scenesRule);
  if (scene !== undefined) throw new TypeError("options.scene cannot be combined with options.scenes.");
  const named = Object.entries(scenes).map(([name, file]): readonly [string, URL] => {
    if (!isSceneName(name)) {
      throw new TypeError(`Each name in options.scenes must be ${nameRule}, and none of ${[...taken].join(", ")}.`);
    }
    return [name, sceneUrlOf(`options.scenes.${name}`, file)];
  });
  const [first] = named;
  if (first === undefined || named.length > MAX_SCENES) {
    throw new TypeError(scenesRule);
  }
  return { sceneUrl: first[1], scenes: new Map(named) };
}

function sceneUrlOf(option: string, value: unknown): URL {
  if (typeof value === "string" && isFrameSource(value)) {
    const title = value.slice("frames:".length).trim();
    if (title.length <= MAX_CANVAS_TITLE && !/\p{Cc}/u.test(title))
      return new URL(`frames:${encodeURIComponent(title)}`);
    throw new TypeError(`${option} must have a title of at most ${MAX_CANVAS_TITLE} characters after "frames:".`);
  }
  if (typeof value === "string" && isStudio(value)) {
    const path = value.slice("studio:".length);
    if (!isPath(path)) throw new TypeError(`${option} must have the path of a layout after "studio:".`);
    return new URL(`studio:${path.startsWith("file:") ? path : pathToFileURL(resolve(path)).href}`);
  }
  if (value instanceof URL || (typeof value === "string" && value.startsWith("file:"))) {
    const url = URL.parse(String(value));
    if (url?.protocol === "file:") return url;
  } else if (typeof value === "string" && isPath(value)) {
    return pathToFileURL(isAbsolute(value) ? value : resolve(value));
  }
  throw new TypeError(
    `${option} must be the path or the file: URL of a scene module, "frames:" and a title, or "studio:" and the path of a layout.`,
  );
}
