/** Makes the movie that the example shows where it is given none: rendered from world.ts once, and kept among temporary files. */

import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SECONDS = 4;
const FPS = 15;

/** Resolves to its path. A later start finds it there, unless world.ts was changed since. */
export async function ownMovie(): Promise<string> {
  // Built, both are JavaScript.
  const ending = /\.ts(?:\?|$)/.test(import.meta.url) ? "ts" : "js";
  const world = fileURLToPath(new URL(`./world.${ending}`, import.meta.url));
  const user = process.getuid?.() ?? "user";
  const folder = join(tmpdir(), `scenecast-panorama-${user}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `world-${Math.round(statSync(world).mtimeMs)}.mp4`);
  if (existsSync(path)) return path;
  // Loaded when it is needed, as it is the whole server.
  const { renderScene } = await import("scenecast");
  // Others may be making it, too; whoever is last wins, and all are alike.
  const output = join(folder, `making-${process.pid}.mp4`);
  const frames = { first: 0, last: SECONDS * FPS - 1 };
  const size = { width: 1280, height: 640 };
  await renderScene({ scene: world, output, frames, fps: FPS, size, samples: 1, quality: 85, overwrite: true });
  renameSync(output, path);
  return path;
}
