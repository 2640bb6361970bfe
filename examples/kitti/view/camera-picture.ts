/** Owns the picture of one camera with what is drawn on it: the points of the lidar, boxes, and what it is called. */

import * as THREE from "three";
import { edgesInPicture, type PlacedBox } from "../geometry/box.ts";
import type { CameraModel } from "../geometry/camera-model.ts";
import type { Rectangle } from "./layout.ts";
import { COLOURS, KINDS, OTHER_KIND, paintPlate, writeText } from "./palette.ts";
import { CanvasQuad, placeInPicture, placeUniforms, ScreenQuad, setPlace } from "./screen-quad.ts";
import type { PicturePoints, SweepPoints } from "./sweep-points.ts";

type Size = { readonly width: number; readonly height: number };

const NAMES = ["left, grey", "right, grey", "left, colour", "right, colour"];
/** Ends of lines; 64 boxes of 12 edges in 6 pieces. */
const MAX_ENDS = 64 * 12 * 6 * 2;

const edgeVertex = `attribute vec3 paint; uniform vec2 pictureSize; varying vec2 pixel; varying vec3 colour;
  ${placeInPicture}
  void main() {
    pixel = position.xy;
    colour = paint;
    gl_Position = placeInPicture((position.xy + 0.5) / pictureSize);
  }`;
const edgeFragment = `uniform vec2 pictureSize; varying vec2 pixel; varying vec3 colour;
  void main() {
    if (pixel.x < -0.5 || pixel.y < -0.5 || pixel.x > pictureSize.x - 0.5 || pixel.y > pictureSize.y - 0.5) discard;
    gl_FragColor = vec4(colour, 1.0);
    #include <colorspace_fragment>
  }`;

export class CameraPicture {
  readonly object = new THREE.Group();
  /** What the camera shows now; null where that is not there. */
  texture: THREE.Texture | null = null;
  readonly #camera: number;
  readonly #model: CameraModel | null;
  readonly #quad = new ScreenQuad(20);
  readonly #plate = new CanvasQuad(19);
  readonly #caption = new CanvasQuad(23);
  readonly #points: PicturePoints | null;
  readonly #edges: BoxEdges | null;
  readonly #texture = new THREE.Texture<ImageBitmap>();
  #rectangle: Rectangle = { x: 0, y: 0, width: 0, height: 0 };
  /** What it has room in. */
  #place = this.#rectangle;
  #unit = 1;
  #written = "";

