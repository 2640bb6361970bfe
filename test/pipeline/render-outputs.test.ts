/** What a render is written as: each codec the same again and again, a page of HTML, and a disk that is full. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { type RenderSceneOptions, renderScene } from "../../server/index.ts";
import { readMovie } from "../support/movie-frames.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { canMountDisks, SmallDisk } from "../support/small-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-outputs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 160, height: 90 };

function rendering(scene: string, output: string, options: Partial<RenderSceneOptions> = {}) {
  const frames = { first: 0, last: 5 };
  const path = join(folder, output);
  return renderScene({ scene, output: path, frames, size, samples: 1, pieceFrames: 3, workers: 2, ...options });
}

test.each<readonly [string, Partial<RenderSceneOptions>]>([
  ["webm", {}],
  ["mp4", { codec: "av1" }],
  ["mkv", { codec: "vp9", chroma: "444", lossless: true, size: { width: 161, height: 91 } }],
  ["mov", { fps: "30000/1001", quality: 40 }],
])("a .%s with %j has all its pictures at their times, and a piece is the same each time", async (ending, options) => {
  const scene = sceneFixture("by-chance");
  await rendering(scene, `all.${ending}`, options);
  await rendering(scene, `piece.${ending}`, { ...options, frames: { first: 0, last: 2 } });
  const [all, piece] = ["all", "piece"].map((name) => readMovie(join(folder, `${name}.${ending}`)));
  expect(all?.pictures).toHaveLength(6);
  expect(new Set(all?.pictures).size).toBe(6);
  expect(piece?.pictures).toEqual(all?.pictures.slice(0, 3));
  expect(all?.size).toEqual(options.size ?? size);
  const frame = options.fps === undefined ? 1 / 30 : 1001 / 30_000;
  for (const [at, time] of (all?.times ?? []).entries()) expect(Math.abs(time - at * frame)).toBeLessThan(0.001);
});

test("a page of HTML is drawn by its own loop, frame by frame", async () => {
  const page = join(folder, "index.html");
  const script = `import * as THREE from "three";
    const renderer = new THREE.WebGLRenderer();
    document.body.append(renderer.domElement);
    const [scene, camera] = [new THREE.Scene(), new THREE.PerspectiveCamera()];
    scene.background = new THREE.Color();
    renderer.setAnimationLoop((time) => {
      scene.background.setRGB(time / 1000, 0, 0, THREE.SRGBColorSpace);
      renderer.render(scene, camera);
    });`;
  writeFileSync(page, `<!doctype html><body><script type="module">${script}</script></body>`);
  await rendering(page, "page/%d.png", { fps: 10 });
  for (const frame of [0, 4, 5]) {
    const [red, green] = await sharp(join(folder, `page/${frame}.png`))
      .raw()
      .toBuffer();
    expect([red, green]).toEqual([Math.round((frame / 10) * 255), 0]);
  }
});

test.runIf(canMountDisks)(
  "a full disk is said in words, what is half written is gone, and with room the same render goes on",
  async () => {
    using disk = new SmallDisk(join(folder, "disk"), "64k");
    const options = { size: { width: 320, height: 180 }, pieceFrames: 3 };
    const full = rendering(sceneFixture("noise"), "disk/noise.mp4", options);
    await expect(full).rejects.toMatchObject({
      code: "output-failed",
      message: expect.stringMatching(/piece-\d+\.mkv cannot be written: the disk is full\./),
    });
    expect(readdirSync(join(disk.folder, "noise.mp4.pieces"))).toEqual(["render.json"]);
    disk.resize("64m");
    await rendering(sceneFixture("noise"), "disk/noise.mp4", options);
    expect(readMovie(join(disk.folder, "noise.mp4")).pictures).toHaveLength(6);
    expect(readFileSync(join(disk.folder, "noise.mp4")).length).toBeGreaterThan(64 * 1024);
  },
);
