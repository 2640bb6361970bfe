/** A pair of glasses, and how it is put on a face. */

import {
  BufferAttribute,
  BufferGeometry,
  CylinderGeometry,
  Group,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshPhysicalMaterial,
  MeshStandardMaterial,
  Shape,
  ShapeGeometry,
  TorusGeometry,
  Vector3,
} from "three";

/** Points of a face by their numbers (MediaPipe's face mesh and irises); left and right as in the picture. */
const points = { leftIris: 473, rightIris: 468, leftOuter: 33, leftInner: 133, rightOuter: 263, rightInner: 362 };
const [FOREHEAD, CHIN, LEFT_EAR, RIGHT_EAR] = [10, 152, 127, 356];

/** All lengths are parts of the distance of the eyes. */
const [LENS, RIM, DEPTH] = [0.36, 0.035, 0.22];
const HINGE = 0.5 + LENS;
/** How far from the skin the temples end, and how far behind it the mask is. */
const [CLEAR, BEHIND] = [0.1, 0.12];

/** A face as three has it: y upwards, z towards who looks. */
type Face = (point: number) => Vector3;

export class Glasses {
  readonly group: Group = new Group();
  /** Lenses and rims, in the face's own directions. */
  readonly #front = new Group();
  readonly #temples: readonly Mesh[];
  /** Hides what is behind the face, and is not seen itself. */
  readonly #mask: Mesh;

  constructor() {
    const frame = new MeshStandardMaterial({ color: 0x14181f, roughness: 0.35, metalness: 0.4 });
    const glass = new MeshPhysicalMaterial({ color: 0x2a6f5c, roughness: 0.1, transparent: true, opacity: 0.45 });
    for (const side of [-0.5, 0.5]) {
      const rim = new Mesh(new TorusGeometry(LENS, RIM, 16, 64), frame);
      const lens = new Mesh(new ShapeGeometry(new Shape().absarc(0, 0, LENS, 0, 2 * Math.PI), 64), glass);
      rim.position.x = lens.position.x = side;
      // Somewhat lower than round ones are wide.
      rim.scale.y = lens.scale.y = 0.86;
      this.#front.add(rim, lens);
    }
    const bridge = new Mesh(new TorusGeometry(0.5 - LENS, RIM, 16, 32, Math.PI), frame);
    this.#front.add(bridge);
    this.#front.matrixAutoUpdate = false;
    const rod = new CylinderGeometry(RIM, RIM, 1).rotateX(Math.PI / 2).translate(0, 0, 0.5);
    this.#temples = [-1, 1].map(() => new Mesh(rod, frame));
    this.#mask = new Mesh(new BufferGeometry(), new MeshBasicMaterial({ colorWrite: false }));
    this.#mask.renderOrder = -1;
    this.group.add(this.#mask, this.#front, ...this.#temples);
  }

  /** Puts them on a face: `xyz` are its points in pixels, in a picture that is `height` high; null takes them off. */
  wear(xyz: Float32Array | null, height: number, triangles: readonly number[]): void {
    this.group.visible = xyz !== null;
    if (xyz === null) return;
    const face: Face = (point) => {
      const [x = 0, y = 0, z = 0] = xyz.subarray(point * 3, point * 3 + 3);
      return new Vector3(x, height - y, -z);
    };
    const [left, right] = eyesOf(face);
    const scale = left.distanceTo(right);
    const across = right.clone().sub(left).normalize();
    const ahead = across
      .clone()
      .cross(face(FOREHEAD).sub(face(CHIN)))
      .normalize();
    const up = ahead.clone().cross(across);
    const middle = left.clone().lerp(right, 0.5);
    // In front of the eyes as they are seen, or turned faces would have them beside.
    const place = new Matrix4()
      .makeBasis(across, up, ahead)
      .setPosition(middle)
      .scale(new Vector3(scale, scale, scale));
    this.#front.matrix.copy(place).multiply(new Matrix4().makeTranslation(0, 0, DEPTH));
    this.#wearTemples(face, this.#front.matrix, across.multiplyScalar(CLEAR * scale), scale);
    this.#wearMask(xyz, height, triangles);
    this.#mask.position.z = -BEHIND * scale;
  }

  #wearTemples(face: Face, front: Matrix4, outwards: Vector3, scale: number): void {
    const sides = [
      [-1, face(LEFT_EAR).sub(outwards)],
      [1, face(RIGHT_EAR).add(outwards)],
    ] as const;
    for (const [at, temple] of this.#temples.entries()) {
      const [side, ear] = sides[at] ?? [1, new Vector3()];
      const hinge = new Vector3(side * HINGE, 0.08, 0).applyMatrix4(front);
      temple.position.copy(hinge);
      temple.scale.set(scale, scale, hinge.distanceTo(ear));
      temple.lookAt(ear);
    }
  }

  #wearMask(xyz: Float32Array, height: number, triangles: readonly number[]): void {
    const { geometry } = this.#mask;
    const places = Float32Array.from(xyz, (value, at) =>
      at % 3 === 1 ? height - value : at % 3 === 2 ? -value : value,
    );
    geometry.setAttribute("position", new BufferAttribute(places, 3));
    if (geometry.index === null) geometry.setIndex([...triangles]);
    geometry.computeBoundingSphere();
  }
}

/** The irises; how deep they lie is known from the corners of the eyes. */
function eyesOf(face: Face): readonly [Vector3, Vector3] {
  const eye = (iris: number, outer: number, inner: number): Vector3 => {
    const centre = face(iris);
    centre.z = (face(outer).z + face(inner).z) / 2;
    return centre;
  };
  return [
    eye(points.leftIris, points.leftOuter, points.leftInner),
    eye(points.rightIris, points.rightOuter, points.rightInner),
  ];
}
