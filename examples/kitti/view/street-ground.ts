/** Owns what lies on the ground: the way that the car took and will take, rings around it, and the car itself. */

import * as THREE from "three";
import { IMU_HEIGHT, type Track } from "../geometry/track.ts";
import { COLOURS } from "./palette.ts";

/** Half of how wide the way is drawn. */
const HALF = 0.75;
/** Records that lie nearer to each other are drawn as one, in metres. */
const SPACING = 0.25;
const RINGS = [10, 20, 30, 40, 50];

const pathVertex = `attribute float time; varying float at; varying float aside;
  void main() {
    at = time;
    aside = uv.x;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }`;
const pathFragment = `uniform float now; uniform vec3 past; uniform vec3 future; varying float at; varying float aside;
  void main() {
    bool isPast = at <= now;
    float rim = smoothstep(0.72, 0.95, abs(aside));
    float alpha = isPast ? mix(0.42 * exp((at - now) * 0.12), 0.9, rim * 0.6) : mix(0.12, 0.5, rim);
    gl_FragColor = vec4(isPast ? past : future, alpha);
    #include <colorspace_fragment>
  }`;

/** The way, in the frame of the ground. */
export class DrivenPath {
  readonly object: THREE.Mesh<THREE.BufferGeometry, THREE.ShaderMaterial>;
  readonly #now = { value: 0 };

  constructor(track: Track) {
    const colour = (value: string) => ({ value: new THREE.Color(value) });
    const material = new THREE.ShaderMaterial({
      uniforms: { now: this.#now, past: colour(COLOURS.cyan), future: colour(COLOURS.violet) },
      vertexShader: pathVertex,
      fragmentShader: pathFragment,
      transparent: true,
      depthWrite: false,
      side: THREE.DoubleSide,
    });
    this.object = new THREE.Mesh(ribbonOf(track), material);
    this.object.frustumCulled = false;
  }

  follow(seconds: number): void {
    this.#now.value = seconds;
  }
}

/** Rings of 10 to 50 metres and the car in their middle, in the frame of the IMU. */
export function carWithRings(): THREE.Group {
  const rings = new THREE.Group();
  for (const radius of RINGS) {
    const places = Array.from({ length: 97 }, (_, at) => {
      const angle = (at / 96) * Math.PI * 2;
      return new THREE.Vector3(Math.cos(angle) * radius, Math.sin(angle) * radius, 0.02 - IMU_HEIGHT);
    });
    const material = new THREE.LineBasicMaterial({ color: "#2a3a60", transparent: true, opacity: 0.9 - radius / 80 });
    rings.add(new THREE.Line(new THREE.BufferGeometry().setFromPoints(places), material));
  }
  return new THREE.Group().add(rings, bodyOf([4.6, 1.8, 0.85], 0.55, 0.3), bodyOf([2.3, 1.6, 0.6], 0.2, 1));
}

/** A box of the car: its size, how far its middle is before the IMU, and how high its bottom is above the ground. */
function bodyOf(size: readonly [number, number, number], forward: number, bottom: number): THREE.Group {
  const box = new THREE.BoxGeometry(...size);
  const body = new THREE.Mesh(box, new THREE.MeshBasicMaterial({ color: "#10203c", transparent: true, opacity: 0.9 }));
  const edges = new THREE.LineSegments(new THREE.EdgesGeometry(box), new THREE.LineBasicMaterial({ color: "#9fdcff" }));
  const group = new THREE.Group().add(body, edges);
  group.position.set(forward, 0, bottom + size[2] / 2 - IMU_HEIGHT);
  return group;
}

function ribbonOf(track: Track): THREE.BufferGeometry {
  const [positions, sides, times, indices]: [number[], number[], number[], number[]] = [[], [], [], []];
  let last: THREE.Vector3 | null = null;
  track.places.forEach((place, at) => {
    const { yaw = 0, time = 0 } = track.records[at] ?? {};
    if (last !== null && last.distanceTo(place) < SPACING && at < track.places.length - 1) return;
    last = place;
    for (const side of [-1, 1]) {
      positions.push(place.x - Math.sin(yaw) * HALF * side, place.y + Math.cos(yaw) * HALF * side);
      positions.push(place.z - IMU_HEIGHT + 0.04);
      sides.push(side, 0);
      times.push(time);
    }
    const next = times.length;
    if (next >= 4) indices.push(next - 4, next - 3, next - 2, next - 3, next - 1, next - 2);
  });
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(positions, 3));
  geometry.setAttribute("uv", new THREE.Float32BufferAttribute(sides, 2));
  geometry.setAttribute("time", new THREE.Float32BufferAttribute(times, 1));
  return geometry.setIndex(indices);
}
