/**
 * Prints a glTF model, two chessmen on four squares, turned on a lathe:
 * `node examples/model/make-model.ts > examples/model/chess.gltf`.
 */

import {
  BoxGeometry,
  type BufferGeometry,
  CatmullRomCurve3,
  LatheGeometry,
  SphereGeometry,
  Vector2,
  Vector3,
} from "three";

const AROUND = 40;
/** From the axis and from the ground, in heights of a square; a null begins a new smooth stretch, so an edge. */
type Profile = readonly (readonly [number, number] | null)[];
const FOOT: Profile = [
  [0, 0],
  [0.37, 0],
  null,
  [0.37, 0],
  [0.385, 0.05],
  [0.36, 0.1],
  null,
  [0.36, 0.1],
  [0.3, 0.14],
  [0.3, 0.17],
];
const PAWN: Profile = [
  ...FOOT,
  null,
  [0.3, 0.17],
  [0.2, 0.26],
  [0.13, 0.42],
  [0.115, 0.56],
  null,
  [0.115, 0.56],
  [0.2, 0.58],
  [0.2, 0.61],
  [0.1, 0.64],
];
const QUEEN: Profile = [
  ...FOOT,
  null,
  [0.31, 0.17],
  [0.24, 0.28],
  [0.16, 0.52],
  [0.125, 0.84],
  [0.13, 0.98],
  null,
  [0.13, 0.98],
  [0.23, 1.0],
  [0.23, 1.04],
  [0.13, 1.06],
  null,
  [0.13, 1.06],
  [0.15, 1.2],
  [0.235, 1.36],
  null,
  [0.235, 1.36],
  [0.19, 1.37],
  [0.12, 1.42],
  [0, 1.45],
];

type Part = {
  readonly geometry: BufferGeometry;
  readonly material: number;
  readonly at: readonly [number, number, number];
};

const materials = [
  { name: "gold", color: [0.95, 0.52, 0.16], metallic: 1, roughness: 0.22 },
  { name: "steel", color: [0.5, 0.55, 0.66], metallic: 1, roughness: 0.28 },
  { name: "light square", color: [0.42, 0.35, 0.27], metallic: 0, roughness: 0.45 },
  { name: "dark square", color: [0.02, 0.024, 0.05], metallic: 0, roughness: 0.4 },
];

function turned(profile: Profile): BufferGeometry {
  const points: Vector2[] = [];
  let stretch: Vector3[] = [];
  for (const corner of [...profile, null]) {
    if (corner !== null) {
      stretch.push(new Vector3(corner[0], corner[1], 0));
      continue;
    }
    const curve = new CatmullRomCurve3(stretch, false, "centripetal");
    points.push(...curve.getPoints((stretch.length - 1) * 2).map(({ x, y }) => new Vector2(Math.max(0, x), y)));
    stretch = [];
  }
  return new LatheGeometry(points, AROUND);
}

function parts(): Part[] {
  const square = new BoxGeometry(1, 0.14, 1);
  const squares = [0, 1, 2, 3].map((at): Part => {
    const [column, row] = [at % 2, Math.floor(at / 2)];
    return { geometry: square, material: (column + row) % 2 === 0 ? 2 : 3, at: [column - 0.5, -0.07, row - 0.5] };
  });
  const [pawn, queen] = [turned(PAWN), turned(QUEEN)];
  const balls = { pawn: new SphereGeometry(0.185, 28, 18), queen: new SphereGeometry(0.065, 18, 12) };
  const men: Part[] = [
    { geometry: queen, material: 0, at: [-0.5, 0, -0.5] },
    { geometry: balls.queen, material: 0, at: [-0.5, 1.5, -0.5] },
    { geometry: pawn, material: 1, at: [0.5, 0, 0.5] },
    { geometry: balls.pawn, material: 1, at: [0.5, 0.79, 0.5] },
  ];
  return [...squares, ...men];
}

/** glTF 2.0, its data within as base64. */
function gltfOf(list: readonly Part[]): object {
  const views: { buffer: 0; byteOffset: number; byteLength: number; target: number }[] = [];
  const accessors: object[] = [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (values: Float32Array | Uint16Array, type: string, target: number, bounds: object): number => {
    const bytes = new Uint8Array(Math.ceil(values.byteLength / 4) * 4);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    views.push({ buffer: 0, byteOffset: length, byteLength: values.byteLength, target });
    chunks.push(bytes);
    length += bytes.length;
    const [componentType, of] = values instanceof Uint16Array ? [5123, 1] : [5126, 3];
    return (
      accessors.push({ bufferView: views.length - 1, componentType, count: values.length / of, type, ...bounds }) - 1
    );
  };
  const known = new Map<BufferGeometry, object>();
  const meshes = list.map(({ geometry, material }) => {
    if (!known.has(geometry)) {
      geometry.computeBoundingBox();
      const { min, max } = geometry.boundingBox ?? { min: new Vector3(), max: new Vector3() };
      const [place, normal] = ["position", "normal"].map((name) =>
        Float32Array.from(geometry.getAttribute(name).array),
      );
      const attributes = {
        POSITION: add(place ?? new Float32Array(), "VEC3", 34962, { min: min.toArray(), max: max.toArray() }),
        NORMAL: add(normal ?? new Float32Array(), "VEC3", 34962, {}),
      };
      known.set(geometry, {
        attributes,
        indices: add(Uint16Array.from(geometry.index?.array ?? []), "SCALAR", 34963, {}),
      });
    }
    return { primitives: [{ ...known.get(geometry), material }] };
  });
  let text = "";
  for (const chunk of chunks) for (const byte of chunk) text += String.fromCharCode(byte);
  return {
    asset: { version: "2.0", generator: "make-model.ts" },
    scene: 0,
    scenes: [{ nodes: list.map((_, node) => node) }],
    nodes: list.map(({ at }, mesh) => ({ mesh, translation: at })),
    meshes,
    materials: materials.map(({ name, color, metallic, roughness }) => ({
      name,
      pbrMetallicRoughness: { baseColorFactor: [...color, 1], metallicFactor: metallic, roughnessFactor: roughness },
    })),
    accessors,
    bufferViews: views,
    buffers: [{ byteLength: length, uri: `data:application/octet-stream;base64,${btoa(text)}` }],
  };
}

console.log(JSON.stringify(gltfOf(parts())));
