/** Where directions are in the layouts of a sphere, and how sizes and tiles are given. */

import { describe, expect, it } from "vitest";
import {
  directionAt,
  layoutNames,
  parseTiles,
  sizeLike,
  sphereLayouts,
  tilesText,
  v360Options,
} from "../../../../../server/encode/sphere/layouts.ts";

const { equirect, cube, eac } = sphereLayouts;

function rounded(direction: readonly number[]): readonly number[] {
  return direction.map((side) => Math.round(side * 1000) / 1000 + 0);
}

describe("directions", () => {
  it("of an equirectangular picture go from behind over the left to the right", () => {
    expect(rounded(directionAt(equirect, 0.5, 0.5))).toEqual([0, 0, -1]);
    expect(rounded(directionAt(equirect, 0.75, 0.5))).toEqual([1, 0, 0]);
    expect(rounded(directionAt(equirect, 0, 0.5))).toEqual([0, 0, 1]);
    expect(rounded(directionAt(equirect, 0.3, 0))).toEqual([0, 1, 0]);
  });

  it("of a cube are those of the middle of its tiles", () => {
    const middles = [0, 1, 2, 3, 4, 5].map((at) => [((at % 3) + 0.5) / 3, (Math.floor(at / 3) + 0.5) / 2] as const);
    const expected = [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, -1],
      [0, 0, 1],
    ];
    expect(middles.map(([u, v]) => rounded(directionAt(cube, u, v)))).toEqual(expected);
  });

  it("go on over the seams of a row, where the tiles of a layout are turned", () => {
    for (const layout of [sphereLayouts["cube-turned"], eac]) {
      for (const v of [0.2, 0.7, 0.95]) {
        for (const u of [1 / 3, 2 / 3]) {
          const [one, other] = [directionAt(layout, u - 1e-6, v), directionAt(layout, u + 1e-6, v)];
          expect(Math.hypot(...one.map((side, at) => side - (other[at] ?? 0)))).toBeLessThan(1e-4);
        }
      }
    }
  });

  it("of an equi-angular cube are as far from each other everywhere", () => {
    const angleAt = (u: number) => {
      const [x, , z] = directionAt(eac, u, 0.25);
      return Math.atan2(x, -z);
    };
    for (const part of [0.1, 0.5, 0.9]) expect(angleAt((1 + part) / 3)).toBeCloseTo(((part - 0.5) * Math.PI) / 2, 9);
  });
});

it("sizes keep how fine a picture is", () => {
  expect(sizeLike(cube, equirect, { width: 3840, height: 1920 })).toEqual({ width: 2880, height: 1920 });
  expect(sizeLike(equirect, cube, { width: 2880, height: 1920 })).toEqual({ width: 3840, height: 1920 });
  expect(sizeLike(equirect, eac, { width: 3840, height: 2160 })).toEqual({ width: 5120, height: 2560 });
});

it("tiles are written as they are read, and what is none is refused", () => {
  expect(tilesText(parseTiles("lfrdbu:000313"))).toBe("lfrdbu:000313");
  expect(tilesText(sphereLayouts["cube-turned"])).toBe("lfrdbu:000313");
  for (const bad of ["lfrdbb:000000", "lfrdbu", "lfrdbu:000314", "lfrdbx:000000"]) {
    expect(() => parseTiles(bad)).toThrow("must be six faces");
  }
});

it("each layout is one that FFmpeg's filter knows, at both ends", () => {
  expect(layoutNames.map((name) => v360Options(sphereLayouts[name], "in"))).toEqual([
    "input=e",
    "input=c3x2:in_forder=rludfb:in_frot=000000",
    "input=c3x2:in_forder=lfrdbu:in_frot=000313",
    "input=eac",
  ]);
  expect(v360Options(cube, "out")).toBe("output=c3x2:out_forder=rludfb:out_frot=000000");
});
