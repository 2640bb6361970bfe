/**
 * Costs next to nothing to draw and much to send: a small patch of noise that jumps at every frame, in a picture that is
 * else at rest. About 4 Mbit/s at 60 frames a second.
 */

import { defineScene } from "scenecast/scene";
import {
  DataTexture,
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  PlaneGeometry,
  RepeatWrapping,
  RGBAFormat,
  Scene,
} from "three";

const TEXTURE_SIZE = 256;
/** The patch in pixels. */
const PATCH = 120;
/** How far the noise is from grey, of 127. */
const DEPTH = 40;

export default defineScene({
  title: "Noise",
  animate: true,
  setup({ size }) {
    const texture = new DataTexture(noise(), TEXTURE_SIZE, TEXTURE_SIZE, RGBAFormat);
    texture.wrapS = RepeatWrapping;
    texture.wrapT = RepeatWrapping;
    texture.repeat.set(PATCH / TEXTURE_SIZE, PATCH / TEXTURE_SIZE);
    texture.needsUpdate = true;
    const patch = new Mesh(new PlaneGeometry(PATCH, PATCH), new MeshBasicMaterial({ map: texture }));
    const scene = new Scene();
    scene.add(patch);
    const camera = new OrthographicCamera(-size.width / 2, size.width / 2, size.height / 2, -size.height / 2, -1, 1);
    return {
      scene,
      camera,
      update() {
        texture.offset.set(Math.random(), Math.random());
      },
      dispose: () => texture.dispose(),
    };
  },
});

function noise(): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(TEXTURE_SIZE * TEXTURE_SIZE * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    pixels.fill(128 + (Math.random() - 0.5) * 2 * DEPTH, at, at + 3);
    pixels[at + 3] = 255;
  }
  return pixels;
}
