/** Owns a generated street: houses, trees, lamps and cars along the lane of a drive, and the colours of the ground. */

import type { DrivePath } from "./drive-path.ts";
import { GroundMap } from "./ground-map.ts";
import { grain, type Rgb, type Solid } from "./solid.ts";

/** What has a box in tracklet_labels.xml. */
export type StreetObject = {
  readonly objectType: string;
  /** Length, width and height in metres. */
  readonly size: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
  /** How far along the lane, and to its left, it is at a time; how fast along the lane it goes, in m/s. */
  readonly along: number;
  readonly left: number;
  readonly speed: number;
};

const CAR_COLOURS = [
  [178, 34, 38],
  [214, 218, 224],
  [38, 66, 124],
  [66, 70, 78],
  [222, 176, 46],
  [232, 236, 240],
  [46, 96, 70],
] as const;
const WALLS = [
  [196, 170, 132],
  [170, 110, 84],
  [206, 200, 186],
  [150, 158, 168],
  [214, 186, 120],
  [160, 132, 118],
] as const;
const SKIN = [70, 92, 150] as const;
/** Left of the car's lane: the other one, and the kerbs. */
const [OTHER_LANE, LEFT_PARKED, RIGHT_PARKED] = [3.5, 6.7, -3.1];

export class Street {
  readonly objects: readonly StreetObject[];
  readonly #path: DrivePath;
  readonly #still: readonly Solid[];
  readonly #ground: GroundMap;

  constructor(path: DrivePath) {
    this.#path = path;
    this.objects = [...parked(path), ...moving(path)];
    this.#still = [...houses(path), ...trees(path), ...lamps(path)];
    this.#ground = new GroundMap(path);
  }

  groundAt(x: number, y: number, into: Rgb): void {
    this.#ground.colourAt(x, y, into);
  }

  /** Where an object is, on the ground. */
  placeOf({ along, left, speed }: StreetObject, seconds: number): { x: number; y: number; heading: number } {
    const { x, y, heading } = this.#path.placeAt(along + speed * seconds, left);
    return { x, y, heading: speed < 0 ? heading + Math.PI : heading };
  }

