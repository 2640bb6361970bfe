/**
 * Owns how a scene is drawn all around: six views, each of a quarter of a turn and a little more, and a picture that is looked up in
 * them, equirectangular. In the render thread.
 *
 * AA1 Each view is wider than its side of the cube by some pixels, so that no look-up at a seam goes beyond its edge.
 * AA2 What three sizes in pixels is sized by a view, in which a pixel is as wide as one of the picture at its equator.
 * AA3 A drawing that is moved by parts of a pixel moves each view by as much; the look-up stays.
 * AA4 Of the renderer all is as it was, also where the scene throws.
 *
 * Directions are counted from the middle of the picture: x to the right, y up, z behind, as a camera of three has them.
 */

import {
  Matrix4,
  PerspectiveCamera,
  Quaternion,
  type Texture,
  Vector2,
  Vector3,
  Vector4,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from "three";
import type { PictureSize } from "../../../shared/video.ts";
import type { ResolvedPanorama } from "../panorama-camera.ts";
import type { SceneParts } from "../scene.ts";
import { drawingTarget } from "./drawing-target.ts";
import { ScreenPass } from "./screen-pass.ts";

const fragmentShader = `
precision highp float;
uniform sampler2D views[6];
/** How much of a view's half is a side of the cube, and how much of its texture was drawn. */
uniform vec2 scale;
in vec2 at;
out vec4 colour;

const float PI = 3.14159265358979;

vec2 placeOf(float right, float up, float ahead) {
  return (0.5 + 0.5 * scale.x * vec2(right, up) / ahead) * scale.y;
}

void main() {
  float longitude = at.x * PI;
  float latitude = at.y * PI * 0.5;
  vec3 to = vec3(cos(latitude) * sin(longitude), sin(latitude), -cos(latitude) * cos(longitude));
  vec3 size = abs(to);
  if (size.x >= size.y && size.x >= size.z) {
    if (to.x > 0.0) colour = texture(views[0], placeOf(to.z, to.y, to.x));
    else colour = texture(views[1], placeOf(-to.z, to.y, -to.x));
  } else if (size.y >= size.z) {
    if (to.y > 0.0) colour = texture(views[2], placeOf(to.x, to.z, to.y));
    else colour = texture(views[3], placeOf(to.x, -to.z, -to.y));
  } else {
    if (to.z < 0.0) colour = texture(views[4], placeOf(to.x, to.y, -to.z));
    else colour = texture(views[5], placeOf(-to.x, to.y, to.z));
  }
}
`;

/** AA1 */
const MARGIN = 2;
const [TO_RIGHT, UPWARDS] = [new Vector3(1, 0, 0), new Vector3(0, 1, 0)];
const quarter = Math.PI / 2;
/** How a view is turned from straight ahead, in the order in which the shader takes them. */
const turns: readonly Quaternion[] = [
  new Quaternion().setFromAxisAngle(UPWARDS, -quarter),
  new Quaternion().setFromAxisAngle(UPWARDS, quarter),
  new Quaternion().setFromAxisAngle(TO_RIGHT, quarter),
  new Quaternion().setFromAxisAngle(TO_RIGHT, -quarter),
  new Quaternion(),
  new Quaternion().setFromAxisAngle(UPWARDS, Math.PI),
];

type View = { readonly target: WebGLRenderTarget; readonly camera: PerspectiveCamera };

/** The renderer, and its own ways of being given a size, which do nothing in a scene's page. */
export type SizedRenderer = {
  readonly renderer: WebGLRenderer;
  readonly setSize: WebGLRenderer["setSize"];
  readonly setPixelRatio: (ratio: number) => void;
};

export class PanoramaPass {
  readonly #sized: SizedRenderer;
  readonly #samples: number;
  readonly #uniforms: { readonly views: { value: Texture[] }; readonly scale: { value: Vector2 } };
  readonly #pass: ScreenPass;
  #views: readonly View[] = [];
  /** How wide the textures of the views are. */
  #room = 0;

  /** `samples` a pixel of each view; 0 for one. Makes nothing before it is needed. */
  constructor(sized: SizedRenderer, samples: number) {
    this.#sized = sized;
    this.#samples = samples;
    this.#uniforms = { views: { value: [] }, scale: { value: new Vector2() } };
    this.#pass = new ScreenPass(fragmentShader, this.#uniforms);
  }

  /**
   * Draws all around into the renderer's canvas: a picture of `size`, in views for one of `whole`, which it may become without
   * anything being made anew.
   */
  draw(parts: SceneParts, { level, viewSize }: ResolvedPanorama, size: PictureSize, whole: PictureSize): void {
    const widthFor = (picture: PictureSize): number => viewWidth(viewSize ?? Math.round(picture.width / Math.PI));
    this.#makeRoom(widthFor(whole));
    const width = Math.min(this.#room, widthFor(viewSize === null ? size : whole));
    const { renderer, setSize, setPixelRatio } = this.#sized;
    const restore = keep(this.#sized);
    try {
      setPixelRatio(1);
      renderer.setScissorTest(false);
      setSize(width, width, false);
      this.#drawViews(parts, width, level);
      setSize(size.width, size.height, false);
      this.#uniforms.scale.value.set((width - 2 * MARGIN) / width, width / this.#room);
      this.#pass.draw(renderer, null);
    } finally {
      restore();
    }
  }

  #makeRoom(width: number): void {
    if (this.#room === width) return;
    for (const { target } of this.#views) target.dispose();
    this.#room = width;
    this.#views = turns.map(() => ({
      target: drawingTarget({ width, height: width }, this.#samples),
      camera: new PerspectiveCamera(),
    }));
    this.#uniforms.views.value = this.#views.map(({ target }) => target.texture);
  }

  #drawViews({ scene, camera }: SceneParts, width: number, level: boolean): void {
    const { renderer } = this.#sized;
    const seen = camera as PerspectiveCamera;
    if (seen.parent === null) seen.updateMatrixWorld();
    else seen.updateWorldMatrix(true, false);
    const ahead = directionOf(seen, level);
    const angle = (2 * Math.atan(width / (width - 2 * MARGIN)) * 180) / Math.PI;
    const { autoUpdate } = renderer.shadowMap;
    const { autoReset } = renderer.info;
    try {
      for (const [at, { target, camera: view }] of this.#views.entries()) {
        view.fov = angle;
        view.near = seen.near;
        view.far = seen.far;
        view.layers.mask = seen.layers.mask;
        view.position.setFromMatrixPosition(seen.matrixWorld);
        view.quaternion.copy(ahead).multiply(turns[at] ?? new Quaternion());
        view.view = movedBy(seen, width);
        view.updateProjectionMatrix();
        target.viewport.set(0, 0, width, width);
        target.scissor.set(0, 0, width, width);
        target.scissorTest = width < this.#room;
        renderer.setRenderTarget(target);
        renderer.render(scene, view);
        // They are the same from all sides; and the scene's figures are those of the whole picture.
        renderer.shadowMap.autoUpdate = false;
        renderer.info.autoReset = false;
      }
    } finally {
      renderer.shadowMap.autoUpdate = autoUpdate;
      renderer.info.autoReset = autoReset;
    }
  }
}

function viewWidth(inside: number): number {
  return Math.max(16, inside) + 2 * MARGIN;
}

/** How the middle of the panorama lies in the world. */
function directionOf(camera: PerspectiveCamera, level: boolean): Quaternion {
  const own = new Quaternion().setFromRotationMatrix(new Matrix4().extractRotation(camera.matrixWorld));
  if (!level) return own;
  const up = camera.up.clone().normalize();
  const ahead = new Vector3(0, 0, -1).applyQuaternion(own).projectOnPlane(up);
  // One that looks straight up or down heads where its upper edge does, or its lower one.
  if (ahead.lengthSq() < 1e-6) {
    const isUp = new Vector3(0, 0, -1).applyQuaternion(own).dot(up) > 0;
    ahead
      .set(0, isUp ? -1 : 1, 0)
      .applyQuaternion(own)
      .projectOnPlane(up);
  }
  return new Quaternion().setFromRotationMatrix(new Matrix4().lookAt(new Vector3(), ahead, up));
}

/** AA3 */
function movedBy({ view }: PerspectiveCamera, width: number): PerspectiveCamera["view"] {
  if (view?.enabled !== true) return null;
  const { offsetX, offsetY } = view;
  return { enabled: true, fullWidth: width, fullHeight: width, offsetX, offsetY, width, height: width };
}

/** AA4 */
function keep({ renderer, setSize, setPixelRatio }: SizedRenderer): () => void {
  const [ratio, size] = [renderer.getPixelRatio(), renderer.getSize(new Vector2())];
  const [viewport, scissor] = [renderer.getViewport(new Vector4()), renderer.getScissor(new Vector4())];
  const isTested = renderer.getScissorTest();
  return () => {
    setPixelRatio(ratio);
    setSize(size.width, size.height, false);
    renderer.setViewport(viewport);
    renderer.setScissor(scissor);
    renderer.setScissorTest(isTested);
  };
}
