/** A glTF model under the light of an HDR environment. Drag to turn it. */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { HDRLoader } from "three/addons/loaders/HDRLoader.js";

export default defineScene({
  title: "Chessmen",
  async setup({ size, clock, element, renderer }) {
    const [model, studio] = await Promise.all([
      new GLTFLoader().loadAsync("chess.gltf"),
      new HDRLoader().loadAsync("studio.hdr"),
    ]);
    studio.mapping = THREE.EquirectangularReflectionMapping;
    renderer.toneMapping = THREE.ACESFilmicToneMapping;
    const scene = new THREE.Scene();
    scene.environment = studio;
    scene.environmentIntensity = 0.8;
    scene.background = new THREE.Color("#0d1020");
    scene.add(model.scene, shadow(-0.5, -0.5, 0.52), shadow(0.5, 0.5, 0.5));

    const camera = new THREE.PerspectiveCamera(28, size.width / size.height, 0.1, 40);
    camera.position.set(2.4, 1.95, 4.5);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 2;
    controls.maxDistance = 14;
    controls.maxPolarAngle = 1.5;
    controls.target.set(0, 0.55, 0);
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

/** A soft shadow under a man: an environment throws none, and this costs nothing. */
function shadow(x: number, z: number, radius: number): THREE.Mesh {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const context = canvas.getContext("2d");
  if (context !== null) {
    const gradient = context.createRadialGradient(32, 32, 12, 32, 32, 32);
    gradient.addColorStop(0, "#000000d8");
    gradient.addColorStop(0.55, "#00000070");
    gradient.addColorStop(1, "#00000000");
    context.fillStyle = gradient;
    context.fillRect(0, 0, 64, 64);
  }
  const map = new THREE.CanvasTexture(canvas);
  const material = new THREE.MeshBasicMaterial({ map, transparent: true, depthWrite: false });
  const mesh = new THREE.Mesh(new THREE.PlaneGeometry(radius * 2, radius * 2).rotateX(-Math.PI / 2), material);
  mesh.position.set(x, 0.003, z);
  return mesh;
}
