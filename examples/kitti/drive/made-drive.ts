/** Owns the drive that is shown when none is given: it is made once and kept where the user's programs keep what they know. */

import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type GenerateOptions, generateDrive, SMALL } from "../generate.ts";
import type { DriveKind } from "../geometry/camera-model.ts";

/** Another number for what is made otherwise, so that an older one is not taken for it. */
const VERSION = 1;

/**
 * Gives the folder of the drive, which is as large as is wanted where it is not there yet. It is made beside its place and moved there as a
 * whole, so that no half of one is ever found.
 */
export async function madeDrive(
  kind: DriveKind,
  wanted: Pick<GenerateOptions, "frames" | "scale" | "shots"> = SMALL,
): Promise<string> {
  const state = process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  const kept = join(state, "scenecast");
  const place = join(kept, `kitti-example-${VERSION}-${kind}`);
  if (!(await isThere(place))) {
    await mkdir(kept, { recursive: true, mode: 0o700 });
    const making = await mkdtemp(join(kept, "kitti-making-"));
    try {
      await generateDrive({ folder: making, kind, ...wanted });
      await rename(making, place).catch(async (error: unknown) => {
        // Somebody else was faster.
        if (!(await isThere(place))) throw error;
      });
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }
  return join(place, "2011_09_26");
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
