/** A knot that turns, over the input where there is one. */

import { defineScene } from "scenecast/scene";
import {
  Color,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  TorusKnotGeometry,
} from "three";

export default defineScene({
  title: "Over a movie",
  animate: true,
  setup({ input, size }) {
    const scene = new Scene();
    scene.background = input?.texture ?? new Color(0x101820);
    const knot = new Mesh(new TorusKnotGeometry(0.5, 0.18, 128, 16), new MeshStandardMaterial({ color: 0xffb020 }));
    knot.position.set(2.2, -1, 0);
    scene.add(knot, new HemisphereLight(0xffffff, 0x404060, 1.5), new DirectionalLight(0xffffff, 2));
    const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
    camera.position.z = 5;
    return {
      scene,
      camera,
      update({ elapsed }) {
        knot.rotation.set(elapsed, elapsed * 0.7, 0);
      },
    };
  },
});
