/** A scene that is drawn smaller while it moves: what comes out of the encoder, and what a scene and a snapshot see of it. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { GrabbedFrame } from "../fixtures/render-probe-protocol.ts";
import { pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { type DecodedPicture, decodePictures } from "../support/video-decoder.ts";

const size = { width: 320, height: 192 };
const scales = { half: { width: 160, height: 96 }, odd: { width: 227, height: 136 } };
let probe: RenderProbe;

async function start(scene: string, scale: number): Promise<void> {
  probe = await RenderProbe.start(sceneFixture(scene), { size, codec: "h264", scale });
  probe.tell({ kind: "wanted", wanted: true });
  probe.tell({ kind: "watched", watched: true });
}

afterEach(() => probe.close());

const isIn = (channel: 0 | 1 | 2) => (colour: readonly number[]) =>
  (colour[channel] ?? 0) > 90 && Math.max(...colour.filter((_, at) => at !== channel)) < 90;
const [isRed, isGreen, isBlue] = [isIn(0), isIn(1), isIn(2)];

/** Where colours of a kind begin and end along a line of the picture, in pixels. */
function extent(
  picture: Pick<DecodedPicture, "colourAt">,
  [fromX, fromY]: readonly [number, number],
  [stepX, stepY]: readonly [number, number],
  is: (colour: readonly number[]) => boolean,
): readonly [number, number] {
  const found: number[] = [];
  for (let at = 0, x = fromX, y = fromY; x < size.width && y < size.height; at += 1, x += stepX, y += stepY) {
    if (is(picture.colourAt((x + 0.5) / size.width, (y + 0.5) / size.height))) found.push(at);
  }
  return [found[0] ?? Number.NaN, found.at(-1) ?? Number.NaN];
}

/** All edges of what the scene shows, as it says in its first comment. */
function edgesOf(picture: Pick<DecodedPicture, "colourAt">): readonly number[] {
  return [
    ...extent(picture, [0, 76], [1, 0], isRed),
    ...extent(picture, [80, 0], [0, 1], isRed),
    ...extent(picture, [140, 60], [1, 0], isGreen),
    ...extent(picture, [200, 0], [0, 1], isGreen),
    ...extent(picture, [250, 0], [0, 1], isBlue),
  ];
}
const edges = [40, 119, 36, 115, 48, 71, 48, 71, 142, 157];

function asPicture({ pixels }: GrabbedFrame): Pick<DecodedPicture, "colourAt"> {
  return { colourAt: (x, y) => colourAt(pixels, size, x, y) };
}

async function decodedMoving(wanted: { readonly width: number; readonly height: number }): Promise<DecodedPicture> {
  probe.input(pointerInput("down"));
  await probe.grabWhen(({ drawnSize }) => drawnSize.width === wanted.width && drawnSize.height === wanted.height);
  await probe.nextPackets(12);
  const coded = probe.packets.map(({ data }) => data);
  const picture = decodePictures("h264", coded).at(-1);
  expect(probe.packets.at(-1)?.atRest).toBe(false);
  if (picture === undefined) throw new Error("Nothing was decoded.");
  return picture;
}

it("keeps its places, sizes and colours in the stream, which stays as large, is whole at rest, and the scene sees nothing of it", async () => {
  await start("sized-in-pixels", 0.5);
  const still = await probe.grabWhen(({ atRest }) => atRest);
  const picture = await decodedMoving(scales.half);
  expect([picture.width, picture.height]).toEqual([size.width, size.height]);
  for (const [at, found] of edgesOf(picture).entries()) {
    expect(Math.abs(found - (edges[at] ?? Number.NaN)), `edge ${at}`).toBeLessThanOrEqual(2);
  }
  for (const [x, y, wanted] of [
    [80, 76, [0xd0, 0x20, 0x30]],
    [200, 60, [0x20, 0xb0, 0x40]],
    [250, 150, [0x20, 0x40, 0xc8]],
  ] as const) {
    const colour = picture.colourAt(x / size.width, y / size.height);
    expect(Math.max(...wanted.map((value, at) => Math.abs(value - (colour[at] ?? 0))))).toBeLessThan(12);
  }
  expect(probe.packets.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);

  probe.input(pointerInput("up", { x: 0.5, y: 0.25 }));
  const { number } = await probe.grab();
  const rested = await probe.grabWhen((frame) => frame.atRest && frame.number > number);
  expect(rested.drawnSize).toEqual(size);
  expect(edgesOf(asPicture(rested))).toEqual(edges);
  expect(Buffer.compare(rested.pixels, still.pixels)).toBe(0);
  const told = probe.rendered.flatMap((message) => (message.kind === "message" ? [message.body] : []));
  expect(told).toEqual([{ json: JSON.stringify({ ...size, ratio: 1, at: [160, 48] }) }]);
});

it("draws at sizes that are no whole part of the picture", async () => {
  await start("sized-in-pixels", 0.71);
  const picture = await decodedMoving(scales.odd);
  for (const [at, found] of edgesOf(picture).entries()) {
    expect(Math.abs(found - (edges[at] ?? Number.NaN)), `edge ${at}`).toBeLessThanOrEqual(2);
  }
});

it.each(["counts-in-pixels", "draws-itself"])("the scene %s is never drawn smaller", async (name) => {
  await start(name, 0.5);
  for (let look = 0; look < 10; look += 1) {
    probe.input(pointerInput("down"));
    await sleep(30);
    expect((await probe.grab()).drawnSize).toEqual(size);
  }
  expect((await probe.grab()).number).toBeGreaterThan(2);
});
