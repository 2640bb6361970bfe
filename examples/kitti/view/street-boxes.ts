/** Owns the boxes of tracklets in the street, each with its kind and number over it. */

import * as THREE from "three";
import { Label, type Picture } from "../../drawing/label.ts";
import { cornersOf, EDGES, type PlacedBox } from "../geometry/box.ts";
import { KINDS, OTHER_KIND } from "./palette.ts";

/** More are not drawn at once. */
const MAX_BOXES = 128;
/** Names of what is further away would lie on each other, in metres. */
const NAMED_WITHIN = 32;

export class StreetBoxes {
  /** In the frame of the lidar. */
  readonly object = new THREE.Group();
  readonly #picture: Picture;
  readonly #ends = new THREE.BufferAttribute(new Float32Array(MAX_BOXES * EDGES.length * 6), 3);
  readonly #paint = new THREE.BufferAttribute(new Float32Array(MAX_BOXES * EDGES.length * 6), 3);
  readonly #edges: THREE.LineSegments;
  readonly #bodies: THREE.InstancedMesh;
  readonly #labels = new Map<number, Label>();
  #shift = 0;

  constructor(picture: Picture) {
    this.#picture = picture;
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", this.#ends.setUsage(THREE.DynamicDrawUsage));
    geometry.setAttribute("color", this.#paint.setUsage(THREE.DynamicDrawUsage));
    this.#edges = new THREE.LineSegments(geometry, new THREE.LineBasicMaterial({ vertexColors: true }));
    const glass = new THREE.MeshBasicMaterial({ transparent: true, opacity: 0.13, depthWrite: false });
    this.#bodies = new THREE.InstancedMesh(new THREE.BoxGeometry(), glass, MAX_BOXES);
    this.#edges.frustumCulled = this.#bodies.frustumCulled = false;
    this.object.add(this.#edges, this.#bodies);
  }

  show(boxes: readonly PlacedBox[], areNamed: boolean): void {
    const shown = boxes.slice(0, MAX_BOXES);
    const colour = new THREE.Color();
    const matrix = new THREE.Matrix4();
    let end = 0;
    for (const [at, box] of shown.entries()) {
      const { tracklet, pose } = box;
      colour.set(KINDS[tracklet.objectType] ?? OTHER_KIND);
      const corners = cornersOf(box);
      for (const corner of EDGES.flat()) {
        corners[corner]?.toArray(this.#ends.array, end * 3);
        colour.toArray(this.#paint.array, end * 3);
        end += 1;
      }
      matrix.makeRotationZ(pose.rz).scale(new THREE.Vector3(tracklet.l, tracklet.w, tracklet.h));
      this.#bodies.setMatrixAt(at, matrix.setPosition(pose.tx, pose.ty, pose.tz + tracklet.h / 2));
      this.#bodies.setColorAt(at, colour);
    }
    this.#edges.geometry.setDrawRange(0, end);
    this.#ends.needsUpdate = this.#paint.needsUpdate = true;
    this.#bodies.count = shown.length;
    this.#bodies.instanceMatrix.needsUpdate = true;
    if (this.#bodies.instanceColor !== null) this.#bodies.instanceColor.needsUpdate = true;
    this.#name(areNamed ? shown : []);
  }

  /** Moves names to the right, by pixels: where a lens is shifted, labels do not know. */
  shift(pixels: number): void {
    const { width, height } = this.#picture;
    this.#shift = pixels / Math.sqrt((width * height) / (1280 * 720));
    for (const label of this.#labels.values()) label.offset(this.#shift, 0);
  }

  #name(boxes: readonly PlacedBox[]): void {
    const near = boxes.filter(({ pose }) => Math.hypot(pose.tx, pose.ty) < NAMED_WITHIN);
    const ids = new Set(near.map(({ id }) => id));
    for (const [id, label] of this.#labels) {
      if (ids.has(id)) continue;
      label.release();
      this.#labels.delete(id);
    }
    for (const { id, tracklet, pose } of near) {
      const label = this.#labels.get(id) ?? this.#labelOf(id, tracklet.objectType);
      label.position.set(pose.tx, pose.ty, pose.tz + tracklet.h + 0.15);
    }
  }

  #labelOf(id: number, kind: string): Label {
    const label = new Label(this.#picture, { x: 0.5, y: 1 });
    label.write(`${kind} ${id}`, { size: 11, color: KINDS[kind] ?? OTHER_KIND, plate: "#0a1020c8" });
    this.#labels.set(id, label.offset(this.#shift, 0));
    this.object.add(label);
    return label;
  }
}
