/** Which face is in which tile, found by what goes on over the seams: for any order and any turns (CF1 to CF3). */

import { describe, expect, it } from "vitest";
import {
  type CubeLayout,
  directionOn,
  type Face,
  faces,
  sphereLayouts,
  type Tile,
  tilesText,
} from "../../../../../server/encode/sphere/layouts.ts";
import { findTiles, type TileEdges } from "../../../../../server/encode/sphere/seams.ts";

const POINTS = 24;
const known = [sphereLayouts["cube-turned"], sphereLayouts.cube];

type Sky = (direction: readonly number[]) => readonly number[];

/** Of a world with no two directions alike. */
const sky: Sky = ([x = 0, y = 0, z = 0]) =>
  [x + 0.3 * Math.sin(5 * y), y + 0.3 * Math.sin(7 * z), z + 0.3 * Math.sin(4 * x + y)].map((side) => 128 + 90 * side);

/** A step inside of its edges, as pictures have it. */
function edgesOf(tile: Tile, world: Sky, noise: () => number): TileEdges {
  const inside = 1 - 1 / POINTS;
  const line = (place: (part: number) => readonly [number, number]): number[] =>
    Array.from({ length: POINTS }, (_, at) => place((2 * (at + 0.5)) / POINTS - 1)).flatMap(([right, up]) =>
      world(directionOn(tile, right, up)).map((value) => value + noise()),
    );
  return [
    line((part) => [part, inside]),
    line((part) => [inside, -part]),
    line((part) => [part, -inside]),
    line((part) => [-inside, -part]),
  ];
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled(random: () => number): readonly Tile[] {
  const left: Face[] = [...faces];
  return faces.map(() => ({
    face: left.splice(Math.floor(random() * left.length), 1)[0] ?? "f",
    turns: Math.floor(random() * 4),
  }));
}

function found(tiles: readonly Tile[], world: Sky = sky, noise: () => number = () => 0) {
  return findTiles(
    tiles.map((tile) => edgesOf(tile, world, noise)),
    known,
  );
}

/** Whether two ways to lay the tiles are one, but for how one stands in the world: the same corners meet. */
function isTurnOf(one: readonly Tile[], other: readonly Tile[]): boolean {
  const meetings = (tiles: readonly Tile[]): string => {
    const at = tiles.flatMap((tile, index) =>
      [
        [-1, 1],
        [1, 1],
        [1, -1],
        [-1, -1],
      ].map(([x = 0, y = 0], corner) => ({
        name: `${index}${corner}`,
        key: directionOn(tile, x, y)
          .map((side) => Math.sign(side))
          .join(),
      })),
    );
    const groups = Map.groupBy(at, ({ key }) => key);
    return [...groups.values()]
      .map((group) => group.map(({ name }) => name).join("+"))
      .toSorted()
      .join();
  };
  return meetings(one) === meetings(other);
}

describe("CF1: the tiles of a cube", () => {
  it("are found in any order and turned in any way, but for how the cube stands in the world", () => {
    const random = randomOf(7);
    for (let trial = 0; trial < 25; trial += 1) {
      const tiles = shuffled(random);
      const { layout, difference, nextDifference } = found(tiles, sky, () => 6 * (random() - 0.5));
      expect(isTurnOf(layout.tiles, tiles)).toBe(true);
      expect(difference).toBeLessThan(nextDifference / 2);
    }
  });

  it("are told apart where one alone is turned or two are exchanged", () => {
    const { tiles } = sphereLayouts["cube-turned"];
    for (const [at, tile] of tiles.entries()) {
      for (const turns of [1, 2, 3]) {
        const turned = tiles.with(at, { ...tile, turns: (tile.turns + turns) % 4 });
        expect(isTurnOf(found(turned).layout.tiles, turned)).toBe(true);
      }
      const [other] = tiles;
      if (other === undefined || at === 0) continue;
      const exchanged = tiles.with(at, other).with(0, tile);
      expect(isTurnOf(found(exchanged).layout.tiles, exchanged)).toBe(true);
    }
  });
});

describe("CF2: how the cube stands", () => {
  it("is as a known layout has it", () => {
    for (const layout of known) expect(tilesText(found(layout.tiles).layout)).toBe(tilesText(layout));
  });

  it("is else with the second tile in front and upright", () => {
    const random = randomOf(3);
    for (let trial = 0; trial < 20; trial += 1) {
      const { layout } = found(shuffled(random));
      if (known.some((one) => tilesText(one) === tilesText(layout))) continue;
      expect(layout.tiles[1]).toEqual({ face: "f", turns: 0 });
    }
  });
});

describe("CF3: what looks alike everywhere", () => {
  it("is taken for a known layout", () => {
    const grey: Sky = () => [128, 128, 128];
    const random = randomOf(5);
    const names = known.map((layout: CubeLayout) => tilesText(layout));
    expect(names).toContain(tilesText(found(shuffled(random), grey, () => random()).layout));
    // Half of it is even, and the other half is enough.
    const evenSky: Sky = (direction) => ((direction[1] ?? 0) > 0.2 ? [90, 150, 250] : sky(direction));
    for (const layout of known) expect(tilesText(found(layout.tiles, evenSky).layout)).toBe(tilesText(layout));
  });
});
