/**
 * Text and small drawings in the picture: painted on a canvas and shown pixel for pixel, so that letters stay sharp, pinned
 * to the picture or at a place of the scene. Sizes are those of a picture of 1280x720; in one of more pixels all is larger.
 */

import * as THREE from "three";

export type Picture = { readonly width: number; readonly height: number };
export type Paint = (context: CanvasRenderingContext2D) => void;
type Place = { readonly x: number; readonly y: number };
type TextStyle = { readonly size?: number; readonly color?: string; readonly weight?: string; readonly plate?: string };

export const FONT = '"DejaVu Sans", "Noto Sans", sans-serif';
const DESIGN_PIXELS = 1280 * 720;
/** Not by the whole projection matrix: at rest that shifts the picture by parts of a pixel, and text would blur. */
const vertexShader = `uniform vec2 picture; uniform vec2 extent; uniform vec2 align; uniform vec2 shift; uniform vec2 pin;
  uniform bool pinned; varying vec2 place;
  void main() {
    vec4 eye = modelViewMatrix * vec4(0.0, 0.0, 0.0, 1.0);
    vec4 clip = projectionMatrix * eye;
    vec2 middle = vec2(projectionMatrix[0][0] * eye.x, projectionMatrix[1][1] * eye.y) / clip.w * 0.5 + 0.5;
    vec2 anchor = pinned ? vec2(pin.x, picture.y - pin.y) : middle * picture + vec2(shift.x, -shift.y);
    vec2 corner = floor(anchor - extent * vec2(align.x, 1.0 - align.y) + 0.5);
    place = uv;
    gl_Position = vec4((corner + uv * extent) / picture * 2.0 - 1.0, pinned ? -1.0 : clip.z / clip.w, 1.0);
    if (!pinned && clip.w <= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  }`;
const fragmentShader = `uniform sampler2D map; uniform float opacity; varying vec2 place;
  void main() {
    gl_FragColor = texture2D(map, place) * vec4(1.0, 1.0, 1.0, opacity);
    #include <colorspace_fragment>
  }`;

export class Label extends THREE.Mesh<THREE.PlaneGeometry, THREE.ShaderMaterial> {
  readonly #picture: Picture;
  #unit: number;
  readonly #extent = new THREE.Vector2();
  /** The part of it that is at its place: 0 left or top, 1 right or bottom. */
  readonly align = new THREE.Vector2();
  readonly #shift = new THREE.Vector2();
  readonly #pin = new THREE.Vector2();
  /** As in a picture of 1280x720; null where it is at a place in pixels or of the scene. */
  #pinned: Place | null = null;
  #offset: Place = { x: 0, y: 0 };
  #painted: Parameters<Label["paint"]> | null = null;

