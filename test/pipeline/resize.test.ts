/** The picture gets another size while it is streamed: what scenes and pages hear of it, and what is drawn and encoded. */

import sharp from "sharp";
import { expect, it, test } from "vitest";
import { i420Layout } from "../../server/frames/i420-layout.ts";
import { isSameSize, type PictureSize } from "../../shared/video.ts";
import { pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { SceneSession, type SessionViewer } from "../support/scene-session.ts";
import { decodePictures } from "../support/video-decoder.ts";

const landscape = { width: 320, height: 192 };
const portrait = { width: 192, height: 320 };
const [red, green] = ["255,0,0", "0,255,0"];

const printed = (probe: RenderProbe): string[] =>
  probe.rendered.flatMap((message) => (message.kind === "console" ? [message.text] : []));

async function open(scene: string, options: Parameters<typeof RenderProbe.start>[1] = {}): Promise<RenderProbe> {
  const probe = await RenderProbe.start(scene, { size: landscape, ...options });
  probe.tell({ kind: "watched", watched: true });
  return probe;
}

/** Gives the first frame at rest of this size. */
const restAt = (probe: RenderProbe, size: PictureSize) =>
  probe.grabWhen((frame) => frame.atRest && isSameSize(frame.size, size) && frame.pixels.length > 0);

/** How wide and how high, in pixels, what has this colour is along the middle of a picture. */
function extent(pixels: Uint8Array, size: PictureSize, colour: string): [width: number, height: number] {
  const count = (length: number, at: (part: number) => [number, number]) =>
    Array.from({ length }, (_, index) => at((index + 0.5) / length)).filter(
      ([x, y]) => String(colourAt(pixels, size, x, y)) === colour,
    ).length;
  return [count(size.width, (part) => [part, 0.5]), count(size.height, (part) => [0.5, part])];
}

it.each([null, true])(
  "a scene hears once of another size, when everything else has it, its camera is right, and drawing smaller goes on (as a GPU: %j)",
  async (asGpu) => {
    await using probe = await open(sceneFixture("follows-window"), { asGpu, scale: asGpu ? 1 : 0.5 });
    const before = await restAt(probe, landscape);
    expect(extent(before.pixels, landscape, green)).toEqual([96, 96]);
    probe.tell({ kind: "resize", size: portrait });
    const after = await restAt(probe, portrait);
    expect(extent(after.pixels, portrait, green)).toEqual([160, 160]);
    expect([0.01, 0.99].map((y) => String(colourAt(after.pixels, portrait, 0.99, y)))).toEqual([red, red]);
    expect(after.i420.length).toBe(asGpu ? i420Layout(portrait).bytes : 0);
    expect(after.number).toBeGreaterThan(before.number);
    expect(printed(probe)).toEqual([
      "window: 192x320, 0.600",
      "observer: 192x320, 0.600",
      "scene 192x320: 192x320, 0.600",
    ]);
    if (asGpu) return;
    // A look at a busy machine may come when it rests again.
    let looks = 0;
    const moving = await probe.grabWhen(({ atRest }) => {
      looks += 1;
      if (atRest) probe.input(pointerInput("move", { x: 0.4 + (looks % 2) / 10, buttons: 1 }));
      return !atRest;
    });
    expect(moving.drawnSize).toEqual({ width: 96, height: 160 });
    expect(extent(moving.pixels, moving.drawnSize, green)[1]).toBeGreaterThan(70);
    expect((await restAt(probe, portrait)).drawnSize).toEqual(portrait);
  },
);

it("a scene with post-processing that sets its own targets is as sharp as before", async () => {
  await using probe = await open(sceneFixture("post-processing"));
  await restAt(probe, landscape);
  probe.tell({ kind: "resize", size: portrait });
  const { pixels } = await restAt(probe, portrait);
  const row = Array.from({ length: portrait.width }, (_, x) =>
    colourAt(pixels, portrait, (x + 0.5) / portrait.width, 0.5),
  );
  const [white, black] = ["255,255,255", "0,0,0"];
  const between = row.filter((colour) => ![white, black].includes(String(colour)));
  expect(row.filter((colour) => String(colour) === white).length).toBeGreaterThan(80);
  expect(between.length).toBeLessThanOrEqual(4);
});

it("a composer of a scene without resize() has the size of the picture as well", async () => {
  await using probe = await open(sceneFixture("composer-alone"));
  await restAt(probe, landscape);
  probe.tell({ kind: "resize", size: portrait });
  await restAt(probe, portrait);
  const sizes = [landscape, portrait].map(({ width, height }) => `${width}x${height}`);
  expect(printed(probe)).toEqual(sizes.map((size) => `a picture of ${size} by one of ${size}`));
});

it("a page with a renderer and a listener of its own comes out right", async () => {
  await using probe = await open(new URL("../fixtures/pages/turning/index.html", import.meta.url).href);
  const before = await restAt(probe, landscape);
  probe.tell({ kind: "resize", size: portrait });
  const after = await restAt(probe, portrait);
  const [width, height] = extent(after.pixels, portrait, red);
  expect(Math.abs(width - height)).toBeLessThanOrEqual(1);
  // As high a part of a picture that is higher.
  expect(height / portrait.height).toBeCloseTo(extent(before.pixels, landscape, red)[1] / landscape.height, 1);
});

const windowOf = (size: PictureSize) => ({ window: { ...size, ratio: 1 } });

/** The pictures that a viewer was sent, and where their size changes. */
function decoded({ frames }: SessionViewer) {
  const pictures = decodePictures(
    frames[0]?.codec ?? "h264",
    frames.map(({ data }) => data),
  );
  expect(pictures).toHaveLength(frames.length);
  const sizes = pictures.map(({ width, height }) => `${width}x${height}`);
  return { pictures, sizes, changes: sizes.flatMap((size, at) => (at > 0 && size !== sizes[at - 1] ? [at] : [])) };
}

test.each(["h264", "vp8"] as const)(
  "a stream goes on with one key frame and without a black one: %s",
  async (codec) => {
    await using scene = await SceneSession.start(sceneFixture("follows-window"), { followsWindow: true });
    const resized: PictureSize[] = [];
    scene.session.on("resized", ({ size }) => resized.push(size));
    const viewer = scene.join("viewer", 1, false, codec);
    scene.session.viewers.setControllers(["viewer"]);
    const sizes = [
      { width: 320, height: 240 },
      { width: 240, height: 400 },
      { width: 400, height: 240 },
    ];
    let begun = 0;
    for (const size of sizes) {
      viewer.setView(windowOf(size));
      await expect.poll(() => resized.at(-1)).toEqual(size);
      viewer.input(pointerInput("move", { x: 0.4, buttons: 1 }));
      await expect.poll(() => decoded(viewer).sizes.at(-1)).toBe(`${size.width}x${size.height}`);
      // A machine that is busy gives who begins a key frame more.
      if (begun === 0) begun = viewer.frames.length;
    }
    const { pictures, changes } = decoded(viewer);
    const keyFrames = viewer.frames.flatMap(({ isKeyFrame }, at) => (isKeyFrame ? [at] : []));
    expect(keyFrames.filter((at) => at >= begun)).toEqual(changes.filter((at) => at >= begun));
    expect(changes.filter((at) => at >= begun)).toHaveLength(2);
    for (const picture of pictures) {
      const [middle, corner] = [picture.colourAt(0.5, 0.5), picture.colourAt(0.02, 0.98)];
      expect([
        (middle[1] ?? 0) > 200 && (middle[0] ?? 0) < 60,
        (corner[0] ?? 0) > 200 && (corner[1] ?? 0) < 60,
      ]).toEqual([true, true]);
    }
    const numbers = viewer.frames.map(({ frame }) => frame);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  },
);

test("snapshots, exact pictures and Motion JPEG have the new size, in a box as without one, and are not stretched", async () => {
  await using scene = await SceneSession.start(sceneFixture("follows-window"), { followsWindow: true });
  const viewer = scene.join("viewer", 1);
  scene.session.viewers.setControllers(["viewer"]);
  const { pictures } = scene.session;
  const jpegs = new Map<string, string[]>([
    ["whole", []],
    ["in a box", []],
  ]);
  pictures.on("jpegEncoded", async ({ streamId, bytes }) => jpegs.get(streamId)?.push(await looksOf(bytes)));
  pictures.wantJpeg("whole", { maxFps: 30, quality: 90, size: null });
  pictures.wantJpeg("in a box", { maxFps: 30, quality: 90, size: { width: 160, height: 96 } });
  await expect.poll(() => [...jpegs.values()].map((looks) => looks.at(-1))).toEqual(["320x192 green", "160x96 green"]);
  viewer.setView(windowOf({ width: 240, height: 400 }));
  await expect.poll(() => [...jpegs.values()].map((looks) => looks.at(-1))).toEqual(["240x400 green", "58x96 green"]);
  const take = async (size: PictureSize | null) => {
    const { bytes } = await pictures.takeSnapshot({ format: "png", quality: 90, size }, []);
    return bytes === null ? null : await looksOf(bytes);
  };
  expect([await take(null), await take({ width: 160, height: 96 })]).toEqual(["240x400 green", "58x96 green"]);
});

/** Size and colour in the middle, where the square of the scene is as wide as high. */
async function looksOf(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const isGreen = (x: number, y: number) => {
    const at = (y * width + x) * channels;
    return (data[at] ?? 0) < 128 && (data[at + 1] ?? 0) > 128;
  };
  const across = Array.from({ length: width }, (_, x) => isGreen(x, height >> 1)).filter(Boolean).length;
  const down = Array.from({ length: height }, (_, y) => isGreen(width >> 1, y)).filter(Boolean).length;
  return `${width}x${height} ${Math.abs(across - down) <= 2 ? "green" : `${across} by ${down}`}`;
}
