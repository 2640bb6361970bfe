/** What a studio does, as a scene: pictures of 1920x1080, 960x540 and 480x270 that are new in each frame, on planes, and no more. */

import { defineScene } from "scenecast/scene";
import { DataTexture, Mesh, MeshBasicMaterial, OrthographicCamera, PlaneGeometry, Scene, SRGBColorSpace } from "three";

const sizes = [
  [1920, 1080],
  [960, 540],
  [480, 270],
] as const;

export default defineScene({
  title: "Textured",
  animate: true,
  setup() {
    const scene = new Scene();
    const textures = sizes.map(([width, height], index) => {
      const texture = new DataTexture(new Uint8Array(width * height * 4).fill(80 * index), width, height);
      texture.colorSpace = SRGBColorSpace;
      const plane = new Mesh(
        new PlaneGeometry((2 * width) / 1920, (2 * height) / 1080),
        new MeshBasicMaterial({ map: texture }),
      );
      plane.position.z = index;
      scene.add(plane);
      return texture;
    });
    let count = 0;
    return {
      scene,
      camera: new OrthographicCamera(-1, 1, 1, -1, -10, 10),
      update() {
        count += 1;
        for (const texture of textures) {
          // Something is other, so that no frame is like the one before.
          texture.image.data?.fill(count % 256, 0, 4000);
          texture.needsUpdate = true;
        }
      },
    };
  },
});
