/**
 * Fisher's irises in three dimensions and a colour. Hover to read a flower; choose columns in the panel, or click the title of an
 * axis for its next one.
 */

import { cameraState, defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { GUI } from "three/addons/libs/lil-gui.module.min.js";
import { Axes, type Axis, placeOn } from "../drawing/axes.ts";
import { ColorScale, VIRIDIS } from "../drawing/color-scale.ts";
import { keepInView } from "../drawing/keep-in-view.ts";
import { FONT, fillPlate, Label, type Picture } from "../drawing/label.ts";
import { loadTable, rangeOf, type Table } from "./table.ts";

type Dot = THREE.Mesh<THREE.BufferGeometry, THREE.MeshLambertMaterial>;

const RADIUS = 0.045;
const CLICK_SLOP = 5;
/** A kind has a shape: in the box, and in the legend as a canvas draws it. */
const SHAPES = [
  { geometry: new THREE.SphereGeometry(1, 20, 14), corners: 24, turn: 0 },
  { geometry: new THREE.BoxGeometry(1.6, 1.6, 1.6), corners: 4, turn: Math.PI / 4 },
  { geometry: new THREE.OctahedronGeometry(1.35), corners: 4, turn: 0 },
];

export default defineScene({
  title: "Iris flowers",
  async setup({ size, clock, element, invalidate }) {
    const table = await loadTable("iris.csv");
    const plot = new Plot(table, size);
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#0a0e1c");
    const sun = new THREE.DirectionalLight("#ffffff", 2.2);
    sun.position.set(-2, 5, 4);
    scene.add(plot.object, sun, new THREE.HemisphereLight("#dfe8ff", "#3a4262", 1.5));

    const camera = new THREE.PerspectiveCamera(34, size.width / size.height, 0.1, 60);
    camera.position.set(3.4, 1.75, 4.5);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 2;
    controls.maxDistance = 20;
    controls.target.set(0, -0.24, 0);
    controls.update();

    const press = new THREE.Vector2();
    element.addEventListener("pointerdown", ({ clientX, clientY }) => press.set(clientX, clientY));
    element.addEventListener("click", ({ clientX, clientY }) => {
      if (press.distanceTo(new THREE.Vector2(clientX, clientY)) > CLICK_SLOP) return;
      const axis = plot.axes.hover(clientX, clientY, camera);
      if (axis !== null) plot.showNext(axis);
      invalidate();
    });
    element.addEventListener("pointermove", ({ buttons, clientX, clientY }) => {
      const axis = plot.axes.hover(clientX, clientY, camera);
      element.style.cursor = axis === null ? "" : "pointer";
      plot.point(buttons === 0 ? clientX : -1, clientY, camera);
    });
    element.addEventListener("pointerleave", () => plot.point(-1, -1, camera));

    addPanel(plot, table, invalidate);
    const view = cameraState(camera, controls);
    return {
      scene,
      camera,
      resize: keepInView(camera, size, 1.2),
      update() {
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        const isMoving = controls.update();
        plot.axes.turnTo(camera);
        return isMoving;
      },
      getState: () => ({ view: view.getState(), columns: plot.columns }),
      setState(state) {
        const { view: place = null, columns } = state as { readonly view?: Json; readonly columns?: Json };
        view.setState(place);
        if (
          Array.isArray(columns) &&
          columns.length === 4 &&
          columns.every((column) => Number(column) in table.columns)
        )
          plot.show(columns.map(Number));
      },
      dispose: () => controls.dispose(),
    };
  },
});

/** The points, their axes, the colour bar, the legend and what is said of the point under the pointer. */
class Plot {
  readonly object = new THREE.Group();
  readonly axes: Axes;
  readonly #table: Table;
  readonly #size: Picture;
  readonly #points: Dot[];
  readonly #bar: Label;
  readonly #hint: Label;
  #pointed = -1;
  /** What is shown along x, y and z and as the colour, as columns of the table. */
  columns: number[] = [];

  constructor(table: Table, size: Picture) {
    this.#table = table;
    this.#size = size;
    this.#points = table.rows.map(({ kind }) => {
      const { geometry } = SHAPES[table.kinds.indexOf(kind) % SHAPES.length] ?? {};
      const mesh = new THREE.Mesh(geometry, new THREE.MeshLambertMaterial());
      mesh.scale.setScalar(RADIUS);
      return mesh;
    });
    this.axes = new Axes(size, []);
    this.#bar = new Label(size, { x: 1, y: 0.5 }).pinTo(-32, 360);
    this.#hint = new Label(size, { x: -0.05, y: 1 });
    this.#hint.visible = false;
    this.object.add(this.axes.object, ...this.#points, this.#bar, legend(table.kinds, size), this.#hint);
    this.show([0, 2, 1, 3]);
  }

  show(columns: readonly number[]): void {
    this.columns = [...columns];
    const axes = columns.map((column) => ({
      title: this.#table.columns[column] ?? "",
      ...rangeOf(this.#table, column),
    }));
    const [x, y, z, hue] = axes as [Axis, Axis, Axis, Axis];
    const scale = new ColorScale(VIRIDIS, hue.min, hue.max);
    // A click on a title shows the next column.
    this.axes.show([x, y, z].map((axis) => ({ ...axis, title: `${axis.title} ▸` })));
    scale.paintBar(this.#bar, hue.title);
    for (const [row, mesh] of this.#points.entries()) {
      const value = (axis: number): number => this.#table.rows[row]?.values[columns[axis] ?? 0] ?? 0;
      mesh.position.set(placeOn(x, value(0)), placeOn(y, value(1)), placeOn(z, value(2)));
      scale.at(value(3), mesh.material.color);
    }
  }

  showNext(axis: number): void {
    this.choose(axis, ((this.columns[axis] ?? 0) + 1) % this.#table.columns.length);
  }

  /** An axis shows another column; what showed that one takes the column of the axis. */
  choose(axis: number, column: number): void {
    const columns = [...this.columns];
    const other = columns.indexOf(column);
    if (other >= 0) columns[other] = columns[axis] ?? 0;
    columns[axis] = column;
    this.show(columns);
  }

  /** Tells of the point at a place of the picture in pixels. */
  point(x: number, y: number, camera: THREE.Camera): void {
    const place = new THREE.Vector2((x / this.#size.width) * 2 - 1, 1 - (y / this.#size.height) * 2);
    const raycaster = new THREE.Raycaster();
    raycaster.setFromCamera(place, camera);
    const hit = x < 0 ? undefined : raycaster.intersectObjects<Dot>(this.#points)[0];
    const pointed = hit === undefined ? -1 : this.#points.indexOf(hit.object);
    if (pointed !== this.#pointed) this.#tellOf(pointed);
    if (this.#hint.visible) this.#hint.follow(x, y - 8);
  }

  /** Shows what a row has, by its point; -1 for none. */
  #tellOf(pointed: number): void {
    this.#points[this.#pointed]?.scale.setScalar(RADIUS);
    this.#points[pointed]?.scale.setScalar(RADIUS * 1.6);
    this.#pointed = pointed;
    const row = this.#table.rows[pointed];
    this.#hint.visible = row !== undefined;
    if (row === undefined) return;
    const lines = this.#table.columns.map((column, at) => `${column.replace(" (cm)", "")}  ${row.values[at]} cm`);
    this.#hint.write([`Iris ${row.kind}`, ...lines].join("\n"), { size: 14, color: "#0a0e1c", plate: "#f2f5ffee" });
  }
}

/** A panel that every viewer sees, to choose what is shown along each axis and as the colour. */
function addPanel(plot: Plot, table: Table, invalidate: () => void): void {
  const panel = new GUI({ title: "Columns" });
  const byName = Object.fromEntries(table.columns.map((name, column) => [name, column]));
  for (const [axis, name] of ["x", "y", "z", "colour"].entries()) {
    const shown = {
      get column() {
        return plot.columns[axis] ?? 0;
      },
      set column(column: number) {
        plot.choose(axis, column);
      },
    };
    panel.add(shown, "column", byName).name(name).onChange(invalidate);
  }
}

function legend(kinds: readonly string[], size: Picture): Label {
  const [width, row] = [150, 28];
  const height = kinds.length * row + 14;
  return new Label(size, { x: 0, y: 0 }).pinTo(28, 28).paint(width, height, (context) => {
    fillPlate(context, width, height, "#18203ae0");
    for (const [at, kind] of kinds.entries()) {
      const { corners = 24, turn = 0 } = SHAPES[at % SHAPES.length] ?? {};
      const y = 7 + (at + 0.5) * row;
      context.fillStyle = "#c9d3ea";
      context.beginPath();
      for (let corner = 0; corner < corners; corner += 1) {
        const angle = turn + (corner / corners) * Math.PI * 2;
        context.lineTo(22 + Math.cos(angle) * 7, y + Math.sin(angle) * 7);
      }
      context.fill();
      Object.assign(context, { font: `15px ${FONT}`, textBaseline: "middle" });
      context.fillText(kind, 42, y);
    }
  });
}
