/** Labels of CSS2DRenderer in the picture: of a page and of a scene, while it moves and at rest, smaller, and as on a GPU. */

import { describe, expect, it } from "vitest";
import type { GrabbedFrame } from "../fixtures/render-probe-protocol.ts";
import { i420Error } from "../support/i420-pixels.ts";
import { dragInput, keyInput, pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";

const size = { width: 320, height: 192 };
const [red, green, blue, yellow] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
];

async function open(url: string, options: Parameters<typeof RenderProbe.start>[1] = {}): Promise<RenderProbe> {
  const probe = await RenderProbe.start(url, { size, ...options });
  probe.tell({ kind: "watched", watched: true });
  return probe;
}

/** The colour of a pixel of the picture, from its left upper corner. */
const pixelAt = ({ pixels }: GrabbedFrame, x: number, y: number) =>
  colourAt(pixels, size, (x + 0.5) / size.width, (y + 0.5) / size.height);

const drawn = (probe: RenderProbe, x: number, y: number, colour: readonly number[] | undefined) =>
  probe.grabWhen((frame) => frame.pixels.length > 0 && String(pixelAt(frame, x, y)) === String(colour));

const isYellow = ([r = 0, g = 0, b = 0]: readonly number[]) => r > 180 && g > 180 && b < 80;

/** How many pixels of the lower half are in the colour of the text. */
function textPixels(frame: GrabbedFrame): number {
  let count = 0;
  for (let y = 120; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) if (isYellow(pixelAt(frame, x, y))) count += 1;
  }
  return count;
}

const errorsOf = (probe: RenderProbe) => probe.rendered.filter(({ kind }) => kind === "gl-errors" || kind === "notice");

describe("labels of a page", () => {
  const page = new URL("../fixtures/pages/labels/index.html", import.meta.url).href;

  it("look as its style sheets say, lie over each other by distance, and are no longer among what is left out (LB3)", async () => {
    await using probe = await open(page);
    const frame = await drawn(probe, 160, 96, green);
    // The near one reaches from 140 to 179 and from 76 to 115, with a border of 4; the far one from 160 and down from 96.
    expect([140, 143, 144, 175, 176, 179].map((x) => String(pixelAt(frame, x, 100)))).toEqual(
      [yellow, yellow, green, green, yellow, yellow].map(String),
    );
    expect([139, 180].map((x) => pixelAt(frame, x, 80))).toEqual([blue, blue]);
    expect([95, 96, 135, 136].map((y) => String(pixelAt(frame, 190, y)))).toEqual([blue, red, red, blue].map(String));
    expect([199, 200].map((x) => pixelAt(frame, x, 120))).toEqual([red, blue]);
    const printed = probe.rendered.flatMap((message) => (message.kind === "console" ? [message.text] : [])).join("\n");
    expect(printed).toContain("the border is 4px");
    expect(printed).toContain("only the canvas is shown, without <p> #info.");
    expect(errorsOf(probe)).toEqual([]);
  });

  it("have their opacity, and one that changes outside of a frame is seen (LB5)", async () => {
    await using probe = await open(page);
    const frame = await drawn(probe, 160, 96, green);
    // 1.5 of 5 * tan(22.5°) * 320 / 192 to the right of the middle.
    const x = Math.round(160 + (1.5 / (5 * Math.tan(Math.PI / 8))) * 96);
    const [r = 0, , b = 0] = pixelAt(frame, x, 96);
    expect([Math.abs(r - 128) < 3, b]).toEqual([true, 255]);
    probe.input(pointerInput("down", { x: 1 - x / size.width, y: 0.5 }));
    await drawn(probe, size.width - x, 96, [0, 255, 255]);
    expect(errorsOf(probe)).toEqual([]);
  });

  it("let the controls that are bound to their layer turn the scene, and the canvas under it hears nothing (PT1, PT2)", async () => {
    await using probe = await open(page);
    await drawn(probe, 190, 130, red);
    for (const event of dragInput([
      [0.3, 0.2],
      [0.35, 0.2],
      [0.4, 0.2],
    ]))
      probe.input(event);
    // The middle stays; what is to the right of it goes, and the sky is as it was.
    const frame = await probe.grabWhen((frame) => String(pixelAt(frame, 190, 130)) !== String(red));
    expect(pixelAt(frame, 160, 96)).toEqual(green);
    expect(pixelAt(frame, 5, 5)).toEqual(blue);
  });
});

describe("labels of a scene", () => {
  it("are sharp at rest as they are while it moves, though the scene under them is refined", async () => {
    await using probe = await open(sceneFixture("labels"));
    const first = await probe.grabWhen((frame) => frame.pixels.length > 0);
    const rested = await probe.grabWhen(({ atRest }) => atRest);
    for (const [x, colour] of [
      [139, red],
      [140, green],
      [179, green],
      [180, red],
    ] as const) {
      expect(pixelAt(rested, x, 96)).toEqual(colour);
    }
    expect(textPixels(rested)).toBe(textPixels(first));
    expect(textPixels(rested)).toBeGreaterThan(100);
    expect(errorsOf(probe)).toEqual([]);
  });

  it("keep their size where the picture is drawn smaller while it moves", async () => {
    await using probe = await open(sceneFixture("labels"), { scale: 0.5 });
    probe.input(keyInput("down", { code: "KeyA", key: "a" }));
    const { pixels, drawnSize } = await probe.grabWhen((frame) => frame.drawnSize.width === size.width / 2);
    const at = (x: number) => colourAt(pixels, drawnSize, x / size.width, 0.5);
    expect([at(141), at(178)]).toEqual([green, green]);
    expect([at(137), at(182)]).toEqual([red, red]);
  });

  it("are there on the way of a GPU, in both forms, over a multisampled picture", async () => {
    await using probe = await open(sceneFixture("labels"), { asGpu: true });
    probe.tell({ kind: "rgba-wanted", wanted: true });
    const frame = await probe.grabWhen(({ pixels, i420 }) => pixels.length > 0 && i420.length > 0);
    expect([139, 140, 179, 180].map((x) => String(pixelAt(frame, x, 96)))).toEqual(
      [red, green, green, red].map(String),
    );
    expect(textPixels(frame)).toBeGreaterThan(100);
    const { luma, chroma } = i420Error(frame.i420, frame.pixels, size);
    expect([luma < 2, chroma < 2]).toEqual([true, true]);
    expect(errorsOf(probe)).toEqual([]);
  });
});
