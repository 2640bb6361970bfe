/** How images and arrays reach gl: server/render/page/images/texture-uploads.ts and pixel-formats.ts. */

import { beforeEach, describe, expect, test } from "vitest";
import { createImageBitmap } from "../../../../../server/render/page/images/image-bitmap.ts";
import { convertPixels } from "../../../../../server/render/page/images/pixel-formats.ts";
import { acceptImageSources, type UploadContext } from "../../../../../server/render/page/images/texture-uploads.ts";

const [FLIP, PREMULTIPLY, ALIGNMENT, ROW_LENGTH, SKIP_PIXELS, SKIP_ROWS] = [
  0x9240, 0x9241, 0x0cf5, 0x0cf2, 0x0cf4, 0x0cf3,
];
const [TEXTURE_2D, RGBA, RGB, RED, BYTE, FLOAT, HALF, UINT] = [
  0x0de1, 0x1908, 0x1907, 0x1903, 0x1401, 0x1406, 0x140b, 0x1405,
];

/** Two pixels wide, two high: red, half transparent green; blue, white. */
const image = {
  width: 2,
  height: 2,
  data: new Uint8ClampedArray([255, 0, 0, 255, 0, 200, 0, 128, 0, 0, 255, 255, 255, 255, 255, 255]),
};

let calls: unknown[][];
let gl: UploadContext;

beforeEach(() => {
  calls = [];
  const note =
    (name: string) =>
    (...parameters: unknown[]) =>
      void calls.push([name, ...parameters]);
  gl = {
    UNPACK_FLIP_Y_WEBGL: FLIP,
    UNPACK_PREMULTIPLY_ALPHA_WEBGL: PREMULTIPLY,
    UNPACK_ALIGNMENT: ALIGNMENT,
    UNPACK_ROW_LENGTH: ROW_LENGTH,
    UNPACK_SKIP_PIXELS: SKIP_PIXELS,
    UNPACK_SKIP_ROWS: SKIP_ROWS,
    pixelStorei: note("pixelStorei"),
    getParameter: (name) => `native ${name}`,
    texImage2D: note("texImage2D"),
    texSubImage2D: note("texSubImage2D"),
    texImage3D: note("texImage3D"),
    texSubImage3D: note("texSubImage3D"),
  };
  acceptImageSources(gl);
});

const bytesOf = (call: readonly unknown[] | undefined) => [...((call?.at(-1) ?? []) as Uint8Array)];
const lastBytes = () => bytesOf(calls.at(-1));

describe("an image", () => {
  test("gets its size and a border of 0 in the short form (TU3)", () => {
    gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, BYTE, image);
    expect(calls[0]?.slice(0, 9)).toEqual(["texImage2D", TEXTURE_2D, 0, RGBA, 2, 2, 0, RGBA, BYTE]);
    expect(lastBytes()).toEqual([...image.data]);
    gl.texSubImage2D(TEXTURE_2D, 0, 5, 6, RGBA, BYTE, image);
    expect(calls[1]?.slice(0, 9)).toEqual(["texSubImage2D", TEXTURE_2D, 0, 5, 6, 2, 2, RGBA, BYTE]);
  });

  test("is turned and multiplied by alpha as is asked, which gl does not hear of (TU1)", () => {
    gl.pixelStorei(FLIP, 1);
    gl.pixelStorei(PREMULTIPLY, 1);
    gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, BYTE, image);
    expect(lastBytes()).toEqual([0, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0, 255, 0, 100, 0, 128]);
    expect([calls.length, gl.getParameter(FLIP), gl.getParameter(ALIGNMENT)]).toEqual([1, true, `native ${ALIGNMENT}`]);
  });

  test("of an ImageBitmap is taken as the bitmap was made (TU2)", async () => {
    gl.pixelStorei(FLIP, 1);
    gl.pixelStorei(PREMULTIPLY, 1);
    gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, BYTE, await createImageBitmap(image, { premultiplyAlpha: "none" }));
    expect(lastBytes()).toEqual([...image.data]);
    gl.texImage2D(
      TEXTURE_2D,
      0,
      RGBA,
      RGBA,
      BYTE,
      await createImageBitmap(image, { imageOrientation: "flipY", premultiplyAlpha: "premultiply" }),
    );
    expect(lastBytes().slice(-4)).toEqual([0, 100, 0, 128]);
  });

  test("is cut where a part of it is asked for, and gl reads it as it lies", () => {
    gl.pixelStorei(ROW_LENGTH, 2);
    gl.pixelStorei(SKIP_PIXELS, 1);
    gl.pixelStorei(SKIP_ROWS, 1);
    calls = [];
    gl.texSubImage2D(TEXTURE_2D, 0, 0, 0, 1, 1, RGBA, BYTE, image);
    const upload = calls.find(([name]) => name === "texSubImage2D");
    expect(bytesOf(upload)).toEqual([255, 255, 255, 255]);
    const names = [ROW_LENGTH, SKIP_PIXELS, SKIP_ROWS];
    expect(calls.slice(0, 3)).toEqual(names.map((name) => ["pixelStorei", name, 0]));
    expect(calls.slice(4)).toEqual([
      ["pixelStorei", ROW_LENGTH, 2],
      ["pixelStorei", SKIP_PIXELS, 1],
      ["pixelStorei", SKIP_ROWS, 1],
    ]);
  });

  test("that is none, or not loaded, is refused in words", () => {
    expect(() => gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, BYTE, {})).toThrow("texImage2D needs an image");
    expect(() => gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, 0x8033, image)).toThrow(
      "cannot take an image in this format",
    );
  });
});

