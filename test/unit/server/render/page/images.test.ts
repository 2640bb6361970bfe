/** Images and bitmaps of a page: server/render/page/images, from files and from canvases. */

import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decodeImage } from "../../../../../server/render/page/images/decode-image.ts";
import { createImageBitmap } from "../../../../../server/render/page/images/image-bitmap.ts";
import { pixelsOf } from "../../../../../server/render/page/images/pixels-of.ts";
import { Page } from "../../../../../server/render/page/page.ts";

const url = new URL("../../../../fixtures/page-assets/scene.ts", import.meta.url).href;
const size = { width: 320, height: 192 };
/** Red, green; blue, white. */
const four = {
  width: 2,
  height: 2,
  data: new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]),
};

let page: Page;
beforeAll(() => {
  page = Page.open({ url, size });
});
afterAll(() => page.close());

function heard(image: HTMLImageElement): Promise<Event> {
  return new Promise((resolve) => {
    image.onload = resolve;
    image.onerror = (event) => resolve(event as Event);
  });
}

describe("an <img>", () => {
  let image: HTMLImageElement;
  beforeEach(() => {
    image = new Image();
  });

  test("loads what its src names, relative to the scene's file", async () => {
    const ended = heard(image);
    image.src = "quad.png";
    expect([image.complete, image.naturalWidth, image.src]).toEqual([false, 0, new URL("quad.png", url).href]);
    expect((await ended).type).toBe("load");
    expect([image.complete, image.naturalWidth, image.width, image.height]).toEqual([true, 64, 64, 64]);
    await image.decode();
  });

  test.each([
    ["nothing.png", /nothing\.png gave status 404: there is no such file$/],
    ["part.obj", /part\.obj: The image cannot be decoded: /],
  ])("of %s that cannot be shown says why, in words", async (name, reason) => {
    const ended = heard(image);
    image.src = name;
    expect(String(await ended)).toMatch(reason);
    await expect(image.decode()).rejects.toThrow("cannot be decoded");
  });

  test("whose src is set again hears only of the last one", async () => {
    const types: string[] = [];
    image.addEventListener("error", () => types.push("error"));
    image.src = "nothing.png";
    image.src = "clear.png";
    await heard(image);
    expect([types, image.naturalWidth]).toEqual([[], 16]);
  });
});

describe("decoding", () => {
  test("turns a photograph as its camera was held", async () => {
    const red = { create: { width: 8, height: 4, channels: 3 as const, background: "red" } };
    const { width, height } = await decodeImage(await sharp(red).jpeg().withMetadata({ orientation: 6 }).toBuffer());
    expect([width, height]).toEqual([4, 8]);
  });

  test("makes RGBA of grey and of palettes", async () => {
    const grey = sharp(Buffer.from([0, 128, 255]), { raw: { width: 3, height: 1, channels: 1 } }).toColourspace("b-w");
    expect([...(await decodeImage(await grey.png().toBuffer())).data]).toEqual([
      0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255,
    ]);
    const palette = sharp(four.data, { raw: { width: 2, height: 2, channels: 4 } }).png({ palette: true });
    expect([...(await decodeImage(await palette.toBuffer())).data]).toEqual([...four.data]);
  });

  test("reads BMP, too", async () => {
    const header = Buffer.alloc(54);
    header.write("BM");
    for (const [at, value] of [
      [2, 58],
      [10, 54],
      [14, 40],
      [18, 1],
      [22, 1],
      [34, 4],
    ] as const)
      header.writeUInt32LE(value, at);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(24, 28);
    const { data, width } = await decodeImage(Buffer.concat([header, Buffer.from([10, 20, 30, 0])]));
    expect([width, ...data]).toEqual([1, 30, 20, 10, 255]);
  });
});

describe("createImageBitmap", () => {
  const bytesOf = (source: unknown) => [...(pixelsOf(source)?.data ?? [])];

  test("of a blob, of an image and of a canvas gives their pixels", async () => {
    const file = new Blob([
      await sharp(four.data, { raw: { width: 2, height: 2, channels: 4 } })
        .png()
        .toBuffer(),
    ]);
    const bitmap = await createImageBitmap(file);
    expect(bytesOf(bitmap)).toEqual([...four.data]);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2;
    canvas.getContext("2d")?.drawImage(bitmap as never, 0, 0);
    expect(bytesOf(await createImageBitmap(canvas))).toEqual([...four.data]);
  });

  test("cuts, also beyond the edge, and turns", async () => {
    const part = await createImageBitmap(four, 1, 1, 2, 1);
    expect(bytesOf(part)).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
    const flipped = await createImageBitmap(four, { imageOrientation: "flipY" });
    expect(bytesOf(flipped)).toEqual([...four.data.slice(8), ...four.data.slice(0, 8)]);
    expect([...four.data.slice(0, 4)]).toEqual([255, 0, 0, 255]);
  });

  test("makes another size", async () => {
    const bitmap = await createImageBitmap(four, { resizeWidth: 6 });
    expect([bitmap.width, bitmap.height]).toEqual([6, 6]);
  });

  test("is a copy, and empty once it is closed", async () => {
    const source = { ...four, data: new Uint8ClampedArray(four.data) };
    const bitmap = await createImageBitmap(source);
    source.data.fill(0);
    expect(bytesOf(bitmap)).toEqual([...four.data]);
    bitmap.close();
    expect([bitmap.width, bytesOf(bitmap)]).toEqual([0, []]);
    await expect(createImageBitmap(bitmap)).rejects.toThrow("has no pixels");
  });
});
