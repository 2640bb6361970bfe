/**
 * A cloud of numbers, seen through: rays march through a 3D texture and gather colour by a transfer function. Fewer steps
 * while it moves, more when it rests. Drag to turn it; the panel says how dense it is and how much of it is cut away.
 */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { ColorScale } from "../drawing/color-scale.ts";
import { keepInView } from "../drawing/keep-in-view.ts";
import { titleOf } from "../drawing/label.ts";
import { sampleOrbital } from "./orbital.ts";

const SIDE = 72;
const STEPS = { moving: 16, resting: 80 };
/** From negative to positive values. Opacity is that of what lies half a side deep; nothing at 0, so that one sees in. */
const COLORS = ["#9beaff", "#45b5ff", "#3670f5", "#20264a", "#e0483c", "#ff8a42", "#ffe09a"];
const DENSITY = 13;
/** Which values are seen, from 0 to 1, where 0.5 is nothing. */
const SIDES = { both: [0, 1], positive: [0.5, 1], negative: [0, 0.5] } as const;

const vertexShader = `varying vec3 place; varying vec3 eye;
  void main() {
    place = position;
    eye = (inverse(modelViewMatrix) * vec4(0.0, 0.0, 0.0, 1.0)).xyz;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }`;

/** From the far wall of the cube, which is drawn, the ray is followed from where it comes in. */
const fragmentShader = `precision highp sampler3D;
  uniform sampler3D field; uniform sampler2D transfer; uniform int steps; uniform float density;
  uniform float cut; uniform vec2 seen;
  varying vec3 place; varying vec3 eye;
  void main() {
    vec3 way = normalize(place - eye);
    vec3 walls = (-sign(way) * 0.5 - eye) / way;
    float near = max(max(max(walls.x, walls.y), walls.z), 0.0);
    float far = distance(place, eye);
    float stride = 1.732 / float(steps);
    // A start of its own for each pixel turns rings into fine grain.
    float t = near + stride * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    vec4 sum = vec4(0.0);
    for (; t < far && sum.a < 0.97; t += stride) {
      vec3 at = eye + way * t;
      if (at.z > cut) continue;
      float value = texture(field, at + 0.5).r;
      // Nothing is seen there, and much of the cube is so.
      if (abs(value - 0.5) < 0.02 || value < seen.x || value > seen.y) continue;
      vec4 found = texture(transfer, vec2(value, 0.5));
      float alpha = 1.0 - exp(-found.a * density * stride);
      sum += (1.0 - sum.a) * alpha * vec4(found.rgb, 1.0);
    }
    if (sum.a < 0.004) discard;
    gl_FragColor = vec4(sum.rgb / sum.a, sum.a);
    #include <colorspace_fragment>
  }`;

export default defineScene({
  title: "An electron's cloud",
  controls: {
    density: { type: "range", min: 1, max: 40, step: 0.5, value: DENSITY, label: "Density" },
    sign: { type: "choice", options: ["both", "positive", "negative"], value: "both", label: "Sign of ψ" },
    Cut: {
      type: "folder",
      controls: {
        depth: { type: "range", min: 0, max: 1, step: 0.01, value: 0, label: "Depth" },
        frame: { type: "switch", value: true, label: "Frame" },
      },
    },
    reset: { type: "button", label: "As at the beginning" },
  },
  setup({ size, clock, element, controls }) {
    const scale = new ColorScale(COLORS, -1, 1);
    const material = new THREE.ShaderMaterial({
      uniforms: {
        field: { value: sampleOrbital(SIDE) },
        transfer: { value: transferOf(scale) },
        steps: { value: STEPS.resting },
        density: { value: DENSITY },
        cut: { value: 0.5 },
        seen: { value: new THREE.Vector2(0, 1) },
      },
      vertexShader,
      fragmentShader,
      side: THREE.BackSide,
      transparent: true,
      depthWrite: false,
    });
    const cube = new THREE.BoxGeometry();
    const edges = new THREE.LineSegments(
      new THREE.EdgesGeometry(cube),
      new THREE.LineBasicMaterial({ color: "#2b3656" }),
    );
    const title = titleOf(size, "Hydrogen, orbital 4d (m = 0)\nψ, 66 Bohr radii wide");
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#080b16");
    scene.add(edges, new THREE.Mesh(cube, material), scale.bar(size, "ψ / max |ψ|"), title);

    const camera = new THREE.PerspectiveCamera(30, size.width / size.height, 0.05, 20);
    camera.position.set(1.3, 0.62, 2.15);
    const orbit = new OrbitControls(camera, element);
    orbit.enableDamping = true;
    orbit.minDistance = 0.9;
    orbit.maxDistance = 6;
    orbit.update();
    let isHeld = false;
    orbit.addEventListener("start", () => (isHeld = true));
    orbit.addEventListener("end", () => (isHeld = false));
    controls.onPress("reset", () => {
      Object.assign(controls, { density: DENSITY, sign: "both" });
      Object.assign(controls.Cut, { depth: 0, frame: true });
    });

    return {
      scene,
      camera,
      update() {
        orbit.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        const isGliding = orbit.update();
        material.uniforms["steps"] = { value: isGliding || isHeld ? STEPS.moving : STEPS.resting };
        material.uniforms["density"] = { value: controls.density };
        material.uniforms["cut"] = { value: 0.5 - controls.Cut.depth };
        material.uniforms["seen"] = { value: new THREE.Vector2(...SIDES[controls.sign]) };
        edges.visible = controls.Cut.frame;
        return isGliding;
      },
      resize: keepInView(camera, size, 1),
      ...cameraState(camera, orbit),
      dispose: () => orbit.dispose(),
    };
  },
});

/** What a value looks like: the colours of the scale, and the more opaque the further from 0. */
function transferOf(scale: ColorScale): THREE.DataTexture {
  const count = 256;
  const bytes = new Uint8Array(count * 4);
  const color = new THREE.Color();
  for (let at = 0; at < count; at += 1) {
    const value = (at / (count - 1)) * 2 - 1;
    scale.at(value, color);
    const opacity = THREE.MathUtils.smoothstep(Math.abs(value), 0.04, 0.6);
    bytes.set([color.r * 255, color.g * 255, color.b * 255, opacity * 255], at * 4);
  }
  const texture = new THREE.DataTexture(bytes, count, 1);
  texture.minFilter = THREE.LinearFilter;
  texture.magFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
