/** The default scene: a flower of spheres. Drag to turn it, scroll to come closer, click a sphere to pick it. */

import { cameraState, defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { mergeVertices } from "three/addons/utils/BufferGeometryUtils.js";

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const CLICK_SLOP = 5;
/** A picture that is narrower than this shows more above and below. */
const NARROWEST = 1.3;
const PALETTE = ["#fff0cc", "#ffc47e", "#ff8066", "#e8457f", "#9243c4", "#4c58e6"].map(
  (color) => new THREE.Color(color),
);
const PICKED = new THREE.Color("#2dffc4");
const PICKED_SCALE = 1.4;

export default defineScene({
  title: "Spheres",
  // npm start -- examples/spheres/scene.ts --param count=1000
  parameters: {
    count: { type: "number", default: 300, min: 1, max: 3000, step: 1, description: "How many", fromLink: true },
  },
  setup({ size, clock, element, parameters, invalidate }) {
    const scene = new THREE.Scene();
    const sun = new THREE.DirectionalLight("#fff1df", 2.9);
    sun.position.set(4, 9, 6);
    const spheres = flower(parameters.count);
    scene.add(spheres, sun, new THREE.HemisphereLight("#aebcff", "#7d3b52", 0.95), backdrop("#0c1128", "#3a2a52"));

    const camera = new THREE.PerspectiveCamera(36, 1, 0.1, 100);
    camera.position.set(0, 8.4, 12.4);
    const frame = ({ width, height }: typeof size): void => {
      camera.aspect = width / height;
      // On an upright phone the flower is as wide as the picture, and not wider.
      const widening = Math.max(1, NARROWEST / camera.aspect);
      camera.fov = THREE.MathUtils.RAD2DEG * 2 * Math.atan(Math.tan(THREE.MathUtils.DEG2RAD * 18) * widening);
      camera.updateProjectionMatrix();
    };
    frame(size);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 5;
    controls.maxDistance = 40;
    controls.target.set(0, -0.3, 0);
    controls.update();

    const picked = new Highlight(spheres);
    const view = cameraState(camera, controls);
    const press = new THREE.Vector2();
    element.addEventListener("pointerdown", (event) => press.set(event.clientX, event.clientY));
    element.addEventListener("click", (event) => {
      if (press.distanceTo(new THREE.Vector2(event.clientX, event.clientY)) > CLICK_SLOP) return;
      const place = new THREE.Vector2((event.clientX / size.width) * 2 - 1, 1 - (event.clientY / size.height) * 2);
      picked.set(sphereAt(place, camera, spheres));
      invalidate();
    });

    return {
      scene,
      camera,
      update() {
        // The same swing at every frame rate.
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        return controls.update();
      },
      // What a link to this view carries, and what a new process of the scene begins with.
      getState: () => ({ view: view.getState(), picked: picked.sphere }),
      setState(state) {
        const { view: place = null, picked: sphere } = state as { readonly view?: Json; readonly picked?: Json };
        view.setState(place);
        picked.set(typeof sphere === "number" && sphere < parameters.count ? sphere : null);
      },
      resize: frame,
      dispose: () => controls.dispose(),
    };
  },
});

/** Spheres laid out as the seeds of a sunflower, on a wave, coloured from the heart to the rim. */
function flower(count: number): THREE.InstancedMesh {
  const material = new THREE.MeshPhongMaterial({ shininess: 55, specular: "#4a4a4a" });
  const mesh = new THREE.InstancedMesh(roundBall(), material, count);
  const color = new THREE.Color();
  for (let at = 0; at < count; at += 1) {
    const t = (at + 0.5) / count;
    const radius = 5.5 * Math.sqrt(t);
    const angle = at * GOLDEN_ANGLE;
    const height = 0.85 * Math.cos(radius * 1.15);
    // As full with any number of them.
    const scale = (0.25 + 0.05 * t) * Math.sqrt(300 / count);
    mesh.setMatrixAt(at, placed(Math.cos(angle) * radius, height, Math.sin(angle) * radius, scale));
    mesh.setColorAt(at, paletteAt(t, color));
  }
  return mesh;
}

/** A ball of few triangles, all of one size, that is shaded smoothly: cheap to draw without a GPU. */
function roundBall(): THREE.BufferGeometry {
  const facets = new THREE.IcosahedronGeometry(1, 2);
  const ball = mergeVertices(new THREE.BufferGeometry().setAttribute("position", facets.getAttribute("position")));
  return ball.setAttribute("normal", ball.getAttribute("position"));
}

/** The sphere at a place of the picture (-1 to 1); null where there is none. */
function sphereAt(place: THREE.Vector2, camera: THREE.Camera, spheres: THREE.InstancedMesh): number | null {
  const raycaster = new THREE.Raycaster();
  raycaster.setFromCamera(place, camera);
  return raycaster.intersectObject(spheres)[0]?.instanceId ?? null;
}

/** The sphere that is picked, larger and in a colour of its own. */
class Highlight {
  readonly #spheres: THREE.InstancedMesh;
  readonly #colorBefore = new THREE.Color();
  sphere: number | null = null;

  constructor(spheres: THREE.InstancedMesh) {
    this.#spheres = spheres;
  }

  set(sphere: number | null): void {
    if (sphere === this.sphere) return;
    if (this.sphere !== null) this.#change(this.sphere, this.#colorBefore, 1 / PICKED_SCALE);
    this.sphere = sphere;
    if (sphere === null) return;
    this.#spheres.getColorAt(sphere, this.#colorBefore);
    this.#change(sphere, PICKED, PICKED_SCALE);
  }

  #change(sphere: number, color: THREE.Color, scale: number): void {
    const mesh = this.#spheres;
    const matrix = new THREE.Matrix4();
    mesh.getMatrixAt(sphere, matrix);
    mesh.setMatrixAt(sphere, matrix.scale(new THREE.Vector3(scale, scale, scale)));
    mesh.setColorAt(sphere, color);
    mesh.instanceMatrix.needsUpdate = true;
    if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
  }
}

function placed(x: number, y: number, z: number, scale: number): THREE.Matrix4 {
  return new THREE.Matrix4().makeScale(scale, scale, scale).setPosition(x, y, z);
}

function paletteAt(t: number, color: THREE.Color): THREE.Color {
  const place = t * (PALETTE.length - 1);
  const from = PALETTE[Math.floor(place)] ?? color;
  return color.lerpColors(from, PALETTE[Math.ceil(place)] ?? from, place % 1);
}

/** A sheet behind everything that fades from one colour to another; drawn last, so only where it shows. */
function backdrop(top: string, bottom: string): THREE.Mesh {
  const geometry = new THREE.PlaneGeometry(2, 2);
  const material = new THREE.ShaderMaterial({
    uniforms: { top: { value: new THREE.Color(top) }, bottom: { value: new THREE.Color(bottom) } },
    vertexShader: "varying float rise; void main() { rise = uv.y; gl_Position = vec4(position.xy, 1.0, 1.0); }",
    fragmentShader: `uniform vec3 top; uniform vec3 bottom; varying float rise;
      void main() { gl_FragColor = vec4(mix(bottom, top, rise), 1.0);
      #include <colorspace_fragment>
      }`,
    depthFunc: THREE.LessEqualDepth,
    depthWrite: false,
  });
  const mesh = new THREE.Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.renderOrder = 1;
  return mesh;
}
