/** Owns what a generated street is made of: boxes and balls, turned about the vertical, each with a paint. */

export type Paint = "plain" | "house" | "car" | "cabin" | "leaves";

export type Solid = {
  readonly form: "box" | "ball";
  readonly paint: Paint;
  /** Of the middle, in metres of the ground. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  /** Half of its length, width and height. */
  readonly half: readonly [number, number, number];
  /** Red, green and blue, from 0 to 255. */
  readonly colour: readonly [number, number, number];
};

/** Red, green and blue of a place. */
export type Rgb = [number, number, number];

const SUN = normalized(-0.45, 0.55, 0.7);
const GLASS = [42, 54, 70] as const;

/** What a place of a solid looks like: `x`, `y` and `z` from -1 to 1 of its half sides. */
export function paintSolid(solid: Solid, x: number, y: number, z: number, into: Rgb): void {
  const [length, width, height] = solid.half;
  const [red, green, blue] = solid.colour;
  let shade = lightOf(solid, x, y, z);
  let isGlass = false;
  if (solid.paint === "house") {
    const isFront = Math.abs(y) > 0.999;
    const along = isFront ? (x + 1) * length : (y + 1) * width;
    const up = (z + 1) * height;
    const [column, row] = [along % 2.4, up % 3];
    isGlass = Math.abs(z) < 0.999 && column > 0.7 && column < 1.8 && row > 1 && row < 2.4;
    // Where a floor begins, and the joints of the wall.
    if (row < 0.12) shade *= 0.8;
    else if (!isGlass && (along % 0.6 < 0.04 || up % 0.3 < 0.03)) shade *= 0.9;
  } else if (solid.paint === "cabin") {
    isGlass = z > -0.8 && z < 0.75 && Math.abs(z) < 0.999;
  } else if (solid.paint === "car") {
    const wheel = Math.min(
      Math.hypot((x - 0.62) * length, (z + 0.75) * height),
      Math.hypot((x + 0.62) * length, (z + 0.75) * height),
    );
    if (Math.abs(y) > 0.99 && wheel < 0.34) return void set(into, 22, 22, 26, 1);
    // Lamps: white before, red behind.
    if (Math.abs(x) > 0.99 && Math.abs(y) > 0.55 && z > 0 && z < 0.6)
      return void (x > 0 ? set(into, 250, 246, 220, 1) : set(into, 220, 30, 30, 1));
  } else if (solid.paint === "leaves") {
    shade *= 0.7 + 0.5 * grain(Math.floor(x * 9), Math.floor(y * 9), Math.floor(z * 9));
  }
  if (isGlass) set(into, GLASS[0], GLASS[1], GLASS[2], 0.6 + shade * 0.7);
  else set(into, red, green, blue, shade);
}

/** A number from 0 to 1 that looks random and is always the same. */
export function grain(x: number, y: number, z: number): number {
  let mixed = Math.imul(x | 0, 374_761_393) ^ Math.imul(y | 0, 668_265_263) ^ Math.imul(z | 0, 1_274_126_177);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1_103_515_245);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

function lightOf({ form, half, yaw }: Solid, x: number, y: number, z: number): number {
  let nx = x / half[0];
  let ny = y / half[1];
  let nz = z / half[2];
  if (form === "box") {
    const isX = Math.abs(x) >= Math.abs(y) && Math.abs(x) >= Math.abs(z);
    const isY = !isX && Math.abs(y) >= Math.abs(z);
    nx = isX ? Math.sign(x) : 0;
    ny = isY ? Math.sign(y) : 0;
    nz = isX || isY ? 0 : Math.sign(z);
  }
  const size = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
  const towards = ((nx * cos - ny * sin) * SUN[0] + (nx * sin + ny * cos) * SUN[1] + nz * SUN[2]) / size;
  return 0.55 + 0.5 * Math.max(0, towards) + 0.08 * (nz / size);
}

function set(into: Rgb, red: number, green: number, blue: number, shade: number): void {
  into[0] = Math.min(255, red * shade);
  into[1] = Math.min(255, green * shade);
  into[2] = Math.min(255, blue * shade);
}

function normalized(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
