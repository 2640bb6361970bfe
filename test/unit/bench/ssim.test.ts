import { describe, expect, it } from "vitest";
import { lumaOf, ssim } from "../../bench/ssim.ts";

const size = { width: 64, height: 48 };

function picture(at: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: size.width * size.height }, (_, index) =>
    at(index % size.width, Math.floor(index / size.width)),
  );
}

const waves = picture((x, y) => 128 + 60 * Math.sin(x / 3) * Math.cos(y / 4));

describe("structural similarity", () => {
  it("is 1 of a picture and itself", () => {
    expect(ssim(waves, waves, size)).toBeCloseTo(1, 9);
  });

  it("is what the formula gives for flat pictures, where only the brightness counts", () => {
    const [dark, light] = [picture(() => 100), picture(() => 120)];
    expect(ssim(dark, light, size)).toBeCloseTo((2 * 100 * 120 + 6.5025) / (100 ** 2 + 120 ** 2 + 6.5025), 9);
  });

  it("falls with noise, and less with a change of brightness of the same squared error", () => {
    const noisy = (depth: number) => waves.map((value, at) => value + ((at * 7919) % 2 === 0 ? depth : -depth));
    const lighter = waves.map((value) => value + 20);
    expect(ssim(waves, noisy(5), size)).toBeGreaterThan(ssim(waves, noisy(20), size));
    expect(ssim(waves, lighter, size)).toBeGreaterThan(ssim(waves, noisy(20), size) + 0.1);
  });

  it("is below 0 of a picture and its negative", () => {
    expect(
      ssim(
        waves,
        waves.map((value) => 255 - value),
        size,
      ),
    ).toBeLessThan(0);
  });

  it("looks at the rows that it is told", () => {
    const other = waves.map((value, at) => (at < size.width * 16 ? 255 - value : value));
    expect(ssim(waves, other, size, 16)).toBeCloseTo(1, 9);
    expect(ssim(waves, other, size)).toBeLessThan(0.9);
  });
});

it("gives the luma of colours, the right way up", () => {
  const two = { width: 1, height: 2 };
  const pixels = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255]);
  expect([...lumaOf(pixels, two, false)]).toEqual([54, 182]);
  expect([...lumaOf(pixels, two, true)]).toEqual([182, 54]);
});
