/**
 * Owns how a picture of all around is laid out: equirectangular, or the six faces of a cube in three tiles over three. Pure.
 *
 * Directions are x to the right, y up, z behind; straight ahead is the middle of the picture, or of the face in front.
 */

import type { PictureSize } from "../../../shared/video.ts";

/** Right, left, up, down, in front, behind. */
export const faces = ["r", "l", "u", "d", "f", "b"] as const;
export type Face = (typeof faces)[number];

/** A face in its tile, and by how many quarters of a turn, clockwise, it is turned there. */
export type Tile = { readonly face: Face; readonly turns: number };

export type CubeLayout = {
  readonly kind: "cube";
  /** Of the upper row and then the lower one, from the left. */
  readonly tiles: readonly Tile[];
  /** Whether a step in a tile is a step in angle, and not on the face. */
  readonly isEquiAngular: boolean;
};

export type SphereLayout = { readonly kind: "equirect" } | CubeLayout;

type Vector = readonly [x: number, y: number, z: number];

/** Six letters of faces, and the turns of each, as `lfrdbu` and `000313`. */
function cube(letters: string, turns: string, isEquiAngular: boolean = false): CubeLayout {
  const tiles = [...letters].map((face, at) => ({ face: face as Face, turns: Number(turns[at]) }));
  return { kind: "cube", tiles, isEquiAngular };
}

/** The layouts that have a name. */
export const sphereLayouts: Readonly<Record<"cube" | "cube-turned" | "eac", CubeLayout>> & {
  readonly equirect: SphereLayout;
} = {
  equirect: { kind: "equirect" },
  /** Layout 0 of Google's Spherical Video V2: all upright. */
  cube: cube("rludfb", "000000"),
  /** In front with what is beside it, and below that down, behind and up, turned so that they go on from each other. */
  "cube-turned": cube("lfrdbu", "000313"),
  /** The same with even angles: YouTube's equi-angular cube map. */
  eac: cube("lfrdbu", "000313", true),
};

export type SphereLayoutName = keyof typeof sphereLayouts;

export const layoutNames: readonly SphereLayoutName[] = ["equirect", "cube", "cube-turned", "eac"];

/** How each face is looked at: where its middle, its right edge and its upper edge are. */
const axes: Readonly<Record<Face, readonly [ahead: Vector, right: Vector, up: Vector]>> = {
  r: [
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  l: [
    [-1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  u: [
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
  d: [
    [0, -1, 0],
    [1, 0, 0],
    [0, 0, -1],
  ],
  f: [
    [0, 0, -1],
    [1, 0, 0],
    [0, 1, 0],
  ],
  b: [
    [0, 0, 1],
    [-1, 0, 0],
    [0, 1, 0],
  ],
};

/** Beside and above each row of YouTube's cubes there are so many pixels that repeat its edge, as FFmpeg's filter knows it. */
const EAC_PADDING = 2;

/**
 * The direction, of length 1, of a place in the picture: from 0, left and top, to 1. `size` is that of the picture, where what repeats
 * edges counts.
 */
export function directionAt(layout: SphereLayout, u: number, v: number, size: PictureSize | null = null): Vector {
  if (layout.kind === "equirect") {
    const [longitude, latitude] = [(u - 0.5) * 2 * Math.PI, (0.5 - v) * Math.PI];
    const flat = Math.cos(latitude);
    return [flat * Math.sin(longitude), Math.sin(latitude), -flat * Math.cos(longitude)];
  }
  const padding = layout.isEquiAngular && size !== null ? EAC_PADDING : 0;
  const row = Math.min(1, Math.floor(v * 2));
  const across = 3 * inside(u, padding / (size?.width ?? 1));
  const down = inside(v * 2 - row, (2 * padding) / (size?.height ?? 1));
  const column = Math.min(2, Math.floor(across));
  const tile = layout.tiles[row * 3 + column];
  if (tile === undefined) throw new TypeError("A layout must have six tiles.");
  const place = (part: number): number => (layout.isEquiAngular ? Math.tan((part * Math.PI) / 4) : part);
  return directionOn(tile, place(2 * (across - column) - 1), place(1 - 2 * down));
}

/** A part of a length that has padding at both ends, as a part of what is between. */
function inside(part: number, padding: number): number {
  return Math.min(1, Math.max(0, (part - padding) / (1 - 2 * padding)));
}

/** A place in a tile, from -1, left and bottom, to 1, as a direction. */
export function directionOn({ face, turns }: Tile, right: number, up: number): Vector {
  let [x, y] = [right, up];
  for (let turn = 0; turn < turns; turn += 1) [x, y] = [-y, x];
  const [ahead, toRight, toUp] = axes[face];
  const at = (axis: 0 | 1 | 2): number => ahead[axis] + x * toRight[axis] + y * toUp[axis];
  const [dx, dy, dz] = [at(0), at(1), at(2)];
  const length = Math.hypot(dx, dy, dz);
  return [dx / length, dy / length, dz / length];
}

/** The size that a layout has where it is as fine as another one is, in the middle of its sides. */
export function sizeLike(to: SphereLayout, from: SphereLayout, { width, height }: PictureSize): PictureSize {
  const quarter = from.kind === "equirect" ? width / 4 : Math.max(width / 3, height / 2);
  const side = Math.max(16, 2 * Math.round(quarter / 2));
  return to.kind === "equirect" ? { width: 4 * side, height: 2 * side } : { width: 3 * side, height: 2 * side };
}

/** What FFmpeg's filter v360 takes for it; `end` is where it stands. */
export function v360Options(layout: SphereLayout, end: "in" | "out"): string {
  if (layout.kind === "equirect") return end === "in" ? "input=e" : "output=e";
  const kind = end === "in" ? "input" : "output";
  // The filter's own kind has the one order alone.
  if (layout.isEquiAngular) return `${kind}=eac`;
  const order = layout.tiles.map(({ face }) => face).join("");
  const turns = layout.tiles.map(({ turns: count }) => count).join("");
  return `${kind}=c3x2:${end}_forder=${order}:${end}_frot=${turns}`;
}

/** Reads `lfrdbu:000313`. Throws `TypeError`. */
export function parseTiles(text: string): CubeLayout {
  const [, letters = "", turns = ""] = /^([rludfb]{6}):([0-3]{6})$/.exec(text) ?? [];
  if (new Set(letters).size === 6) return cube(letters, turns);
  throw new TypeError(
    "must be six faces of r, l, u, d, f and b and the turns of each, as lfrdbu:000313, the upper row first.",
  );
}

/** The same back. */
export function tilesText({ tiles }: CubeLayout): string {
  return `${tiles.map(({ face }) => face).join("")}:${tiles.map(({ turns }) => turns).join("")}`;
}