describe("an array", () => {
  test("of 32-bit integers comes as bytes, which gl takes", () => {
    gl.texImage2D(TEXTURE_2D, 0, 0x8236, 1, 1, 0, 0x8d94, UINT, new Uint32Array([0x01020304]));
    expect(lastBytes()).toEqual([4, 3, 2, 1]);
  });

  test("of half floats is turned by whole rows", () => {
    gl.pixelStorei(FLIP, 1);
    gl.texImage2D(TEXTURE_2D, 0, RGBA, 1, 2, 0, RGBA, HALF, new Uint16Array([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(lastBytes()).toEqual([5, 0, 6, 0, 7, 0, 8, 0, 1, 0, 2, 0, 3, 0, 4, 0]);
  });

  test("is turned with the alignment of its rows, and the caller's stays as it was", () => {
    gl.pixelStorei(FLIP, 1);
    const data = new Uint8Array([1, 0, 0, 0, 2]);
    gl.texImage2D(TEXTURE_2D, 0, RED, 1, 2, 0, RED, BYTE, data);
    expect(lastBytes()).toEqual([2, 0, 0, 0, 1, 0, 0, 0]);
    expect([...data]).toEqual([1, 0, 0, 0, 2]);
  });

  test("begins where it says, and null makes an empty texture", () => {
    gl.texImage2D(TEXTURE_2D, 0, RED, 1, 1, 0, RED, FLOAT, new Float32Array([0, 1]), 1);
    expect(lastBytes()).toEqual([0, 0, 128, 63]);
    gl.texImage2D(TEXTURE_2D, 0, RED, 1, 1, 0, RED, FLOAT, null);
    expect(calls[1]).toEqual(["texImage2D", TEXTURE_2D, 0, RED, 1, 1, 0, RED, FLOAT, null]);
  });

  test("of a 3D texture is not turned", () => {
    gl.pixelStorei(FLIP, 1);
    gl.texImage3D(0x806f, 0, RED, 1, 2, 1, 0, RED, BYTE, new Uint8Array([1, 0, 0, 0, 2]));
    expect(lastBytes()).toEqual([1, 0, 0, 0, 2]);
  });
});

test.each([
  ["RGB in rows of four bytes", RGB, BYTE, 4, [255, 0, 0, 0, 200, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0]],
  ["RED in rows of one byte", RED, BYTE, 1, [255, 0, 0, 255]],
])("an image is put into %s", (_name, format, type, rowAlignment, bytes) => {
  expect([...(convertPixels(image, { format, type, rowAlignment, premultiplies: false, flips: false }) ?? [])]).toEqual(
    bytes,
  );
});

test("an image is put into floats and half floats from 0 to 1", () => {
  const form = { format: RED, rowAlignment: 1, premultiplies: false, flips: false };
  const grey = { width: 3, height: 1, data: new Uint8ClampedArray([0, 0, 0, 255, 51, 0, 0, 255, 255, 0, 0, 255]) };
  const floats = convertPixels(grey, { ...form, type: FLOAT }) ?? new Uint8Array();
  expect([...new Float32Array(floats.buffer)].map((value) => Math.round(value * 255))).toEqual([0, 51, 255]);
  const halves = convertPixels(grey, { ...form, type: HALF }) ?? new Uint8Array();
  expect([...new Uint16Array(halves.buffer)]).toEqual([0, 0x3266, 0x3c00]);
});
