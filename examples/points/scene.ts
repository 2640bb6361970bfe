/** Half a million points: an island and its sea bed as a laser scanner sees them, coloured by height. Drag to turn it. */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { MapControls } from "three/addons/controls/MapControls.js";
import { ImprovedNoise } from "three/addons/math/ImprovedNoise.js";
import { ColorScale } from "../drawing/color-scale.ts";

const SIDE = 708;
const EXTENT = 100;
const STEP = EXTENT / SIDE;
const COUNT = SIDE * SIDE;
/** Where the ground is level; on a slope points are larger, as they lie further apart there. */
const POINT_SIZE = 0.85;
const MAX_SPREAD = 2.4;
/** One point in this many, along rows and along columns, is drawn while the picture moves. */
const SKIP = 3;
const SUN = new THREE.Vector3(-0.72, 0.6, 0.34).normalize();
/** Colours from the sea bed to the summit, evenly spaced; the coast is where the fourth begins. */
const PALETTE = [
  "#101f4a",
  "#16407c",
  "#2497b8",
  "#e2cf94",
  "#5fae6b",
  "#3f8f6d",
  "#c2a35a",
  "#c9744f",
  "#a9526a",
  "#f3eef5",
];
const SCALE = new ColorScale(PALETTE, -4, 12);

export default defineScene({
  title: "Half a million points",
  setup({ size, clock, element }) {
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#070b18");
    scene.fog = new THREE.Fog("#070b18", 90, 210);
    const points = new THREE.Points(landscape(), spreadPoints());
    scene.add(points, SCALE.bar(size, "height (m)"));

    const camera = new THREE.PerspectiveCamera(32, size.width / size.height, 1, 300);
    camera.position.set(52, 62, 106);
    const controls = new MapControls(camera, element);
    controls.mouseButtons = { LEFT: THREE.MOUSE.ROTATE, MIDDLE: THREE.MOUSE.DOLLY, RIGHT: THREE.MOUSE.PAN };
    controls.touches = { ONE: THREE.TOUCH.ROTATE, TWO: THREE.TOUCH.DOLLY_PAN };
    controls.enableDamping = true;
    controls.maxPolarAngle = 1.45;
    controls.minDistance = 10;
    controls.maxDistance = 200;
    controls.target.set(0, -3, 4);
    controls.update();
    let isHeld = false;
    controls.addEventListener("start", () => (isHeld = true));
    controls.addEventListener("end", () => (isHeld = false));

    return {
      scene,
      camera,
      update() {
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        const isGliding = controls.update();
        // While it moves, few and larger points will do; the rest comes when the hand lets go.
        const isMoving = isGliding || isHeld;
        points.geometry.setDrawRange(0, isMoving ? COUNT / SKIP ** 2 : COUNT);
        points.material.size = isMoving ? SKIP * POINT_SIZE : POINT_SIZE;
        return isGliding;
      },
      ...cameraState(camera, controls),
      dispose: () => controls.dispose(),
    };
  },
});

/** The points with their colours: a grid of heights, lit once, each point moved a little out of its row. */
function landscape(): THREE.BufferGeometry {
  const heights = heightField();
  const positions = new Float32Array(COUNT * 3);
  const colors = new Uint8ClampedArray(COUNT * 3);
  const spreads = new Float32Array(COUNT);
  const normal = new THREE.Vector3();
  const color = new THREE.Color();
  for (let index = 0; index < COUNT; index += 1) {
    const { column, row } = placeOf(index);
    const at = row * SIDE + column;
    const height = heights[at] ?? 0;
    const east = heights[row * SIDE + Math.min(column + 1, SIDE - 1)] ?? height;
    const south = heights[Math.min(row + 1, SIDE - 1) * SIDE + column] ?? height;
    normal.set(height - east, STEP, height - south).normalize();
    spreads[index] = Math.min(MAX_SPREAD, 1 / normal.y);
    const x = (column + jitter(at) - SIDE / 2) * STEP;
    const z = (row + jitter(at + 0.5) - SIDE / 2) * STEP;
    positions.set([x, height, z], index * 3);
    colorAt(height, normal.dot(SUN), color);
    colors.set([color.r * 255, color.g * 255, color.b * 255], index * 3);
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute("color", new THREE.BufferAttribute(colors, 3, true));
  return geometry.setAttribute("spread", new THREE.BufferAttribute(spreads, 1));
}

/** The material of points, with a size for each: as far as it is to the next. */
function spreadPoints(): THREE.PointsMaterial {
  const material = new THREE.PointsMaterial({ vertexColors: true });
  material.onBeforeCompile = (shader) => {
    const sized = shader.vertexShader.replace("gl_PointSize = size;", "gl_PointSize = size * spread;");
    shader.vertexShader = `attribute float spread;\n${sized}`;
  };
  return material;
}

/** Puts a point of every few, in every few rows, first, so that these alone show all of the island. */
function placeOf(index: number): { column: number; row: number } {
  const side = SIDE / SKIP;
  const round = Math.floor(index / side ** 2);
  const inRound = index % side ** 2;
  return {
    column: (inRound % side) * SKIP + (round % SKIP),
    row: Math.floor(inRound / side) * SKIP + Math.floor(round / SKIP),
  };
}

/** Ridges from folded noise at six scales, lowered towards the rim, so that the middle is an island. */
function heightField(): Float32Array {
  const noise = new ImprovedNoise();
  const heights = new Float32Array(COUNT);
  for (let at = 0; at < COUNT; at += 1) {
    const x = (at % SIDE) * STEP;
    const z = Math.floor(at / SIDE) * STEP;
    let height = 0;
    let weight = 1;
    for (let octave = 0; octave < 6; octave += 1) {
      const scale = 0.025 * 2 ** octave;
      const ridge = 1 - Math.abs(noise.noise(x * scale + 7.3, octave * 11.7, z * scale + 3.1)) * 1.6;
      height += (ridge * ridge * weight * 9) / 2.05 ** octave;
      weight = Math.min(1, Math.max(0.15, ridge * 1.1));
    }
    const rim = Math.hypot(x / EXTENT - 0.5, z / EXTENT - 0.5) * 2;
    heights[at] = Math.max(-4, height * (1 - 0.45 * rim) - 2 - 8.5 * rim ** 2);
  }
  return heights;
}

function colorAt(height: number, light: number, color: THREE.Color): THREE.Color {
  return SCALE.at(height, color).multiplyScalar(0.2 + 1.3 * Math.max(0, light));
}

/** A number from -0.45 to 0.45 that looks random and is the same at every start. */
function jitter(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return (value - Math.floor(value) - 0.5) * 0.9;
}
