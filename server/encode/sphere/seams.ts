/**
 * Owns finding which faces of a cube stand in which tiles, by what goes on over the seams. Pure.
 *
 * CF1 Each two faces that meet have an edge in common, so of two tiles the lines along those edges look alike. Of all ways to lay six
 *     tiles around a cube the one counts whose twelve seams differ least.
 * CF2 Seams say nothing of where is up and ahead: a cube may be turned in 24 ways. A layout that is known goes before others; else
 *     the tile that is first in the middle is in front and upright.
 * CF3 What is even, as a sky, looks alike everywhere. A known layout counts where no other one is clearly better, and none where
 *     the best one is no good.
 */

import { type CubeLayout, directionOn, type Face, faces, type Tile } from "./layouts.ts";

/** Corners of a tile: left and top, right and top, right and bottom, left and bottom. */
type Corner = 0 | 1 | 2 | 3;
/** Colours along the edge of a tile between two corners. */
export type EdgeLine = readonly number[];
/** The lines of one tile: along the top, the right, the bottom and the left, from the left or from the top. */
export type TileEdges = readonly [top: EdgeLine, right: EdgeLine, bottom: EdgeLine, left: EdgeLine];

export type FoundTiles = {
  readonly layout: CubeLayout;
  /** How much the colours of its seams differ in the mean, in the unit of the lines. */
  readonly difference: number;
  /** The same of the best that is no turn of it. */
  readonly nextDifference: number;
};

const corners: readonly Corner[] = [0, 1, 2, 3];
const cornerPlaces: readonly (readonly [number, number])[] = [
  [-1, 1],
  [1, 1],
  [1, -1],
  [-1, -1],
];
/** From which corner to which the lines run. */
const lineEnds: readonly (readonly [Corner, Corner])[] = [
  [0, 1],
  [1, 2],
  [3, 2],
  [0, 3],
];
/** Another way must be better by so much of the difference to count before a known one. */
const MIN_BETTER = 0.8;

/** An edge of a face in a tile, as it lies on the cube: the corners of the cube at its ends, in order, and where its line is. */
type PlacedEdge = { readonly key: string; readonly edge: number; readonly isReversed: boolean };

/** The lines of six tiles, in the order of layouts; `known` are tried first. */
export function findTiles(tiles: readonly TileEdges[], known: readonly CubeLayout[]): FoundTiles {
  const search = new Search(tiles);
  search.place([{ face: "f", turns: 0 }]);
  const { best, next } = search;
  const bestOfKnown = known
    .map((layout) => ({ layout, difference: search.differenceOf(layout.tiles) }))
    .reduce<{ layout: CubeLayout; difference: number } | null>(
      (least, one) => (least === null || one.difference < least.difference ? one : least),
      null,
    );
  if (bestOfKnown !== null && best.difference > MIN_BETTER * bestOfKnown.difference) {
    return { ...bestOfKnown, nextDifference: next.difference };
  }
  return {
    layout: { kind: "cube", tiles: turnedToFront(best.tiles), isEquiAngular: false },
    difference: best.difference,
    nextDifference: next.difference,
  };
}

type Way = { readonly tiles: readonly Tile[]; readonly difference: number };
const nowhere: Way = { tiles: [], difference: Number.POSITIVE_INFINITY };

class Search {
  best: Way = nowhere;
  next: Way = nowhere;
  readonly #lines: readonly TileEdges[];
  /** By tile, edge, tile, edge and whether the one runs the other way. */
  readonly #costs = new Map<number, number>();

  constructor(lines: readonly TileEdges[]) {
    this.#lines = lines;
  }

