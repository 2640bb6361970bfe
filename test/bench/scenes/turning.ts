/** A thousand lit spheres that turn by themselves, so that nobody has to drag them. */

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

const COUNT = 1000;
const RADIANS_A_SECOND = 0.8;

export default defineScene({
  title: "Turning",
  animate: true,
  setup({ size }) {
    const scene = new Scene();
    scene.background = new Color(0x101820);
    const spheres = new InstancedMesh(new SphereGeometry(0.3, 16, 12), new MeshStandardMaterial(), COUNT);
    for (let index = 0; index < COUNT; index += 1) {
      const angle = index * 2.399963;
      const height = 1 - (2 * index) / (COUNT - 1);
      const radius = Math.sqrt(1 - height * height);
      const [x, y, z] = [5 * radius * Math.cos(angle), 5 * height, 5 * radius * Math.sin(angle)];
      spheres.setMatrixAt(index, new Matrix4().makeTranslation(x, y, z));
      spheres.setColorAt(index, new Color().setHSL(index / COUNT, 0.7, 0.55));
    }
    scene.add(spheres, new HemisphereLight(0xffffff, 0x404060, 1.2), new DirectionalLight(0xffffff, 2));
    const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
    camera.position.z = 14;
    return {
      scene,
      camera,
      update({ elapsed }) {
        spheres.rotation.y = elapsed * RADIANS_A_SECOND;
      },
    };
  },
});