  constructor(picture: Picture, align: Place = { x: 0.5, y: 0.5 }) {
    super(new THREE.PlaneGeometry());
    this.#picture = picture;
    this.#unit = unitOf(picture);
    this.align.set(align.x, align.y);
    const [extent, shift, pin] = [this.#extent, this.#shift, this.#pin];
    const uniforms = { picture: new THREE.Vector2(picture.width, picture.height), extent, shift, pin };
    this.material = new THREE.ShaderMaterial({
      uniforms: { ...valuesOf(uniforms), ...valuesOf({ align: this.align, pinned: false, opacity: 1, map: null }) },
      vertexShader,
      fragmentShader,
      transparent: true,
      depthTest: false,
      depthWrite: false,
    });
    this.onBeforeRender = () => this.#followPicture();
    this.frustumCulled = false;
    this.renderOrder = 10;
  }

  /** Paints it anew; `width` and `height` as in a picture of 1280x720. */
  paint(width: number, height: number, paint: Paint): this {
    this.#painted = [width, height, paint];
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * this.#unit);
    canvas.height = Math.ceil(height * this.#unit);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("There is no canvas to write on.");
    context.scale(this.#unit, this.#unit);
    paint(context);
    const texture = new THREE.CanvasTexture(canvas);
    texture.colorSpace = THREE.SRGBColorSpace;
    texture.minFilter = THREE.LinearFilter;
    texture.generateMipmaps = false;
    this.#set("map", texture)?.dispose();
    this.#extent.set(canvas.width, canvas.height);
    return this;
  }

  /** Writes one or several lines, on a plate where `plate` gives its colour. */
  write(text: string, { size = 15, color = "#c9d3ea", weight = "normal", plate }: TextStyle = {}): this {
    const lines = text.split("\n");
    const font = `${weight} ${size}px ${FONT}`;
    const pad = plate === undefined ? 2 : size * 0.7;
    const width = Math.max(...lines.map((line) => widthOf(line, font))) + pad * 2;
    const lead = size * 1.4;
    const cut = plate === undefined ? 0 : size * 0.4;
    const height = lines.length * lead + pad * 2 - cut;
    return this.paint(width, height, (context) => {
      if (plate !== undefined) fillPlate(context, width, height, plate);
      Object.assign(context, { font, fillStyle: color, textBaseline: "middle" });
      lines.forEach((line, at) => {
        context.fillText(line, pad, pad + (at + 0.5) * lead - cut / 2);
      });
    });
  }

  /** Puts it at a place of the picture, as in one of 1280x720; what is negative counts from the right or the bottom. */
  pinTo(x: number, y: number): this {
    const { width, height } = this.#picture;
    this.#pinned = { x, y };
    this.#pin.set(x * this.#unit, y * this.#unit);
    if (x < 0) this.#pin.x += width;
    if (y < 0) this.#pin.y += height;
    this.#set("pinned", true);
    return this;
  }

  /** Puts it at a place of the picture in pixels, as events have it, and keeps it within the picture. */
  follow(x: number, y: number): void {
    const { width, height } = this.#picture;
    this.#pinned = null;
    const [left, top] = [this.#extent.x * this.align.x, this.#extent.y * this.align.y];
    this.#pin.x = Math.min(Math.max(x, left), width - this.#extent.x + left);
    this.#pin.y = Math.min(Math.max(y, top), height - this.#extent.y + top);
    this.#set("pinned", true);
  }

  /** Moves it away from its place in the scene, by pixels of a picture of 1280x720. */
  offset(x: number, y: number): this {
    this.#offset = { x, y };
    this.#shift.set(x, y).multiplyScalar(this.#unit);
    return this;
  }

  fade(opacity: number): void {
    this.#set("opacity", opacity);
  }

  /** Where it is in the picture, in pixels, when it is at a place of the scene. */
  boxIn(camera: THREE.Camera): THREE.Box2 {
    const { width, height } = this.#picture;
    const at = this.getWorldPosition(new THREE.Vector3()).project(camera);
    const corner = new THREE.Vector2(((at.x + 1) / 2) * width, ((1 - at.y) / 2) * height);
    corner.add(this.#shift).sub(this.#extent.clone().multiply(this.align));
    return new THREE.Box2(corner, corner.clone().add(this.#extent));
  }

  /** Frees what it holds on the GPU, and takes it out of the scene. */
  release(): void {
    this.#set<THREE.Texture | null>("map", null)?.dispose();
    this.material.dispose();
    this.geometry.dispose();
    this.removeFromParent();
  }

  /** No ray hits it: it lies over the scene, not in it. */
  override raycast(): void {}

  /** The picture may have another size than when it was painted and put in its place. */
  #followPicture(): void {
    const { width, height } = this.#picture;
    const drawn = this.material.uniforms["picture"]?.value as THREE.Vector2;
    if (drawn.x === width && drawn.y === height) return;
    drawn.set(width, height);
    this.#unit = unitOf(this.#picture);
    if (this.#painted !== null) this.paint(...this.#painted);
    if (this.#pinned !== null) this.pinTo(this.#pinned.x, this.#pinned.y);
    this.offset(this.#offset.x, this.#offset.y);
  }

  #set<Value>(name: string, value: Value): Value | null {
    const uniform = this.material.uniforms[name];
    const before = (uniform?.value ?? null) as Value | null;
    if (uniform !== undefined) uniform.value = value;
    return before;
  }
}

/** Fills a rectangle with round corners. */
export function fillPlate(context: CanvasRenderingContext2D, width: number, height: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(0, 0, width, height, 6);
  context.fill();
}

/** What the picture shows, in its corner. */
export function titleOf(picture: Picture, text: string): Label {
  return new Label(picture, { x: 0, y: 0 }).pinTo(28, 26).write(text, { size: 16 });
}

function unitOf({ width, height }: Picture): number {
  return Math.sqrt((width * height) / DESIGN_PIXELS);
}

function widthOf(text: string, font: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return 0;
  context.font = font;
  return Math.ceil(context.measureText(text).width);
}

function valuesOf(values: Readonly<Record<string, unknown>>): Record<string, { value: unknown }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
