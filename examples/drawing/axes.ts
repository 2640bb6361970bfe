/** A box with a grid on the sides behind the data, ticks with numbers along three edges, and a title for each axis. */

import * as THREE from "three";
import { ticks, tickText } from "./color-scale.ts";
import { Label, type Picture } from "./label.ts";

/** What an axis shows, from -1 to 1 of the box; from right to left where `min` is the larger one. */
export type Axis = { readonly title: string; readonly min: number; readonly max: number };
type Marks = { readonly axis: Axis; readonly title: Label; readonly ticks: { at: number; label: Label }[] };

const GRID = "#33405f";
const HOVERED = "#ffffff";
const TITLE = "#9fc4ff";
const AWAY = 1.13;
const TITLE_AWAY = 1.36;

export class Axes {
  readonly object = new THREE.Group();
  readonly #picture: Picture;
  readonly #sides: THREE.LineSegments<THREE.BufferGeometry, THREE.Material>[] = [];
  #marks: Marks[] = [];
  #hovered: number | null = null;

  constructor(picture: Picture, axes: readonly Axis[]) {
    this.#picture = picture;
    this.show(axes);
  }

  /** Shows other columns. */
  show(axes: readonly Axis[]): void {
    for (const { title, ticks: numbers } of this.#marks) {
      for (const label of [title, ...numbers.map((tick) => tick.label)]) label.release();
    }
    this.object.clear();
    this.#marks = axes.map((axis) => {
      const title = new Label(this.#picture).write(axis.title, { size: 17, color: TITLE });
      const numbers = ticks(Math.min(axis.min, axis.max), Math.max(axis.min, axis.max), 5).map((tick) => {
        const label = new Label(this.#picture).write(tickText(tick), { size: 14, color: "#a9b4cf" });
        return { at: placeOn(axis, tick), label };
      });
      this.object.add(title, ...numbers.map(({ label }) => label));
      return { axis, title, ticks: numbers };
    });
    this.#drawGrid();
  }

  /** The axis whose title is at a place of the picture in pixels, or null. Its title is lit. */
  hover(x: number, y: number, camera: THREE.Camera): number | null {
    const found = this.#marks.findIndex(({ title }) => title.boxIn(camera).containsPoint(new THREE.Vector2(x, y)));
    const axis = found < 0 ? null : found;
    if (axis === this.#hovered) return axis;
    for (const [at, { axis: shown, title }] of this.#marks.entries()) {
      title.write(shown.title, { size: 17, color: at === axis ? HOVERED : TITLE });
    }
    this.#hovered = axis;
    return axis;
  }

  /** Puts grids behind the data and numbers at the edges that are free, as seen from the camera. */
  turnTo(camera: THREE.Camera): void {
    const { x, y, z } = camera.position;
    const sign = { x: Math.sign(x) || 1, y: y < 0 ? 1 : -1, z: Math.sign(z) || 1 };
    for (const side of this.#sides) side.visible = side.position.dot(camera.position) < 0;
    // Of the two upright edges at the rim, the one that is seen at the left.
    const upright = x * z > 0 ? { x: -sign.x, z: sign.z } : { x: sign.x, z: -sign.z };
    const along = [
      (at: number, away: number) => [at, sign.y * away, sign.z * away] as const,
      (at: number, away: number) => [upright.x * away, at, upright.z * away] as const,
      (at: number, away: number) => [sign.x * away, sign.y * away, at] as const,
    ];
    for (const [axis, marks] of this.#marks.entries()) {
      const place = along[axis];
      if (place === undefined) continue;
      for (const { at, label } of marks.ticks) label.position.set(...place(at, axis === 1 ? 1.08 : AWAY));
      marks.title.position.set(...(axis === 1 ? place(1.14, 1) : place(0, TITLE_AWAY)));
    }
  }

  #drawGrid(): void {
    for (const { geometry, material } of this.#sides.splice(0)) {
      geometry.dispose();
      material.dispose();
    }
    for (const normal of [0, 1, 2]) {
      const [across = 0, along = 0] = [0, 1, 2].filter((axis) => axis !== normal);
      const corners: number[] = [];
      const line = (axis: number, at: number, other: number) => {
        for (const end of [-1, 1]) {
          const point = [0, 0, 0];
          point[axis] = at;
          point[other] = end;
          corners.push(...point);
        }
      };
      for (const [axis, other] of [
        [across, along],
        [along, across],
      ] as const) {
        const inner = this.#marks[axis]?.ticks.map(({ at }) => at).filter((at) => Math.abs(at) < 0.93) ?? [];
        for (const at of [-1, ...inner, 1]) line(axis, at, other);
      }
      const geometry = new THREE.BufferGeometry().setAttribute(
        "position",
        new THREE.Float32BufferAttribute(corners, 3),
      );
      for (const end of [-1, 1]) {
        const side = new THREE.LineSegments(geometry, new THREE.LineBasicMaterial({ color: GRID }));
        side.position.setComponent(normal, end);
        this.#sides.push(side);
      }
    }
    this.object.add(...this.#sides);
  }
}

/** Where a value is on its axis, from -1 to 1. */
export function placeOn({ min, max }: Axis, value: number): number {
  return ((value - min) / (max - min)) * 2 - 1;
}
