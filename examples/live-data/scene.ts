/**
 * Points that another program sends, in a box with ticks: n rows of x, y, z, or of x, y, z and red, green, blue from 0 to 1. The box fits
 * itself to them. How to fill it stands in README.md beside it.
 */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { Axes } from "../drawing/axes.ts";
import { Label, type Picture } from "../drawing/label.ts";
import { type Bounds, boundsOf, extended, NOTHING } from "./bounds.ts";
import { Cloud } from "./cloud.ts";

/** A picture that is narrower than this shows more above and below. */
const NARROWEST = 0.95;
const FIELD_OF_VIEW = 34;
const HOW_TO_FILL = `Nothing has been sent yet. From a shell:

    curl -T points.npy \\
        http://127.0.0.1:8080/data/points

From Python:

    from scenecast_client import connect
    v = connect("http://127.0.0.1:8080")
    v.data["points"] = array    # n x 3

If this page has another address, put that in its place.`;

export default defineScene({
  title: "Live data",
  data: { points: { type: "float32", shape: [null, [3, 6]] } },
  controls: { size: { type: "range", min: 0.2, max: 5, step: 0.1, value: 1, label: "Point size" } },
  setup({ size, clock, element, data, controls }) {
    const plot = new Plot(size);
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#0a0e1c");
    scene.add(plot.object);
    data.follow(
      "points",
      ({ array, shape: [count, columns], ranges }) => plot.show(array, count, columns, ranges),
      () => plot.empty(),
    );

    const camera = new THREE.PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 60);
    camera.position.set(3.3, 2.15, 4.7);
    const frame = ({ width, height }: typeof size): void => {
      camera.aspect = width / height;
      const widening = Math.max(1, NARROWEST / camera.aspect);
      const half = Math.tan(THREE.MathUtils.degToRad(FIELD_OF_VIEW / 2)) * widening;
      camera.fov = THREE.MathUtils.radToDeg(2 * Math.atan(half));
      camera.updateProjectionMatrix();
    };
    frame(size);
    const orbit = new OrbitControls(camera, element);
    orbit.enableDamping = true;
    orbit.minDistance = 0.5;
    orbit.maxDistance = 20;
    orbit.target.set(0, -0.17, 0);
    orbit.update();
    return {
      scene,
      camera,
      update() {
        orbit.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        const isMoving = orbit.update();
        plot.pointsAre(controls.size);
        plot.turnTo(camera);
        return isMoving;
      },
      ...cameraState(camera, orbit),
      resize: frame,
      dispose: () => orbit.dispose(),
    };
  },
});

/** The points, the box around them, and what is said of them. Data's z is upwards, which is three's y. */
class Plot {
  readonly object = new THREE.Group();
  readonly #axes: Axes;
  readonly #cloud = new Cloud();
  readonly #count: Label;
  readonly #hint: Label;
  readonly #picture: Picture;
  #bounds: Bounds | null = null;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#axes = new Axes(picture, []);
    this.#count = new Label(picture, { x: 0, y: 0 }).pinTo(28, 26);
    this.#hint = new Label(picture);
    this.#hint.renderOrder = 20;
    this.#hint.write(HOW_TO_FILL, { size: 16, color: "#d7e0f5", plate: "#141b33f0" });
    this.object.add(this.#axes.object, this.#cloud.object, this.#count, this.#hint);
    this.empty();
  }

  /** Shows an array as it lies in memory; of one that was changed, `ranges` are the parts. */
  show(array: Float32Array, count: number, columns: 3 | 6, ranges: Parameters<Cloud["show"]>[2]): void {
    if (count === 0) return this.empty();
    this.#hint.visible = false;
    this.#cloud.show(array, columns, ranges);
    this.#fit(extended(this.#bounds ?? NOTHING, boundsOf(array, columns)));
    this.#count.write(`${count.toLocaleString("en")} points`, { size: 16 });
  }

  empty(): void {
    this.#hint.visible = true;
    this.#cloud.empty();
    this.#fit(NOTHING);
    this.#count.write("0 points", { size: 16 });
  }

  /** So many times as large as they would be by their number. */
  pointsAre(size: number): void {
    this.#cloud.pointsAre(size);
  }

  turnTo(camera: THREE.Camera): void {
    this.#hint.follow(this.#picture.width / 2, this.#picture.height / 2);
    this.#axes.turnTo(camera);
  }

  /** The longest side of the box is 2 long, and none is too thin to be read. */
  #fit(bounds: Bounds): void {
    if (bounds === this.#bounds) return;
    this.#bounds = bounds;
    const [x, y, z] = bounds;
    this.#axes.show([
      { title: "x", ...x },
      { title: "z", ...z },
      // Away from who looks, as three's z comes nearer.
      { title: "y", min: y.max, max: y.min },
    ]);
    const longest = Math.max(...bounds.map(({ min, max }) => max - min));
    const sides = bounds.map(({ min, max }) => Math.max(0.6, (max - min) / longest));
    const [width = 1, depth = 1, height = 1] = sides;
    this.#axes.object.scale.set(width, height, depth);
    this.#cloud.fit(bounds, sides);
  }
}
