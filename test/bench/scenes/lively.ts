/**
 * Never rests, is cheap to draw and much to send: a carpet full of detail that turns to and fro, in as many pictures as
 * picture-code.ts tells apart, the same at every start. A press swaps the colour of the strip at the top.
 */

import { defineScene } from "scenecast/scene";
import {
  Color,
  DataTexture,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  SRGBColorSpace,
} from "three";
import { randomOf } from "../../support/lab/random.ts";
import { FIELDS, fieldsOf, PICTURES, STRIP } from "../picture-code.ts";

const CARPET = 512;
const RADIANS_A_PICTURE = 0.012;

export default defineScene({
  title: "Lively",
  animate: true,
  setup({ element, size }) {
    const scene = new Scene();
    const aspect = size.width / size.height;
    const texture = carpet();
    const turned = new Mesh(new PlaneGeometry(2.4 * aspect, 2.4 * aspect), new MeshBasicMaterial({ map: texture }));
    scene.add(turned);
    const fields = Array.from({ length: FIELDS }, (_, at) => {
      const width = (2 * aspect) / FIELDS;
      return addStrip(scene, width, -aspect + (at + 0.5) * width, STRIP - 1);
    });
    const top = addStrip(scene, 2 * aspect, 0, 1 - STRIP);
    let isLit = false;
    element.addEventListener("pointerdown", () => {
      isLit = !isLit;
      paint(top, isLit);
    });
    let frame = 0;
    return {
      scene,
      camera: new OrthographicCamera(-aspect, aspect, 1, -1, -1, 1),
      update() {
        frame = (frame + 1) % (2 * PICTURES);
        const picture = Math.min(frame, 2 * PICTURES - 1 - frame);
        turned.rotation.z = picture * RADIANS_A_PICTURE;
        for (const [at, isWhite] of fieldsOf(picture).entries()) paint(fields[at], isWhite);
      },
      dispose: () => texture.dispose(),
    };
  },
});

type Strip = Mesh<PlaneGeometry, MeshBasicMaterial>;

function addStrip(scene: Scene, width: number, x: number, y: number): Strip {
  const strip = new Mesh(new PlaneGeometry(width, 2 * STRIP), new MeshBasicMaterial({ color: "black" }));
  strip.position.set(x, y, 0.5);
  scene.add(strip);
  return strip;
}

function paint(strip: Strip | undefined, isWhite: boolean): void {
  strip?.material.color.set(isWhite ? "white" : "black");
}

/** Threads of many colours, and grain on them. */
function carpet(): DataTexture {
  const random = randomOf(11);
  const threads = Array.from({ length: CARPET }, () => new Color().setHSL(random(), 0.5, 0.35 + 0.3 * random()));
  const pixels = new Uint8Array(CARPET * CARPET * 4);
  for (let at = 0; at < CARPET * CARPET; at += 1) {
    const [x, y] = [at % CARPET, Math.floor(at / CARPET)];
    const thread = threads[(x >> 3) % 2 === (y >> 3) % 2 ? (x >> 3) * 4 : (y >> 3) * 4 + 1];
    const grain = (random() - 0.5) * 60;
    for (const [channel, value] of [thread?.r ?? 0, thread?.g ?? 0, thread?.b ?? 0].entries()) {
      pixels[at * 4 + channel] = Math.max(0, Math.min(255, value * 255 + grain));
    }
    pixels[at * 4 + 3] = 255;
  }
  const texture = new DataTexture(pixels, CARPET, CARPET);
  texture.colorSpace = SRGBColorSpace;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
