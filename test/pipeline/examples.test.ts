/** Each of the examples draws a picture, with nothing to complain about: real rendering, a scene's process each. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { madeDrive } from "../../examples/kitti/drive/made-drive.ts";
import { SMALL } from "../../examples/kitti/generate.ts";
import { RenderProbe } from "../support/render-probe.ts";

const folder = new URL("../../examples/", import.meta.url);
const scenes = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
  /[\\/]scene\.ts$/.test(file),
);
const size = { width: 320, height: 192 };

const state = mkdtempSync(join(tmpdir(), "scenecast-examples-"));
beforeAll(async () => {
  // A shorter one is in the place of what the scene would make for itself.
  vi.stubEnv("XDG_STATE_HOME", state);
  await madeDrive("sync", { ...SMALL, frames: 4 });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

test("there are some", () => expect(scenes.length).toBeGreaterThan(5));

describe.concurrent("the example", () => {
  test.each(scenes)("%s draws a picture of many colours, and nothing is wrong", async (scene) => {
    await using probe = await RenderProbe.start(new URL(scene.replaceAll("\\", "/"), folder).href, { size });
    const { pixels } = await probe.grabWhen(({ number }) => number >= 1);
    // Background and one flat colour are two; a picture of shaded things with text has hundreds.
    expect(coloursOf(pixels)).toBeGreaterThan(60);
    expect(probe.rendered.filter(({ kind }) => ["notice", "gl-errors", "console"].includes(kind))).toEqual([]);
  });
});

function coloursOf(pixels: Uint8Array): number {
  const colours = new Set<number>();
  for (let at = 0; at < pixels.length; at += 4) {
    colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
  }
  return colours.size;
}
