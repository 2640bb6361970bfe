/** The lines of a flow around and inside a vortex, coloured by speed. Drag to turn it. */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { ColorScale, EMBER } from "../drawing/color-scale.ts";
import { titleOf } from "../drawing/label.ts";
import { follow, velocityAt } from "./flow.ts";

const REACH = 2.5;
const STEP = 0.045;
const SIDES = 6;
const RINGS = [
  { radius: 0.06, lines: 4 },
  { radius: 0.24, lines: 8 },
  { radius: 0.5, lines: 14 },
  { radius: 0.85, lines: 18 },
];
/** Where lines of the vortex itself begin: at these distances from its axis, halfway along it. */
const CORES = [0.36, 0.6];

export default defineScene({
  title: "Flow around a vortex",
  setup({ size, clock, element }) {
    const scale = new ColorScale(EMBER, 0, 2);
    const tubes = flowLines().map((line) => tubeAlong(line, scale));
    const material = new THREE.MeshPhongMaterial({ vertexColors: true, shininess: 40, specular: "#333333" });
    const lines = new THREE.Mesh(mergeGeometries(tubes), material);
    const sun = new THREE.DirectionalLight("#ffffff", 2.1);
    sun.position.set(2, 5, 4);
    const title = titleOf(size, "Hill's spherical vortex, turning\nin a stream of speed 1");
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#080b16");
    scene.fog = new THREE.Fog("#080b16", 6, 13);
    scene.add(lines, sun, new THREE.HemisphereLight("#dfe4ff", "#3a3558", 1.5), scale.bar(size, "speed"), title);

    const camera = new THREE.PerspectiveCamera(32, size.width / size.height, 0.1, 40);
    camera.position.set(2.7, 1.9, 5.1);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 1.5;
    controls.maxDistance = 20;
    controls.target.set(0.32, -0.02, 0);
    controls.update();
    return {
      scene,
      camera,
      update() {
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        return controls.update();
      },
      ...cameraState(camera, controls),
      dispose: () => controls.dispose(),
    };
  },
});

/** Those that come from far and part around the sphere, and some that stay within. */
function flowLines(): THREE.Vector3[][] {
  const around = RINGS.flatMap(({ radius, lines }) =>
    Array.from({ length: lines }, (_, line) => {
      const angle = ((line + radius * 3) / lines) * Math.PI * 2;
      return new THREE.Vector3(-REACH, Math.cos(angle) * radius, Math.sin(angle) * radius);
    }),
  );
  const within = CORES.map((radius) => follow(new THREE.Vector3(0, radius, 0), STEP, 640, () => true));
  return [...around.map((start) => follow(start, STEP, 400, ({ x }) => x < REACH)), ...within];
}

function tubeAlong(line: readonly THREE.Vector3[], scale: ColorScale): THREE.BufferGeometry {
  const segments = line.length - 1;
  const tube = new THREE.TubeGeometry(new THREE.CatmullRomCurve3([...line]), segments, 0.016, SIDES);
  const positions = tube.getAttribute("position");
  const colors = new Float32Array(positions.count * 3);
  const [place, velocity, color] = [new THREE.Vector3(), new THREE.Vector3(), new THREE.Color()];
  for (let at = 0; at < positions.count; at += 1) {
    const speed = velocityAt(place.fromBufferAttribute(positions, at), velocity).length();
    scale.at(speed, color).toArray(colors, at * 3);
  }
  return tube.setAttribute("color", new THREE.BufferAttribute(colors, 3));
}
