/** A changed scene file, or one that it imports, is loaded anew while the render thread goes on. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colourAt, RenderProbe } from "../support/render-probe.ts";

const size = { width: 320, height: 192 };
const scene = `
import { defineScene } from "scenecast/scene";
import { Color, PerspectiveCamera, Scene } from "three";
import { colour } from "./colour.ts";
export default defineScene({
  setup() {
    const scene = new Scene();
    scene.background = new Color(colour);
    return { scene, camera: new PerspectiveCamera() };
  },
});
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
  await writeFile(join(folder, "scene.ts"), scene);
  await writeFile(join(folder, "colour.ts"), "export const colour: number = 0xff0000;");
});

afterAll(() => rm(folder, { recursive: true }));

describe("watching", () => {
  it("shows what an imported file became, keeps the old scene while the new one is broken, and says so", async () => {
    const url = pathToFileURL(join(folder, "scene.ts")).href;
    await using probe = await RenderProbe.start(url, { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const centre = (pixels: Uint8Array) => colourAt(pixels, size, 0.5, 0.5).join();
    await probe.grabWhen(({ pixels }) => centre(pixels) === "255,0,0");

    await writeFile(join(folder, "colour.ts"), "export const colour: number = 0x00ff00;");
    await probe.grabWhen(({ pixels }) => centre(pixels) === "0,255,0");
    const reloaded = probe.rendered.filter(({ kind }) => kind === "reloaded");
    expect(reloaded).toHaveLength(1);

    await writeFile(join(folder, "colour.ts"), "export const colour: number = ;");
    await expect
      .poll(() => probe.rendered.at(-1), { timeout: 5000 })
      .toMatchObject({
        kind: "notice",
        text: expect.stringContaining("The scene as it was before goes on."),
      });
    expect(centre((await probe.grab()).pixels)).toBe("0,255,0");

    await writeFile(join(folder, "colour.ts"), "export const colour: number = 0x0000ff;");
    await probe.grabWhen(({ pixels }) => centre(pixels) === "0,0,255");
    expect(probe.rendered.filter(({ kind }) => kind === "notice").at(-1)).toMatchObject({ text: null });
  });
});
