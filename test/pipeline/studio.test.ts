/** A studio in a real server, by its pixels: each source in its place, hot layouts, and sources that fail and come back. */

import { readdirSync, readlinkSync, realpathSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Colour, colourDistance, quadrantColours } from "../support/pixels.ts";
import { descendantsOf } from "../support/processes.ts";
import { ServedStudio, writeImage, writeMovie } from "../support/studio.ts";

const WITHIN = { timeout: 30_000, interval: 100 };
const [red, green, blue, black, grey] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [0, 0, 0],
  [0x20, 0x24, 0x2b],
] as const;
const [NEAR, SAME] = [6, 0];

const item = (name: string, x: number, y: number, more: object): object => ({
  name,
  x,
  y,
  width: 80,
  height: 60,
  ...more,
});
const quadrants = new URL("../fixtures/scenes/quadrants.ts", import.meta.url);

/** All sorts of items, each in a field of a view of 400x240. */
const items = {
  movie: item("movie", 0, 0, { kind: "movie", file: "blue.mp4", fit: "stretch" }),
  image: item("image", 80, 0, { kind: "image", file: "halves.png", fit: "stretch" }),
  cropped: item("cropped", 160, 0, { kind: "image", file: "halves.png", fit: "stretch", crop: { left: 0.5 } }),
  contained: item("contained", 240, 0, { kind: "image", file: "halves.png" }),
  room: item("room", 320, 0, { kind: "room", room: "quadrants/", fit: "stretch" }),
  below: item("below", 0, 60, { kind: "image", file: "red.png", fit: "cover" }),
  above: item("above", 40, 60, { kind: "image", file: "green.png", fit: "cover", opacity: 0.5 }),
  bordered: item("bordered", 160, 60, {
    kind: "image",
    file: "red.png",
    fit: "cover",
    border: { width: 4, color: "#00f" },
  }),
  clear: item("clear", 240, 60, { kind: "image", file: "clear.png", fit: "stretch" }),
  text: item("text", 320, 60, { kind: "text", text: "█", size: 40, color: "#0f0", align: "center" }),
  late: item("late", 0, 120, { kind: "movie", file: "late.mp4", fit: "stretch" }),
  hidden: item("hidden", 80, 120, { kind: "image", file: "red.png", fit: "cover", hidden: true }),
};
const layoutOf = (all: object): object => ({ version: 1, width: 400, height: 240, items: Object.values(all) });

let studio: ServedStudio;
beforeAll(async () => {
  studio = await ServedStudio.start(
    layoutOf(items),
    async (folder) => {
      writeMovie(join(folder, "blue.mp4"), "blue");
      writeMovie(join(folder, "later.mp4"), "lime");
      await writeImage(join(folder, "halves.png"), red, green);
      await writeImage(join(folder, "red.png"), red, red);
      await writeImage(join(folder, "green.png"), green, green);
      await writeImage(join(folder, "clear.png"), [255, 0, 0, 0], [0, 0, 255, 255]);
    },
    { scenes: { quadrants } },
  );
});
afterAll(() => studio?.[Symbol.asyncDispose]());

/** How far the worst of some pixels is from what it should be. */
async function distance(...wanted: readonly (readonly [x: number, y: number, colour: Colour])[]): Promise<number> {
  const colours = await studio.colours(...wanted.map(([x, y]) => [x, y] as const));
  return Math.max(...wanted.map(([, , colour], at) => colourDistance(colours[at], colour)));
}