  constructor(camera: number, model: CameraModel | null, sweep: SweepPoints) {
    this.#camera = camera;
    this.#model = model;
    this.#points = model === null ? null : sweep.onPicture(model);
    this.#edges = model === null ? null : new BoxEdges(model);
    this.#texture.colorSpace = THREE.SRGBColorSpace;
    this.#texture.generateMipmaps = false;
    this.#texture.minFilter = this.#texture.magFilter = THREE.LinearFilter;
    this.#texture.flipY = false;
    this.#quad.show(this.#texture).visible = false;
    this.object.add(this.#plate, this.#quad, this.#caption);
    if (this.#points !== null) this.object.add(this.#points.object);
    if (this.#edges !== null) this.object.add(this.#edges.object);
  }

  /** Puts it into a place, in its own shape. */
  put(place: Rectangle, picture: Size, unit: number): void {
    const rectangle = fitted(place, this.#model);
    [this.#rectangle, this.#place, this.#unit, this.#written] = [rectangle, place, unit, ""];
    this.#quad.put(rectangle, picture);
    this.#plate.put(place, picture);
    this.#caption.put({ ...place, height: 20 * unit }, picture);
    this.#points?.put(rectangle, picture);
    this.#edges?.put(rectangle, picture);
    this.#plate.paint(place, (context, width, height) => paintPlate(context, width, height, unit));
  }

  /** Shows a picture, or none. It is of the camera until another one is shown. */
  show(bitmap: ImageBitmap | null): void {
    this.texture = bitmap === null ? null : this.#texture;
    this.#quad.visible = bitmap !== null;
    if (bitmap === null || this.#texture.image === bitmap) return;
    const before = this.#texture.image as ImageBitmap | undefined;
    // The memory of the graphics card is made once for a size.
    if (before !== undefined && before !== null && (before.width !== bitmap.width || before.height !== bitmap.height))
      this.#texture.dispose();
    this.#texture.image = bitmap;
    this.#texture.needsUpdate = true;
  }

  /** What is drawn on it; null for no boxes. */
  overlay(hasPoints: boolean, boxes: readonly PlacedBox[] | null): void {
    if (this.#points !== null) this.#points.object.visible = hasPoints && this.#quad.visible;
    this.#edges?.show(this.#quad.visible ? (boxes ?? []) : []);
  }

  /** What it is called and how it is with it: "absent", "frame 7 is missing", or nothing. */
  describe(trouble: string): void {
    const name = `camera ${this.#camera} · ${NAMES[this.#camera] ?? ""}`;
    const text = `${name}|${trouble}`;
    if (text === this.#written) return;
    this.#written = text;
    const unit = this.#unit;
    this.#caption.paint({ ...this.#place, height: 20 * unit }, (context, width, height) => {
      context.fillStyle = "#060a15b0";
      context.beginPath();
      context.roundRect(4 * unit, 3 * unit, (trouble === "" ? 158 : 0.97 * (width / unit)) * unit, 16 * unit, 4 * unit);
      context.fill();
      writeText(context, name, 10 * unit, height / 2 + unit, { size: 11 * unit });
      if (trouble !== "")
        writeText(context, trouble, width - 12 * unit, height / 2 + unit, {
          size: 11 * unit,
          color: COLOURS.amber,
          align: "right",
        });
    });
  }
}

/** As large as there is room for, in the shape of what the camera takes. */
function fitted(place: Rectangle, model: CameraModel | null): Rectangle {
  if (model === null) return place;
  const scale = Math.min(place.width / model.width, place.height / model.height);
  const [width, height] = [model.width * scale, model.height * scale];
  return { x: place.x + (place.width - width) / 2, y: place.y + (place.height - height) / 2, width, height };
}

/** The edges of boxes in pixels of the camera's picture. */
class BoxEdges {
  readonly object: THREE.LineSegments<THREE.BufferGeometry, THREE.ShaderMaterial>;
  readonly #model: CameraModel;
  readonly #ends = new THREE.BufferAttribute(new Float32Array(MAX_ENDS * 3), 3);
  readonly #paint = new THREE.BufferAttribute(new Float32Array(MAX_ENDS * 3), 3);
  readonly #uniforms;

  constructor(model: CameraModel) {
    this.#model = model;
    this.#uniforms = { ...placeUniforms(), pictureSize: { value: new THREE.Vector2(model.width, model.height) } };
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", this.#ends.setUsage(THREE.DynamicDrawUsage));
    geometry.setAttribute("paint", this.#paint.setUsage(THREE.DynamicDrawUsage));
    const material = new THREE.ShaderMaterial({
      uniforms: this.#uniforms,
      vertexShader: edgeVertex,
      fragmentShader: edgeFragment,
      depthTest: false,
      depthWrite: false,
      transparent: true,
    });
    this.object = new THREE.LineSegments(geometry, material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 22;
  }

  put(rectangle: Rectangle, picture: Size): void {
    setPlace(this.#uniforms, rectangle, picture);
  }

  show(boxes: readonly PlacedBox[]): void {
    let count = 0;
    const colour = new THREE.Color();
    for (const box of boxes) {
      colour.set(KINDS[box.tracklet.objectType] ?? OTHER_KIND);
      for (const [fromU, fromV, toU, toV] of edgesInPicture(this.#model, box)) {
        if (count + 2 > MAX_ENDS) break;
        this.#ends.setXYZ(count, fromU, fromV, 0);
        this.#ends.setXYZ(count + 1, toU, toV, 0);
        this.#paint.setXYZ(count, colour.r, colour.g, colour.b);
        this.#paint.setXYZ(count + 1, colour.r, colour.g, colour.b);
        count += 2;
      }
    }
    this.object.visible = count > 0;
    this.object.geometry.setDrawRange(0, count);
    for (const attribute of [this.#ends, this.#paint]) {
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, count * 3);
      attribute.needsUpdate = count > 0;
    }
  }
}
