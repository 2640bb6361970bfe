/** The way of pictures on a GPU, in software: multisampled, turned into I420 by the device, read and encoded as such. */

import { describe, expect, it } from "vitest";
import { isSameSize, videoCodecs } from "../../shared/video.ts";
import { i420Error } from "../support/i420-pixels.ts";
import { pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { type DecodedPicture, decodePictures } from "../support/video-decoder.ts";

const size = { width: 320, height: 192 };
function start(sceneUrl: string, options: Parameters<typeof RenderProbe.start>[1] = {}): Promise<RenderProbe> {
  return RenderProbe.start(sceneUrl, { size, maxFps: 30, asGpu: true, ...options });
}

/** A frame in both forms. */
async function grabBoth(probe: RenderProbe, isWanted = (_: Awaited<ReturnType<RenderProbe["grab"]>>) => true) {
  probe.tell({ kind: "watched", watched: true });
  probe.tell({ kind: "rgba-wanted", wanted: true });
  return probe.grabWhen((frame) => frame.pixels.length > 0 && frame.i420.length > 0 && isWanted(frame));
}

function glErrors(probe: RenderProbe): unknown[] {
  return probe.rendered.filter(({ kind }) => kind === "gl-errors");
}

describe("as on a GPU", () => {
  it("anti-aliases the first frame already", async () => {
    await using probe = await start(sceneFixture("edge"));
    const { i420 } = await probe.grab();
    expect(new Set(i420.subarray(0, size.width * size.height)).size).toBeGreaterThan(4);
  });

  it("shows post-processing, multisampled where that asks for it", async () => {
    await using probe = await start(sceneFixture("post-processing"));
    const { pixels, i420 } = await grabBoth(probe, ({ atRest }) => !atRest);
    expect(new Set(pixels).size).toBeGreaterThan(4);
    expect(colourAt(pixels, size, 0.5, 0.5)).toEqual([255, 255, 255]);
    expect(colourAt(pixels, size, 0.05, 0.05)).toEqual([0, 0, 0]);
    const { luma, chroma } = i420Error(i420, pixels, size);
    expect(Math.max(luma, chroma)).toBeLessThanOrEqual(0.51);
    expect(glErrors(probe)).toEqual([]);
  });

  it("draws multisampled, in the scene's colours, and reads RGBA only while it is wanted, and of the picture at rest", async () => {
    await using probe = await start(sceneFixture("quadrants"));
    const first = await probe.grab();
    expect([first.pixels.length, first.i420.length]).toEqual([0, size.width * size.height * 1.5]);
    probe.tell({ kind: "watched", watched: true });
    const resting = await probe.grabWhen(({ atRest }) => atRest);
    expect([resting.pixels.length, resting.i420.length]).toEqual([(first.i420.length / 1.5) * 4, first.i420.length]);
    expect(colourAt(resting.pixels, size, 0.25, 0.25)).toEqual([0xd0, 0x20, 0x30]);
    expect(colourAt(resting.pixels, size, 0.75, 0.25)).toEqual([0x20, 0xb0, 0x40]);
    expect(colourAt(resting.pixels, size, 0.25, 0.75)).toEqual([0x20, 0x40, 0xc8]);
    expect(colourAt(resting.pixels, size, 0.75, 0.75)).toEqual([0xe0, 0xc0, 0x20]);
    // A machine that is busy may show the picture at rest only: then once more.
    for (let isSeen = false; !isSeen; ) {
      const before = await probe.grabWhen(({ atRest }) => atRest);
      // It has all that is wanted: nothing is drawn for it.
      probe.tell({ kind: "rgba-wanted", wanted: true });
      probe.tell({ kind: "rgba-wanted", wanted: false });
      probe.input(pointerInput("down"));
      const pressed = await probe.grabWhen(({ number }) => number > before.number);
      probe.tell({ kind: "rgba-wanted", wanted: true });
      const wanted = pressed.atRest ? pressed : await probe.grabWhen(({ number }) => number > pressed.number);
      probe.tell({ kind: "rgba-wanted", wanted: false });
      if (wanted.atRest) continue;
      expect([pressed.number, pressed.pixels.length]).toEqual([before.number + 1, 0]);
      expect(wanted.pixels.length).toBe(resting.pixels.length);
      isSeen = true;
    }
    expect(glErrors(probe)).toEqual([]);
  });

  it("makes I420 as the encoders signal it, in odd sizes and after each change of them", async () => {
    const [first, ...others] = [
      { width: 1282, height: 722 },
      { width: 320, height: 192 },
      { width: 322, height: 190 },
      { width: 326, height: 2 },
      { width: 18, height: 34 },
    ] as const;
    await using probe = await start(sceneFixture("fine"), { size: first });
    for (const odd of [first, ...others]) {
      if (odd !== first) probe.tell({ kind: "resize", size: odd });
      const { pixels, i420 } = await grabBoth(probe, (frame) => isSameSize(frame.size, odd));
      const { luma, chroma } = i420Error(i420, pixels, odd);
      expect(new Set(pixels).size, `${odd.width}x${odd.height}`).toBeGreaterThan(2);
      expect(Math.max(luma, chroma), `${odd.width}x${odd.height}`).toBeLessThanOrEqual(0.51);
    }
  });

  it("draws the spheres of the examples right, and turns them into the same as I420", async () => {
    const url = new URL("../../examples/spheres/scene.ts", import.meta.url).href;
    await using probe = await start(url);
    const { pixels, i420 } = await grabBoth(probe, isLater);
    const { luma, chroma } = i420Error(i420, pixels, size);
    expect(Math.max(luma, chroma)).toBeLessThanOrEqual(0.51);
    expect(glErrors(probe)).toEqual([]);
    await using software = await RenderProbe.start(url, { size, maxFps: 30 });
    const other = (await grabLater(software)).pixels;
    expect(Math.abs(brightness(pixels) - brightness(other))).toBeLessThan(10);
    expect(brightness(pixels)).toBeGreaterThan(10);
  });

  it("reads a scene that renders by itself from its own buffer, and leaves the renderer as it was", async () => {
    await using probe = await start(sceneFixture("draws-itself"));
    const { pixels, i420, number } = await grabBoth(probe, (frame) => frame.number > 6);
    const { luma, chroma } = i420Error(i420, pixels, size);
    expect(Math.max(luma, chroma)).toBeLessThanOrEqual(0.51);
    expect(colourAt(pixels, size, 0.5, 0.25)).toEqual([0, 255, 0]);
    // Three multiplies the colour by its alpha of a half.
    expect(colourAt(pixels, size, 0.25, 0.75)).toEqual([0x10, 0x20, 0x64]);
    const next = await probe.grabWhen((frame) => frame.number > number && frame.number % 4 !== number % 4);
    expect(colourAt(next.pixels, size, 0.6, 0.75)).not.toEqual(colourAt(pixels, size, 0.6, 0.75));
    expect(glErrors(probe)).toEqual([]);
  });
});

/** A scene that moves has moved; one that rests has come to rest. */
function isLater({ number, atRest }: { readonly number: number; readonly atRest: boolean }): boolean {
  return number > 4 || atRest;
}

function grabLater(probe: RenderProbe) {
  probe.tell({ kind: "watched", watched: true });
  return probe.grabWhen(isLater);
}

/** The mean of the colours' bytes. */
function brightness(pixels: Uint8Array): number {
  const colours = pixels.filter((_, at) => at % 4 < 3);
  return colours.reduce((sum, value) => sum + value, 0) / colours.length;
}

describe("encoded from I420", () => {
  const odd = { width: 326, height: 194 };
  const smaller = { width: 240, height: 144 };

  it.each(videoCodecs)(
    "%s carries the colours the right way up, in an odd size and in a smaller one",
    async (codec) => {
      await using probe = await start(sceneFixture("quadrants"), { size: odd, codec });
      probe.tell({ kind: "watched", watched: true });
      probe.tell({ kind: "wanted", wanted: true });
      for (const coded of codec === "h264" ? [odd, smaller] : [odd]) {
        const from = probe.packets.length;
        probe.tell({ kind: "target", target: { bitrateBps: 4_000_000, size: coded, maxFps: 30 } });
        // White, and back again.
        if (from > 0) for (const phase of ["down", "up", "down"] as const) probe.input(pointerInput(phase));
        const latest = () => probe.packets.slice(from);
        await expect.poll(() => latest().some(({ atRest }) => atRest)).toBe(true);
        const picture = decodePictures(
          codec,
          probe.packets.map(({ data }) => data),
        ).at(-1);
        expect([picture?.width, picture?.height, picture?.isLimitedRange]).toEqual([coded.width, coded.height, true]);
        expect(farthest(picture)).toBeLessThan(10);
      }
    },
  );
});

describe("encoded in 4:4:4", () => {
  it.each(["h264-444", "vp9-444"] as const)("%s waits for frames as RGBA, and carries their colours", async (codec) => {
    await using probe = await start(sceneFixture("quadrants"), { codec });
    probe.tell({ kind: "watched", watched: true });
    probe.tell({ kind: "wanted", wanted: true });
    probe.tell({ kind: "rgba-wanted", wanted: true });
    await probe.grabWhen(({ atRest }) => atRest);
    await expect.poll(() => probe.packets.some(({ atRest }) => atRest)).toBe(true);
    // The first frame, drawn before anybody wanted RGBA, is not among them.
    expect(probe.packets.every(({ frame }) => frame > 1)).toBe(true);
    expect(probe.packets[0]?.isKeyFrame).toBe(true);
    const picture = decodePictures(
      codec,
      probe.packets.map(({ data }) => data),
    ).at(-1);
    expect(picture).toMatchObject({ chroma: "444", isLimitedRange: true });
    expect(farthest(picture)).toBeLessThan(10);
  });
});

/** How far the worst channel of a quarter is from its colour. */
function farthest(picture: DecodedPicture | undefined): number {
  const quarters = [
    [0.25, 0.25, [0xd0, 0x20, 0x30]],
    [0.75, 0.25, [0x20, 0xb0, 0x40]],
    [0.25, 0.75, [0x20, 0x40, 0xc8]],
    [0.75, 0.75, [0xe0, 0xc0, 0x20]],
  ] as const;
  const off = ([x, y, wanted]: (typeof quarters)[number]) =>
    wanted.map((value, channel) => Math.abs(value - (picture?.colourAt(x, y)[channel] ?? Number.NaN)));
  return Math.max(...quarters.flatMap(off));
}