describe("a view", () => {
  it("shows a movie, an image, a room of the server and text where the layout has them", async () => {
    await expect.poll(() => distance([40, 30, blue]), WITHIN).toBeLessThanOrEqual(NEAR);
    await expect.poll(() => distance([90, 30, red], [150, 30, green]), WITHIN).toBeLessThanOrEqual(SAME);
    const [topLeft = black, topRight = black, bottomLeft = black, bottomRight = black] = quadrantColours;
    const corners = [
      [340, 15, topLeft],
      [380, 15, topRight],
      [340, 45, bottomLeft],
      [380, 45, bottomRight],
    ] as const;
    await expect.poll(() => distance(...corners), WITHIN).toBeLessThanOrEqual(1);
    await expect.poll(() => distance([360, 90, green]), WITHIN).toBeLessThanOrEqual(NEAR);
  });

  it("crops, contains, puts one over the other, mixes, frames and leaves out what is hidden (UC1, UC2)", async () => {
    const wanted = [
      ...[
        [170, 30, green],
        [230, 30, green],
      ],
      // Twice as wide as high, so it has bars above and below.
      ...[
        [250, 30, red],
        [280, 5, black],
        [280, 55, black],
        [310, 30, green],
      ],
      ...[
        [10, 90, red],
        [60, 90, [127, 128, 0]],
        [100, 90, [0, 128, 0]],
      ],
      ...[
        [162, 90, blue],
        [200, 62, blue],
        [237, 118, blue],
        [200, 90, red],
      ],
      ...[
        [250, 90, black],
        [310, 90, blue],
      ],
      [100, 150, black],
    ] as unknown as [number, number, Colour][];
    await expect.poll(() => distance(...wanted), WITHIN).toBeLessThanOrEqual(1);
  });

  it("a layout that is saved is shown at once, and the sources that stay go on (UF1, UW1, US1, US2)", async () => {
    // The one that waits for its file is a process now and then.
    const staying = () => [
      ...sourceProcesses(studio.folder, "blue.mp4"),
      ...studio.server.rooms().map(({ pid }) => pid),
    ];
    await expect.poll(() => distance([40, 30, blue]), WITHIN).toBeLessThanOrEqual(NEAR);
    const before = staying();
    expect(before).toHaveLength(3);
    const moved = { ...items, movie: { ...items.movie, x: 160, y: 120 }, hidden: { ...items.hidden, hidden: false } };
    studio.save(layoutOf(moved));
    await expect
      .poll(() => distance([200, 150, blue], [40, 30, black], [100, 150, red]), WITHIN)
      .toBeLessThanOrEqual(NEAR);
    expect(staying()).toEqual(before);
    const room = studio.server.room("studio/");
    studio.save('{ "version": 1, "items": [{ "kind": "movie", "file": "blue.mp4", "width": 80, "height": "60" }] }');
    await expect
      .poll(() => studio.notice, WITHIN)
      .toMatch(/^view\.json was not taken: layout\.items\[0\]\.height must be a whole number/);
    expect(await distance([200, 150, blue], [100, 150, red])).toBeLessThanOrEqual(NEAR);
    studio.save({ ...layoutOf(items), width: 440, background: "#ff00ff" });
    await expect.poll(() => room.size, WITHIN).toEqual({ width: 440, height: 240 });
    await expect.poll(() => distance([430, 200, [255, 0, 255]], [40, 30, blue]), WITHIN).toBeLessThanOrEqual(NEAR);
    expect(studio.notice).toBe(null);
    studio.save(layoutOf(items));
    await expect.poll(() => room.size, WITHIN).toEqual({ width: 400, height: 240 });
    await expect.poll(() => distance([40, 30, blue], [90, 30, red]), WITHIN).toBeLessThanOrEqual(NEAR);
  });
});

describe("a source", () => {
  it("that fails shows a card, and comes back by itself (UR1, UR2)", async () => {
    await expect.poll(() => distance([4, 124, grey]), WITHIN).toBeLessThanOrEqual(SAME);
    renameSync(join(studio.folder, "later.mp4"), join(studio.folder, "late.mp4"));
    await expect.poll(() => distance([40, 150, green], [4, 124, green]), WITHIN).toBeLessThanOrEqual(NEAR);
    expect(await distance([40, 30, blue])).toBeLessThanOrEqual(NEAR);
  });

  it("whose process crashes costs its own picture for a second, and no other's (UR1)", async () => {
    await expect.poll(() => distance([40, 30, blue], [40, 150, green]), WITHIN).toBeLessThanOrEqual(NEAR);
    const movie = sourceProcesses(studio.folder, "blue.mp4");
    expect(movie).toHaveLength(1);
    process.kill(movie[0] ?? 0, "SIGKILL");
    await expect.poll(() => distance([4, 4, grey]), { timeout: 30_000, interval: 20 }).toBeLessThanOrEqual(SAME);
    expect(await distance([90, 30, red], [150, 30, green], [40, 150, green])).toBeLessThanOrEqual(NEAR);
    await expect.poll(() => distance([40, 30, blue], [4, 4, blue]), WITHIN).toBeLessThanOrEqual(NEAR);
  });

  it("fades when it comes and goes", async () => {
    const fading = { ...items, hidden: { ...items.hidden, fade: 3 } };
    studio.save(layoutOf(fading));
    await expect.poll(() => distance([100, 150, black]), WITHIN).toBeLessThanOrEqual(SAME);
    studio.save(layoutOf({ ...fading, hidden: { ...fading.hidden, hidden: false } }));
    const half = async (): Promise<number> => (await studio.colours([100, 150]))[0]?.[0] ?? 0;
    await expect.poll(half, { timeout: 30_000, interval: 150 }).toSatisfy((red: number) => red > 20 && red < 235);
    await expect.poll(half, WITHIN).toBe(255);
  });

  it("that is a room of the server is kept as if somebody watched, and says where there is no such room (UX1)", async () => {
    expect(studio.server.rooms().map(({ name }) => name)).toEqual(["studio/", "quadrants/"]);
    const elsewhere = [
      { ...items.room, room: "nowhere/" },
      { ...items.image, kind: "room", room: "studio/", file: undefined },
    ];
    studio.save(layoutOf(elsewhere));
    await expect.poll(() => distance([324, 4, grey], [84, 4, grey]), WITHIN).toBeLessThanOrEqual(SAME);
    studio.save(layoutOf(items));
    await expect.poll(() => distance([340, 15, quadrantColours[0] ?? black]), WITHIN).toBeLessThanOrEqual(1);
  });
});

/** The processes of sources that have this file open. */
function sourceProcesses(folder: string, file: string): number[] {
  const path = realpathSync(join(folder, file));
  return descendantsOf(process.pid).filter((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === path);
    } catch {
      // It has ended.
      return false;
    }
  });
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
