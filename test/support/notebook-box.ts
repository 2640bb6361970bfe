/** A scene for notebooks, and looking at it in the frame that a cell shows. */

import type { Frame, Page } from "playwright-core";
import { expect } from "vitest";
// Declares `window.scenecast`.
import type {} from "../../client/page/page.ts";
import { type Colour, colourDistance } from "./pixels.ts";

export const RED: Colour = [0xd0, 0x20, 0x30];
export const GREEN: Colour = [0x20, 0xb0, 0x40];
const BLUE: Colour = [0x20, 0x40, 0xc8];

/** A box with a front of the colour that a control or data say, whichever was last, and blue sides. */
export const boxScene: string = `
import { defineScene } from "scenecast/scene";
import { BoxGeometry, Mesh, MeshBasicMaterial, PerspectiveCamera, Scene } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
export default defineScene({
  title: "A box",
  controls: { front: { type: "colour", value: "#d02030" } },
  data: { front: { type: "uint8", shape: [3] } },
  setup({ element, controls, data, size, invalidate }) {
    const scene = new Scene();
    const front = new MeshBasicMaterial({ color: controls.front });
    const side = new MeshBasicMaterial({ color: "#2040c8" });
    scene.add(new Mesh(new BoxGeometry(2, 2, 2), [side, side, side, side, front, side]));
    const camera = new PerspectiveCamera(60, size.width / size.height, 0.1, 100);
    camera.position.set(0, 0, 4);
    new OrbitControls(camera, element).addEventListener("change", invalidate);
    controls.onChange("front", (colour) => front.color.set(colour));
    data.follow("front", ({ array: [red, green, blue] }) => front.color.setRGB(red / 255, green / 255, blue / 255, "srgb"));
    return { scene, camera };
  },
});`;

/** The colour in the middle of what the frame's viewer shows; black before it shows anything. */
async function centreOf(frame: Frame): Promise<Colour> {
  return await frame.evaluate(async () => {
    const png = await window.scenecast.snapshot().catch(() => null);
    if (!png) return [0, 0, 0];
    const bitmap = await createImageBitmap(png);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    return [...(context?.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data.subarray(0, 3) ?? [])];
  });
}

export async function expectCentre(frame: Frame, colour: Colour): Promise<void> {
  await expect.poll(async () => colourDistance(await centreOf(frame), colour)).toBeLessThan(24);
}

/** Drags in the frame's picture until the box shows a side. */
export async function turnToBlue(page: Page, frame: Frame): Promise<void> {
  const box = await (await frame.frameElement()).boundingBox();
  if (box === null) throw new Error("The frame is not seen.");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) await page.mouse.move(x + step * 10, y);
  await page.mouse.up();
  await expectCentre(frame, BLUE);
}
