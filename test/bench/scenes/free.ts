/** Costs nothing to draw and changes at every frame; a press swaps the colour of the whole picture. */

import { defineScene } from "scenecast/scene";
import { Color, PerspectiveCamera, Scene, SRGBColorSpace } from "three";

export default defineScene({
  title: "Free",
  animate: true,
  setup({ element }) {
    const scene = new Scene();
    const background = new Color();
    scene.background = background;
    let isLit = false;
    let frame = 0;
    element.addEventListener("pointerdown", () => {
      isLit = !isLit;
    });
    return {
      scene,
      camera: new PerspectiveCamera(),
      update() {
        frame += 1;
        const level = (isLit ? 200 : 40) + (frame % 8);
        background.setRGB(level / 255, level / 255, level / 255, SRGBColorSpace);
      },
    };
  },
});
