/** Sixty lit spheres under OrbitControls, drawn on demand; a press turns the background light or dark. */

import { defineScene } from "scenecast/scene";
import {
  Color,
  DirectionalLight,
  HemisphereLight,
  InstancedMesh,
  Matrix4,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

const COUNT = 60;

export default defineScene({
  title: "60 spheres",
  setup({ element, size, invalidate }) {
    const scene = new Scene();
    const colours = [new Color(0x101820), new Color(0xd8dce0)] as const;
    scene.background = colours[0];
    const spheres = new InstancedMesh(new SphereGeometry(0.5, 16, 12), new MeshStandardMaterial(), COUNT);
    for (let index = 0; index < COUNT; index += 1) {
      const angle = index * 2.399963;
      const height = 1 - (2 * index) / (COUNT - 1);
      const radius = Math.sqrt(1 - height * height);
      const matrix = new Matrix4().makeTranslation(
        4 * radius * Math.cos(angle),
        4 * height,
        4 * radius * Math.sin(angle),
      );
      spheres.setMatrixAt(index, matrix);
      spheres.setColorAt(index, new Color().setHSL(index / COUNT, 0.7, 0.55));
    }
    scene.add(spheres, new HemisphereLight(0xffffff, 0x404060, 1.2), new DirectionalLight(0xffffff, 2));
    const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
    camera.position.z = 12;
    const controls = new OrbitControls(camera, element);
    element.addEventListener("pointerdown", () => {
      scene.background = scene.background === colours[0] ? colours[1] : colours[0];
      invalidate();
    });
    return { scene, camera, update: () => controls.update(), dispose: () => controls.dispose() };
  },
});
