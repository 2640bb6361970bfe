/**
 * A cloud of numbers, seen through: rays march through a 3D texture and gather colour by a transfer function. Fewer steps
 * while it moves, more when it rests. Drag to turn it.
 */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { ColorScale } from "../drawing/color-scale.ts";
import { titleOf } from "../drawing/label.ts";
import { sampleOrbital } from "./orbital.ts";

const SIDE = 72;
const STEPS = { moving: 16, resting: 80 };
/** From negative to positive values. Opacity is that of what lies half a side deep; nothing at 0, so that one sees in. */
const COLORS = ["#9beaff", "#45b5ff", "#3670f5", "#20264a", "#e0483c", "#ff8a42", "#ffe09a"];
const DENSITY = 13;

const vertexShader = `varying vec3 place; varying vec3 eye;
  void main() {
    place = position;
    eye = (inverse(modelViewMatrix) * vec4(0.0, 0.0, 0.0, 1.0)).xyz;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }`;

/** From the far wall of the cube, which is drawn, the ray is followed from where it comes in. */
const fragmentShader = `precision highp sampler3D;
  uniform sampler3D field; uniform sampler2D transfer; uniform int steps; uniform float density;
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
      float value = texture(field, eye + way * t + 0.5).r;
      if (abs(value - 0.5) < 0.02) continue; // Nothing is seen there, and much of the cube is so.
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
  setup({ size, clock, element }) {
    const scale = new ColorScale(COLORS, -1, 1);
    const material = new THREE.ShaderMaterial({
      uniforms: {
        field: { value: sampleOrbital(SIDE) },
        transfer: { value: transferOf(scale) },
        steps: { value: STEPS.resting },
        density: { value: DENSITY },
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
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 0.9;
    controls.maxDistance = 6;
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
        material.uniforms["steps"] = { value: isGliding || isHeld ? STEPS.moving : STEPS.resting };
        return isGliding;
      },
      ...cameraState(camera, controls),
      dispose: () => controls.dispose(),
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
