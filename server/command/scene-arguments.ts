/**
 * Owns which scenes the command line means: files, folders with a scene or with folders of scenes, and programs that make pictures.
 * Looks at the file system.
 */

import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import type { StreamServerOptions } from "../options/options.ts";
import { isSceneName, ownNameOf } from "../options/scene-options.ts";
import { firstExisting } from "../platform/package-file.ts";
import { isFrameSource, titleOfSource } from "../platform/scene-address.ts";

export type SceneArguments = Pick<StreamServerOptions, "scene" | "scenes">;

const ownFiles = ["index.html", "scene.ts", "scene.tsx", "scene.mts", "scene.js", "scene.jsx", "scene.mjs"];

/** Whether it reads like a scene, or is a folder. */
export function isSceneArgument(argument: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx|html?)$/.test(argument) || isFolder(argument);
}

/**
 * One scene by itself, several by their names; of none the examples. `frames` are the titles of programs that make pictures, which
 * count as scenes. Throws `StreamError` "scene-missing" for a folder without any, and `TypeError` for a file among the titles.
 */
export function scenesOf(args: readonly string[], frames: readonly string[] = []): SceneArguments {
  const file = frames.find((title) => isSceneArgument(title));
  if (file !== undefined) throw new TypeError(`--frames must have a title behind it, not the scene ${file}.`);
  const sources = frames.map((title): Found => ({ path: `frames:${title}`, isOfFolder: false }));
  const files = args.length + frames.length === 0 ? scenesIn(examplesFolder()) : args.flatMap(filesOf);
  const found = [...files, ...sources];
  const [only, ...more] = found;
  const isAlone = more.length === 0 && args.length + frames.length === 1 && only?.isOfFolder !== true;
  if (only === undefined || isAlone) return { scene: only?.path ?? "" };
  return { scenes: named(found.map(({ path }) => path)) };
}

/** A studio by itself, or before the scenes that it may show. Throws `TypeError` where no layout is named. */
export function studioOf(args: readonly string[], frames: readonly string[] = []): SceneArguments {
  const [layout, ...scenes] = args;
  if (layout === undefined) throw new TypeError("scenecast studio must have the file of a layout behind it.");
  return scenesOf([`studio:${layout}`, ...scenes], frames);
}

/** Whoever names no title behind `--frames` means an empty one, which parsers of arguments do not know. */
export function withTitles(args: readonly string[]): string[] {
  return args.map((argument, index) => {
    const next = args[index + 1];
    return argument === "--frames" && (next === undefined || next.startsWith("-")) ? "--frames=" : argument;
  });
}

type Found = {
  /** Of a file; "frames:" and a title for a program that makes pictures. */
  readonly path: string;
  /** Whether it was found in a folder of several, which one alone may be. */
  readonly isOfFolder: boolean;
};

function filesOf(argument: string): Found[] {
  if (!isFolder(argument)) return [{ path: argument, isOfFolder: false }];
  const own = ownFile(argument);
  if (own !== null) return [{ path: own, isOfFolder: false }];
  const inside = scenesIn(argument);
  if (inside.length > 0) return inside;
  const needed =
    "It needs a scene.ts, a scene.js or an index.html, or folders that have one; name other files one by one.";
  throw new StreamError("scene-missing", `There is no scene in the folder ${argument}. ${needed}`);
}

/** The scenes in the folders of a folder, in the order of their names. */
function scenesIn(folder: string): Found[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry: Dirent) => {
    const path = join(folder, entry.name);
    const own = isFolder(path) && !/^\.|^node_modules$/.test(entry.name) ? ownFile(path) : null;
    return own === null ? [] : [{ path: own, isOfFolder: true }];
  });
}

function ownFile(folder: string): string | null {
  const name = ownFiles.find((name) => statsOf(join(folder, name))?.isFile() === true);
  return name === undefined ? null : join(folder, name);
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

/** Undefined of what cannot be looked at, too: among many folders some may be somebody else's. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Each is called as its file, or as its folder where the file has no name of its own; a name that is taken gets a number. */
function named(paths: readonly string[]): Record<string, string> {
  // Without a prototype, so that no name means something else.
  const scenes: Record<string, string> = Object.create(null);
  for (const path of paths) {
    const own = nameOf(path);
    const name =
      own
        .replaceAll(/[^\w-]+/g, "-")
        .replaceAll(/^-+|-+$/g, "")
        .slice(0, 56) || "scene";
    scenes[freeName(isSceneName(name) ? name : `${name}-scene`, scenes)] = path;
  }
  return scenes;
}

function nameOf(path: string): string {
  if (isFrameSource(path)) return titleOfSource(path, "pictures");
  return ownNameOf(path.replace(/^studio:/, "")) ?? basename(dirname(resolve(path)));
}

function freeName(name: string, scenes: Readonly<Record<string, string>>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!Object.hasOwn(scenes, candidate)) return candidate;
  }
}

/** Beside the source, seen from the source as well as from the built package. */
function examplesFolder(): string {
  const scene = "examples/spheres/scene";
  return dirname(dirname(firstExisting(`../../${scene}.ts`, `../../${scene}.js`, `../../../${scene}.ts`)));
}