  /** Tries all ways to go on. That the first tile is in front counts each way once for its 24 turns. */
  place(tiles: readonly Tile[]): void {
    const difference = this.differenceOf(tiles);
    if (difference >= this.next.difference) return;
    if (tiles.length === this.#lines.length) return this.#note({ tiles, difference });
    for (const face of faces.filter((one) => tiles.every((tile) => tile.face !== one))) {
      for (const turns of corners) this.place([...tiles, { face, turns }]);
    }
  }

  /** The mean over all twelve seams; those of which a tile is missing count nothing yet. */
  differenceOf(tiles: readonly Tile[]): number {
    const open = new Map<string, { readonly tile: number; readonly placed: PlacedEdge }>();
    let sum = 0;
    for (const [tile, at] of tiles.entries()) {
      for (const placed of edgesOf(at)) {
        const other = open.get(placed.key);
        if (other === undefined) open.set(placed.key, { tile, placed });
        else sum += this.#cost(other.tile, other.placed, tile, placed);
      }
    }
    return sum / 12;
  }

  #note(way: Way): void {
    if (way.difference < this.best.difference) [this.next, this.best] = [this.best, way];
    else if (way.difference < this.next.difference) this.next = way;
  }

  #cost(tile: number, one: PlacedEdge, otherTile: number, other: PlacedEdge): number {
    const isReversed = one.isReversed !== other.isReversed;
    const key = (((tile * 4 + one.edge) * 6 + otherTile) * 4 + other.edge) * 2 + (isReversed ? 1 : 0);
    const known = this.#costs.get(key);
    if (known !== undefined) return known;
    const [line, against] = [this.#lines[tile]?.[one.edge] ?? [], this.#lines[otherTile]?.[other.edge] ?? []];
    const cost = differenceOf(line, isReversed ? reversed(against) : against);
    this.#costs.set(key, cost);
    return cost;
  }
}

/** Of colours of three numbers each. */
function reversed(line: EdgeLine): EdgeLine {
  const count = line.length / 3;
  return line.map((_, at) => line[(count - 1 - Math.floor(at / 3)) * 3 + (at % 3)] ?? 0);
}

export function differenceOf(one: EdgeLine, other: EdgeLine): number {
  const sum = one.reduce((all, value, at) => all + Math.abs(value - (other[at] ?? 0)), 0);
  return sum / Math.max(1, one.length);
}

const placedEdges = new Map<string, readonly PlacedEdge[]>();

function edgesOf(tile: Tile): readonly PlacedEdge[] {
  const name = `${tile.face}${tile.turns}`;
  const known = placedEdges.get(name);
  if (known !== undefined) return known;
  const keys = cornerKeys(tile);
  const found = lineEnds.map(([from, to], edge) => {
    const ends = [keys[from] ?? "", keys[to] ?? ""];
    const sorted = ends.toSorted();
    return { key: sorted.join(), edge, isReversed: sorted[0] !== ends[0] };
  });
  placedEdges.set(name, found);
  return found;
}

/** Which corners of the cube are those of a tile. */
function cornerKeys(tile: Tile): readonly string[] {
  return cornerPlaces.map(([x, y]) => {
    const direction = directionOn(tile, x, y);
    return direction.map((side) => (side > 0 ? "+" : "-")).join("");
  });
}

/** CF2: as if one had turned around until the second tile of the upper row is in front and upright. */
function turnedToFront(tiles: readonly Tile[]): readonly Tile[] {
  const front = tiles[1];
  if (front === undefined) return tiles;
  const [from, to] = [cornerKeys(front), cornerKeys({ face: "f", turns: 0 })];
  // Opposite corners go with each other, which makes all eight.
  const moved = new Map(
    from.flatMap((key, at) => [[key, to[at] ?? ""] as const, [opposite(key), opposite(to[at] ?? "")]]),
  );
  return tiles.map((tile) => tileOf(cornerKeys(tile).map((key) => moved.get(key) ?? "")));
}

function opposite(key: string): string {
  return [...key].map((sign) => (sign === "+" ? "-" : "+")).join("");
}

function tileOf(keys: readonly string[]): Tile {
  for (const face of faces) {
    for (const turns of corners) {
      if (cornerKeys({ face, turns }).every((key, at) => key === keys[at])) return { face: face satisfies Face, turns };
    }
  }
  throw new Error("These are not the corners of a face.");
}
