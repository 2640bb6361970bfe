/** Half a million points: a landscape as a laser scanner in an aeroplane sees it, coloured by height. Drag to turn it. */

import { defineScene } from "scenecast/scene";
import * as THREE from "three";
import { MapControls } from "three/addons/controls/MapControls.js";
import { ImprovedNoise } from "three/addons/math/ImprovedNoise.js";

const SIDE = 708;
const EXTENT = 100;
const STEP = EXTENT / SIDE;
const WATER = 2.2;
const SUN = new THREE.Vector3(-0.62, 0.6, -0.5).normalize();
const WATER_COLOR = new THREE.Color("#1c6f9c");
const PALETTE = ["#2fa393", "#7fc97b", "#e8d77a", "#e9965a", "#c75b62", "#efe6f2"].map((color) => new THREE.Color(color));

export default defineScene({
  title: "Half a million points",
  setup({ size, clock, element }) {
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#070b18");
    scene.fog = new THREE.Fog("#070b18", 70, 150);
    scene.add(new THREE.Points(landscape(), new THREE.PointsMaterial({ size: 0.16, vertexColors: true })));

    const camera = new THREE.PerspectiveCamera(42, size.width / size.height, 1, 300);
    camera.position.set(26, 34, 62);
    const controls = new MapControls(camera, element);
    controls.mouseButtons = { LEFT: THREE.MOUSE.ROTATE, MIDDLE: THREE.MOUSE.DOLLY, RIGHT: THREE.MOUSE.PAN };
    controls.touches = { ONE: THREE.TOUCH.ROTATE, TWO: THREE.TOUCH.DOLLY_PAN };
    controls.enableDamping = true;
    controls.maxPolarAngle = 1.45;
    controls.minDistance = 10;
    controls.maxDistance = 120;
    controls.target.set(0, 2, 2);
    controls.update();

    return {
      scene,
      camera,
      update() {
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        return controls.update();
      },
      dispose: () => controls.dispose(),
    };
  },
});

/** The points with their colours: a grid of heights, lit once, each point moved a little out of its row. */
function landscape(): THREE.BufferGeometry {
  const heights = heightField();
  const positions = new Float32Array(SIDE * SIDE * 3);
  const colors = new Uint8Array(SIDE * SIDE * 3);
  const normal = new THREE.Vector3();
  const color = new THREE.Color();
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const column = at % SIDE;
    const row = (at - column) / SIDE;
    const height = heights[at] ?? 0;
    const east = heights[row * SIDE + Math.min(column + 1, SIDE - 1)] ?? height;
    const south = heights[Math.min(row + 1, SIDE - 1) * SIDE + column] ?? height;
    normal.set(height - east, STEP, height - south).normalize();
    const x = (column + jitter(at) - SIDE / 2) * STEP;
    const z = (row + jitter(at + 0.5) - SIDE / 2) * STEP;
    positions.set([x, Math.max(height, WATER), z], at * 3);
    colorAt(height, normal.dot(SUN), color).convertLinearToSRGB();
    colors.set([color.r * 255, color.g * 255, color.b * 255], at * 3);
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute("color", new THREE.BufferAttribute(colors, 3, true));
  return geometry;
}

/** Ridges from folded noise, at five scales, higher towards one corner. */
function heightField(): Float32Array {
  const noise = new ImprovedNoise();
  const heights = new Float32Array(SIDE * SIDE);
  for (let at = 0; at < heights.length; at += 1) {
    const x = (at % SIDE) * STEP;
    const z = Math.floor(at / SIDE) * STEP;
    let height = 0;
    let weight = 1;
    for (let octave = 0; octave < 6; octave += 1) {
      const scale = 0.026 * 2 ** octave;
      const ridge = 1 - Math.abs(noise.noise(x * scale + 7.3, octave * 11.7, z * scale + 3.1)) * 1.6;
      height += (ridge * ridge * weight * 9) / 1.9 ** octave;
      weight = Math.min(1, Math.max(0.15, ridge * 1.1));
    }
    heights[at] = height - 4;
  }
  return heights;
}

function colorAt(height: number, light: number, color: THREE.Color): THREE.Color {
  if (height <= WATER) return color.copy(WATER_COLOR).multiplyScalar(0.55 + 0.45 * Math.max(0, height / WATER));
  const place = Math.min(0.999, (height - WATER) / 12) * (PALETTE.length - 1);
  const from = PALETTE[Math.floor(place)] ?? color;
  color.lerpColors(from, PALETTE[Math.ceil(place)] ?? from, place % 1);
  const isContour = height % 1 < 0.05;
  return color.multiplyScalar((0.16 + 1.0 * Math.max(0, light)) * (isContour ? 1.5 : 1));
}

/** A number from -0.45 to 0.45 that looks random and is the same at every start. */
function jitter(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return (value - Math.floor(value) - 0.5) * 0.9;
}
