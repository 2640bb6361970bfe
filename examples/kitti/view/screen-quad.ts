/** Owns rectangles that lie on the picture, in its pixels: with a texture, a colour, or what is painted on a canvas. */

import * as THREE from "three";
import type { Rectangle } from "./layout.ts";

type Size = { readonly width: number; readonly height: number };
type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void;

/** From pixels of the picture to where OpenGL draws them. At rest a picture is moved by parts of a pixel; these stay. */
export const placeInPicture: string = `uniform vec4 rectangle; uniform vec2 picture;
  vec4 placeInPicture(vec2 part) {
    vec2 pixel = rectangle.xy + part * rectangle.zw;
    return vec4(pixel.x / picture.x * 2.0 - 1.0, 1.0 - pixel.y / picture.y * 2.0, -1.0, 1.0);
  }`;

const vertexShader = `${placeInPicture} varying vec2 place;
  void main() {
    place = vec2(uv.x, 1.0 - uv.y);
    gl_Position = placeInPicture(place);
  }`;
const fragmentShader = `uniform sampler2D map; uniform bool isTextured; uniform vec4 colour; uniform bool isFlipped; varying vec2 place;
  void main() {
    vec2 at = isFlipped ? vec2(place.x, 1.0 - place.y) : place;
    gl_FragColor = isTextured ? texture2D(map, at) * vec4(1.0, 1.0, 1.0, colour.a) : colour;
    #include <colorspace_fragment>
  }`;

/** The uniforms that say where something is. */
export type PlaceUniforms = { rectangle: { value: THREE.Vector4 }; picture: { value: THREE.Vector2 } };

export function placeUniforms(): PlaceUniforms {
  return { rectangle: { value: new THREE.Vector4() }, picture: { value: new THREE.Vector2(1, 1) } };
}

export function setPlace({ rectangle, picture }: PlaceUniforms, { x, y, width, height }: Rectangle, size: Size): void {
  rectangle.value.set(x, y, width, height);
  picture.value.set(size.width, size.height);
}

export class ScreenQuad extends THREE.Mesh<THREE.PlaneGeometry, THREE.ShaderMaterial> {
  readonly #uniforms = {
    ...placeUniforms(),
    map: { value: null as THREE.Texture | null },
    isTextured: { value: false },
    isFlipped: { value: false },
    colour: { value: new THREE.Vector4(0, 0, 0, 1) },
  };

  constructor(order: number) {
    super(new THREE.PlaneGeometry());
    this.material = new THREE.ShaderMaterial({
      uniforms: this.#uniforms,
      vertexShader,
      fragmentShader,
      transparent: true,
      depthTest: false,
      depthWrite: false,
    });
    this.frustumCulled = false;
    this.renderOrder = order;
  }

  put(rectangle: Rectangle, size: Size): this {
    setPlace(this.#uniforms, rectangle, size);
    return this;
  }

  /** Shows a texture whose first row is its top. */
  show(texture: THREE.Texture): this {
    this.#uniforms.map.value = texture;
    this.#uniforms.isTextured.value = true;
    this.#uniforms.isFlipped.value = texture.flipY;
    return this;
  }

  fill(colour: THREE.ColorRepresentation, opacity: number = 1): this {
    const { r, g, b } = new THREE.Color(colour);
    this.#uniforms.colour.value.set(r, g, b, opacity);
    return this;
  }

  /** No ray hits it: it lies over the scene, not in it. */
  override raycast(): void {}
}

/** A rectangle that is painted on a canvas as large as it, again and again. */
export class CanvasQuad extends ScreenQuad {
  #canvas: HTMLCanvasElement | null = null;
  #texture: THREE.CanvasTexture | null = null;

  /** Paints all of it anew, in pixels of the picture. */
  paint({ width, height }: Rectangle, paint: Paint): void {
    const [columns, rows] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    if (this.#canvas?.width !== columns || this.#canvas.height !== rows) this.#begin(columns, rows);
    const context = this.#canvas?.getContext("2d");
    if (context === null || context === undefined || this.#texture === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, columns, rows);
    paint(context, columns, rows);
    this.#texture.needsUpdate = true;
  }

  #begin(width: number, height: number): void {
    this.#texture?.dispose();
    this.#canvas = document.createElement("canvas");
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#texture = new THREE.CanvasTexture(this.#canvas);
    this.#texture.colorSpace = THREE.SRGBColorSpace;
    this.#texture.minFilter = THREE.LinearFilter;
    this.#texture.generateMipmaps = false;
    this.show(this.#texture);
  }
}