  /** Everything that is within `reach` metres of a place at a time. */
  solidsNear(x: number, y: number, reach: number, seconds: number): Solid[] {
    const isNear = (solid: { readonly x: number; readonly y: number }) => Math.hypot(solid.x - x, solid.y - y) < reach;
    const cars = this.objects.flatMap((object) => {
      const place = this.placeOf(object, seconds);
      return isNear(place) ? solidsOf(object, place) : [];
    });
    return [...this.#still.filter(isNear), ...cars];
  }
}

function solidsOf(
  { objectType, size, colour }: StreetObject,
  place: { x: number; y: number; heading: number },
): Solid[] {
  const [length, width, height] = size;
  const { x, y, heading: yaw } = place;
  const common = { x, y, yaw, colour } as const;
  if (objectType === "Pedestrian")
    return [
      { ...common, form: "ball", paint: "plain", z: height * 0.45, half: [length / 2, width / 2, height * 0.45] },
      { ...common, form: "ball", paint: "plain", z: height - 0.13, half: [0.12, 0.12, 0.13], colour: [206, 160, 130] },
    ];
  const body = height * 0.58;
  const back = length * 0.06;
  return [
    { ...common, form: "box", paint: "car", z: body / 2 + 0.02, half: [length / 2, width / 2, body / 2] },
    {
      ...common,
      form: "box",
      paint: "cabin",
      x: x - Math.cos(yaw) * back,
      y: y - Math.sin(yaw) * back,
      z: (body + height) / 2,
      half: [length * (objectType === "Van" ? 0.44 : 0.29), width * 0.44, (height - body) / 2],
    },
  ];
}

function parked(path: DrivePath): StreetObject[] {
  const objects: StreetObject[] = [];
  for (let along = 8, at = 0; along < path.length - 5; along += 8 + 9 * grain(at, 1, 7), at += 1) {
    const isLeft = grain(at, 2, 7) < 0.5;
    const isVan = grain(at, 3, 7) < 0.2;
    const size = isVan ? ([5, 1.95, 2.1] as const) : ([3.9 + 0.7 * grain(at, 4, 7), 1.72, 1.48] as const);
    const colour = CAR_COLOURS[Math.floor(grain(at, 5, 7) * CAR_COLOURS.length)] ?? CAR_COLOURS[0];
    const left = isLeft ? LEFT_PARKED : RIGHT_PARKED;
    objects.push({ objectType: isVan ? "Van" : "Car", size, colour, along, left, speed: 0 });
  }
  return objects;
}

function moving(path: DrivePath): StreetObject[] {
  const car = path.carAt(0);
  const size = [4.3, 1.78, 1.46] as const;
  const objects: StreetObject[] = [
    { objectType: "Car", size, colour: CAR_COLOURS[0], along: car + 16, left: 0, speed: 8.2 },
  ];
  for (let along = car + 38, at = 0; along < path.length * 2.2; along += 55 + 30 * grain(at, 6, 7), at += 1) {
    const colour = CAR_COLOURS[(at + 4) % CAR_COLOURS.length] ?? CAR_COLOURS[1];
    objects.push({ objectType: "Car", size, colour, along, left: OTHER_LANE, speed: -9 });
  }
  for (let along = car + 12, at = 0; along < path.length; along += 17 + 20 * grain(at, 8, 7), at += 1) {
    const left = at % 2 === 0 ? -5.4 : 9;
    objects.push({
      objectType: "Pedestrian",
      size: [0.55, 0.6, 1.75],
      colour: SKIN,
      along,
      left,
      speed: at % 2 === 0 ? 1.3 : -1.2,
    });
  }
  return objects;
}

function houses(path: DrivePath): Solid[] {
  const solids: Solid[] = [];
  for (const side of [-1, 1]) {
    for (let along = 0, at = 0; along < path.length; at += 1) {
      const [length, depth, height] = [9 + 8 * grain(at, side, 1), 8, 6 + 3 * Math.floor(3 * grain(at, side, 2))];
      const front = side < 0 ? -8.6 : 12.2;
      const { x, y, heading } = path.placeAt(along + length / 2, front + (side * depth) / 2);
      const colour = WALLS[Math.floor(grain(at, side, 3) * WALLS.length)] ?? WALLS[0];
      const half = [length / 2 - 0.3, depth / 2, height / 2] as const;
      // A gap here and there, through which one sees further.
      if (grain(at, side, 4) > 0.15)
        solids.push({ form: "box", paint: "house", x, y, z: height / 2, yaw: heading, half, colour });
      along += length + 1.5 * grain(at, side, 5);
    }
  }
  return solids;
}

function trees(path: DrivePath): Solid[] {
  const solids: Solid[] = [];
  for (let along = 4, at = 0; along < path.length; along += 13 + 8 * grain(at, 1, 3), at += 1) {
    const { x, y, heading: yaw } = path.placeAt(along, at % 2 === 0 ? 10.6 : -7);
    const height = 3.4 + 1.6 * grain(at, 2, 3);
    const crown = 1.3 + 0.6 * grain(at, 3, 3);
    solids.push({
      form: "box",
      paint: "plain",
      x,
      y,
      z: height / 2,
      yaw,
      half: [0.14, 0.14, height / 2],
      colour: [92, 70, 52],
    });
    const green = [74, 104 + 30 * grain(at, 4, 3), 52] as const;
    solids.push({
      form: "ball",
      paint: "leaves",
      x,
      y,
      z: height + crown * 0.6,
      yaw,
      half: [crown, crown, crown * 1.2],
      colour: green,
    });
  }
  return solids;
}

function lamps(path: DrivePath): Solid[] {
  const solids: Solid[] = [];
  for (let along = 15; along < path.length; along += 32) {
    const { x, y, heading: yaw } = path.placeAt(along, -4.6);
    solids.push({ form: "box", paint: "plain", x, y, z: 3, yaw, half: [0.07, 0.07, 3], colour: [120, 126, 132] });
    solids.push({ form: "box", paint: "plain", x, y, z: 6, yaw, half: [0.16, 0.5, 0.08], colour: [236, 232, 210] });
  }
  return solids;
}
