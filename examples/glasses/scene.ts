/** Glasses on every face of an image, a folder of images or a movie: `scenecast render examples/glasses/scene.ts --input movie.mp4 out.mp4`. */

import { defineScene, type SceneInput, type SceneParts } from "scenecast/scene";
import {
  Color,
  DirectionalLight,
  Group,
  HemisphereLight,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  SphereGeometry,
} from "three";
import { FaceFinder } from "./faces/face-finder.ts";
import { Glasses } from "./glasses.ts";

export default defineScene({
  title: "Glasses",
  setup({ input, size }) {
    const scene = new Scene();
    const light = new DirectionalLight(0xffffff, 2);
    light.position.set(-1, 2, 4);
    scene.add(light, new HemisphereLight(0xffffff, 0x8899aa, 1.5));
    if (input === null) return onNobody(scene, size);

    const camera = new OrthographicCamera();
    camera.position.z = 10_000;
    camera.far = 30_000;
    const screen = new Mesh(new PlaneGeometry(1, 1), new MeshBasicMaterial({ map: input.texture, toneMapped: false }));
    screen.position.z = -15_000;
    scene.add(screen);
    const finder = new FaceFinder();
    const glasses: Glasses[] = [];
    const show = (): void => {
      frameInput(camera, input, size.width / size.height);
      screen.scale.set(input.width, input.height, 1);
      screen.position.set(input.width / 2, input.height / 2, screen.position.z);
      // Pixel for pixel where it fills the picture.
      const isWhole = Math.abs(input.width * size.height - input.height * size.width) <= 2 * size.width;
      screen.visible = !isWhole;
      scene.background = isWhole ? input.texture : new Color("black");
    };
    return {
      scene,
      camera,
      async update() {
        show();
        const { faces, triangles } = await finder.find(input);
        while (glasses.length < faces.length) {
          const pair = new Glasses();
          glasses.push(pair);
          scene.add(pair.group);
        }
        for (const [at, pair] of glasses.entries()) pair.wear(faces[at] ?? null, input.height, triangles);
      },
      dispose: () => finder.close(),
    };
  },
});

/** The whole input is seen, in units of its pixels. */
function frameInput(camera: OrthographicCamera, { width, height }: SceneInput, aspect: number): void {
  const [wide, high] = [Math.max(width, height * aspect), Math.max(height, width / aspect)];
  camera.left = (width - wide) / 2;
  camera.right = (width + wide) / 2;
  camera.bottom = (height - high) / 2;
  camera.top = (height + high) / 2;
  camera.updateProjectionMatrix();
}

/** Where there is no input: on a head of wood. */
function onNobody(scene: Scene, size: { readonly width: number; readonly height: number }): SceneParts {
  scene.background = new Color(0xd8dee6);
  const head = new Mesh(new SphereGeometry(1, 64, 48), new MeshStandardMaterial({ color: 0xc89a6a, roughness: 0.7 }));
  head.scale.set(85, 115, 90);
  head.position.set(0, 0, -60);
  const pair = new Glasses();
  // Points as a face has them, where the glasses look for them.
  const xyz = new Float32Array(478 * 3);
  const put = (point: number, ...place: readonly [number, number, number]): void => xyz.set(place, point * 3);
  for (const point of [473, 33, 133]) put(point, -36, -15, -15);
  for (const point of [468, 263, 362]) put(point, 36, -15, -15);
  put(10, 0, -80, 0);
  put(152, 0, 80, 0);
  put(127, -84, -10, 70);
  put(356, 84, -10, 70);
  pair.wear(xyz, 0, []);
  const turned = new Group().add(head, pair.group);
  turned.rotation.y = 0.35;
  scene.add(turned);
  const camera = new OrthographicCamera(-1, 1, 1, -1, 1, 2000);
  camera.position.z = 1000;
  const resize = (): void => {
    // On an upright phone the whole head is seen as well.
    const [wide, high] = [
      Math.max(115, (150 * size.width) / size.height),
      Math.max(150, (115 * size.height) / size.width),
    ];
    Object.assign(camera, { left: -wide, right: wide, top: high, bottom: -high });
    camera.updateProjectionMatrix();
  };
  resize();
  return { scene, camera, resize };
}
