import { expect, it } from "vitest";
import { maxPixelsOn, pictureSizeFor } from "../../../../server/pipeline/picture-size.ts";

it.each([
  // window, ratio, in software, on a GPU
  ["1280x720", 1, "1280x720", "1280x720"],
  ["1440x900", 1, "1214x758", "1440x900"],
  ["1440x900", 2, "1214x758", "2428x1518"],
  ["1920x1080", 1, "1280x720", "1920x1080"],
  ["1920x1080", 2, "1280x720", "2560x1440"],
  ["3840x2160", 1, "1280x720", "2560x1440"],
  ["390x844", 3, "652x1412", "780x1688"],
  ["844x390", 3, "1412x652", "1688x780"],
  ["640x360", 1, "640x360", "640x360"],
  ["641x361", 1, "642x362", "642x362"],
  ["1280x720", 0.5, "640x360", "640x360"],
  // A strip is not filled, and a stamp is drawn larger than it is.
  ["2000x100", 1, "540x180", "540x180"],
  ["100x2000", 1, "180x540", "180x540"],
  ["60x40", 1, "270x180", "270x180"],
  ["1x65535", 16, "180x540", "180x540"],
])("a window of %s at %d is filled by %s in software and by %s on a GPU", (window, ratio, software, gpu) => {
  const [width = 0, height = 0] = window.split("x").map(Number);
  const size = (isGpu: boolean) => {
    return Object.values(pictureSizeFor({ width, height, ratio }, maxPixelsOn(isGpu))).join("x");
  };
  expect([size(false), size(true)]).toEqual([software, gpu]);
});

it("has even sides, as many pixels as there may be, and the shape of the window, whatever that is", () => {
  for (let width = 181; width < 3000; width += 97) {
    for (let height = 187; height < 3000; height += 89) {
      for (const isGpu of [true, false]) {
        const size = pictureSizeFor({ width, height, ratio: 1.5 }, maxPixelsOn(isGpu));
        expect([size.width % 2, size.height % 2]).toEqual([0, 0]);
        expect(size.width * size.height).toBeLessThanOrEqual(isGpu ? 2560 * 1440 : 1280 * 720);
        expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(180);
        const shape = Math.min(3, Math.max(1 / 3, width / height));
        expect(Math.abs(size.width / size.height / shape - 1)).toBeLessThan(0.015);
      }
    }
  }
});
