import { expect, test } from "vitest";
import { parseJpegQuery, parseSnapshotQuery } from "../../../../../server/http/routes/picture-query.ts";
import { fitInside } from "../../../../../shared/video.ts";

const scene = { width: 1280, height: 720 };

test.each([
  ["640x360", { width: 640, height: 360 }],
  ["640x4000", { width: 640, height: 360 }],
  ["4000x100", { width: 178, height: 100 }],
  ["16x16", { width: 16, height: 9 }],
  ["1280x720", null],
  ["8192x8192", null],
])("size=%s gives a picture that fits inside, keeps its shape and is never enlarged", (size, wanted) => {
  expect(parseSnapshotQuery("png", { size }, scene).size).toEqual(wanted);
});

test("a picture has a pixel at least", () => {
  expect(fitInside({ width: 8192, height: 16 }, { width: 16, height: 16 })).toEqual({ width: 16, height: 1 });
});

test("what is not said has a default", () => {
  expect(parseJpegQuery({}, scene)).toEqual({ maxFps: 30, quality: 80, size: null });
  expect(parseSnapshotQuery("jpg", {}, scene)).toEqual({ format: "jpg", quality: 90, size: null });
  expect(parseJpegQuery({ fps: "0.5", quality: "100", t: "1" }, scene)).toMatchObject({ maxFps: 0.5, quality: 100 });
});

test.each([
  ...[
    "15x100",
    "100x15",
    "8193x100",
    "axb",
    "100",
    "100x",
    "-100x100",
    "100x100x100",
    "1e2x100",
    "",
    ["1x1", "2x2"],
  ].map((size) => ({ size })),
  ...["0", "101", "-1", "1.5", "x", "", ["1", "2"]].map((quality) => ({ quality })),
  ...["0", "0.05", "61", "-1", "x", "", "1e1", "NaN", ["1", "2"]].map((fps) => ({ fps })),
])("%j is refused with the field and its rule", (query) => {
  const [field] = Object.keys(query);
  expect(() => parseJpegQuery(query, scene)).toThrow(new RegExp(`^${field} must be `));
});
