/** Images of a studio: what never ends, or never begins, is no image, and takes no memory. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { PictureExit } from "../../../../server/studio/source/picture-exit.ts";
import { StillPlayer } from "../../../../server/studio/source/still-player.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-stills-"));
afterAll(() => rmSync(folder, { recursive: true }));

const played = (file: string): Promise<never> =>
  new StillPlayer({ kind: "image", file }, {} as PictureExit).play(() => undefined);

it("a device, a pipe and a folder are told, and are not read", async () => {
  const [device, pipe] = [join(folder, "device.png"), join(folder, "pipe.png")];
  symlinkSync("/dev/null", device);
  execFileSync("mkfifo", [pipe]);
  for (const file of [device, pipe, folder]) await expect(played(file)).rejects.toThrow("It is no plain file.");
});

it("a file that is too large is told, and is not read", async () => {
  const file = join(folder, "large.png");
  writeFileSync(file, "");
  truncateSync(file, 300 * 1024 * 1024);
  await expect(played(file)).rejects.toThrow("The file is too large for an image.");
});
