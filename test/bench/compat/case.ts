/** Owns what a case of the comparison is, and the small things that many of them share. Runs in Scenecast and in a page. */

import type { SceneContext, SceneParts } from "scenecast/scene";
import type * as Three from "three";

export type Context = SceneContext;

/** Draws one facility. Whatever it loads is there when it resolves; it draws the same at any time. */
export type Case = (context: Context) => SceneParts | Promise<SceneParts>;

/** A scene with a camera and lights, and what is to be seen in it. */
export function stage(
  { three, size }: Context,
  ...objects: Three.Object3D[]
): SceneParts & { camera: Three.PerspectiveCamera } {
  const scene = new three.Scene();
  scene.background = new three.Color(0x223344);
  const camera = new three.PerspectiveCamera(45, size.width / size.height, 0.1, 100);
  camera.position.set(0, 0, 4);
  const sun = new three.DirectionalLight(0xffffff, 2.5);
  sun.position.set(2, 3, 4);
  scene.add(sun, new three.AmbientLight(0xffffff, 0.8), ...objects);
  return { scene, camera };
}

/** Three bodies side by side in one material. */
export function bodies({ three }: Context, material: Three.Material): Three.Group {
  const group = new three.Group();
  const shapes = [
    new three.BoxGeometry(0.9, 0.9, 0.9),
    new three.SphereGeometry(0.6, 32, 16),
    new three.TorusKnotGeometry(0.4, 0.14, 96, 12),
  ];
  for (const [index, geometry] of shapes.entries()) {
    const mesh = new three.Mesh(geometry, material);
    mesh.position.x = (index - 1) * 1.5;
    mesh.rotation.set(0.5, 0.6, 0);
    group.add(mesh);
  }
  return group;
}

/** Squares of two colours, `count` a side, as bytes. */
export function chequers(count: number = 8, pixels: number = 64): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(pixels * pixels * 4);
  for (let y = 0; y < pixels; y += 1) {
    for (let x = 0; x < pixels; x += 1) {
      const isLight = (Math.floor((x * count) / pixels) + Math.floor((y * count) / pixels)) % 2 === 0;
      data.set(isLight ? [240, 220, 80, 255] : [40, 80, 160, 255], (y * pixels + x) * 4);
    }
  }
  return data;
}

export function chequerTexture({ three }: Context): Three.DataTexture {
  const texture = new three.DataTexture(chequers(), 64, 64);
  texture.colorSpace = three.SRGBColorSpace;
  texture.generateMipmaps = true;
  texture.minFilter = three.LinearMipmapLinearFilter;
  texture.magFilter = three.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

/** A sequence of numbers from 0 to 1 that is the same everywhere. */
export function sequence(seed: number = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** Files of this machine where Scenecast draws, addresses where a page does. */
const assets: string = new URL("../../fixtures/page-assets/", import.meta.url).href;
const addons: string = new URL("../../../node_modules/three/examples/jsm/", import.meta.url).href;

/** The address of a small file to load. */
export function assetUrl(name: string): string {
  return `${assets}${name}`;
}

/** The address of a folder of three's addons, such as "libs/basis/". */
export function addonUrl(folder: string): string {
  return `${addons}${folder}`;
}

/** A square of two units that shows a texture, slightly turned, so that its filters are seen. */
export function shown({ three }: Context, map: Three.Texture, options: object = {}): Three.Mesh {
  map.colorSpace = three.SRGBColorSpace;
  const material = new three.MeshBasicMaterial({ map, transparent: true, side: three.DoubleSide, ...options });
  const mesh = new three.Mesh(new three.PlaneGeometry(2.4, 2.4), material);
  mesh.rotation.set(-0.3, 0.4, 0);
  return mesh;
}

/** A canvas of this size, painted. Its context is the 2D one. */
export function painted(
  width: number,
  height: number,
  paint: (context: CanvasRenderingContext2D) => void,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("There is no 2D context.");
  paint(context);
  return canvas;
}
