/** What the movie of the studio shows: a ring of boxes that turns once in four seconds, so that it can be played again and again. */

import { defineScene } from "scenecast/scene";
import {
  BoxGeometry,
  Color,
  DirectionalLight,
  Group,
  HemisphereLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
} from "three";

const COUNT = 12;
const SECONDS = 4;

export default defineScene({
  title: "Reel",
  animate: true,
  setup({ size }) {
    const scene = new Scene();
    scene.background = new Color(0x203a43);
    const ring = new Group();
    for (let index = 0; index < COUNT; index += 1) {
      const color = new Color().setHSL(index / COUNT, 0.7, 0.55);
      const box = new Mesh(new BoxGeometry(0.8, 0.8, 0.8), new MeshStandardMaterial({ color }));
      const angle = (index / COUNT) * 2 * Math.PI;
      box.position.set(3 * Math.cos(angle), 3 * Math.sin(angle), 0);
      ring.add(box);
    }
    const sun = new DirectionalLight(0xffffff, 2.5);
    sun.position.set(2, 3, 5);
    scene.add(ring, sun, new HemisphereLight(0xffffff, 0x404040, 1));
    const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
    camera.position.z = 9;
    return {
      scene,
      camera,
      update({ elapsed }) {
        ring.rotation.z = (elapsed / SECONDS) * 2 * Math.PI;
        for (const box of ring.children) box.rotation.y = ring.rotation.z;
      },
    };
  },
});
