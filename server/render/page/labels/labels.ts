/**
 * Owns the labels of a page: elements that CSS2DRenderer, or a page that does the same by hand, puts over the picture. They are
 * painted when they look otherwise than before, and placed anew in each frame. In the render thread.
 *
 * LB1 A page without labels costs nothing.
 * LB2 What only moves is not painted again.
 * LB3 Labels lie over each other as their layers do, and in a layer as their `z-index` says.
 * LB4 Text stands on whole pixels, as a browser's does.
 * LB5 What changes outside of a frame asks for one.
 */

import type { Overlay, OverlayQuad } from "../../overlay.ts";
import type { HtmlElement } from "../dom/html-element.ts";
import { type LabelPlace, labelPlace } from "../dom/label-transform.ts";
import { isElement, type PageElement } from "../dom/page-element.ts";
import type { PageNode } from "../dom/page-node.ts";
import { isBefore } from "../dom/tree-order.ts";
import type { Cascade, ComputedStyle } from "../styles/cascade.ts";
import type { StyleSheets } from "../styles/style-sheets.ts";
import { type LabelPicture, paintLabel } from "./label-picture.ts";

export type LabelsParts = {
  readonly sheets: StyleSheets;
  readonly cascade: Cascade;
  /** The size of the picture in pixels. */
  readonly size: () => { readonly width: number; readonly height: number };
  /** Something changed that may be seen. */
  readonly onChange: () => void;
};

/** What labels lie in, and inherit from. */
type Layer = {
  readonly key: string;
  readonly isShown: boolean;
  readonly opacity: number;
  readonly style: ComputedStyle;
};

type Painted = { readonly key: string; readonly style: ComputedStyle; readonly picture: LabelPicture };

type Placed = { readonly element: PageElement; readonly picture: LabelPicture; readonly quad: OverlayQuad };

export class Labels implements Overlay {
  readonly #parts: LabelsParts;
  readonly #elements = new Set<HtmlElement>();
  readonly #painted = new WeakMap<PageElement, Painted>();
  readonly #layers = new WeakMap<PageElement, Layer>();
  #placed: readonly Placed[] = [];

  constructor(parts: LabelsParts) {
    this.#parts = parts;
  }

  /** An element became a label. */
  note(element: HtmlElement): void {
    this.#elements.add(element);
  }

  /** LB5 */
  handleChange(): void {
    this.#parts.onChange();
  }

  /** LB1, LB3 */
  quads(): readonly OverlayQuad[] {
    if (this.#elements.size === 0) return [];
    const version = this.#parts.sheets.version;
    const layers = new Map<PageNode, Layer>();
    const placed: (Placed & { readonly layer: PageNode; readonly z: number })[] = [];
    for (const element of this.#elements) {
      const parent = element.parentNode;
      // It is noted again when it comes back.
      if (!element.isConnected) this.#elements.delete(element);
      if (!isElement(parent) || !element.isConnected || element.style["display"] === "none") continue;
      const layer = layers.get(parent) ?? this.#layerOf(parent, version);
      layers.set(parent, layer);
      const found = layer.isShown ? this.#place(element, layer) : null;
      if (found !== null) placed.push({ ...found, layer: parent, z: Number(element.style["z-index"]) || 0 });
    }
    const order = [...layers.keys()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
    placed.sort((a, b) => order.indexOf(a.layer) - order.indexOf(b.layer) || a.z - b.z);
    this.#placed = placed;
    return placed.map(({ quad }) => quad);
  }

  /** What labels lie in. */
  get layers(): readonly PageElement[] {
    const parents = [...this.#elements].flatMap(({ parentNode }) => (isElement(parentNode) ? parentNode : []));
    return [...new Set(parents)];
  }

  /** The label that takes the pointer at a place of the picture, as it was drawn last; null where none does. */
  labelAt(x: number, y: number): PageElement | null {
    const isOver = ({ picture, quad }: Placed) => picture.takesPointer && isInside(x, y, quad, picture);
    return this.#placed.findLast(isOver)?.element ?? null;
  }

  /** The topmost layer that takes the pointer at a place of the picture; null where none does. */
  layerAt(x: number, y: number): PageElement | null {
    const { width, height } = this.#parts.size();
    const isOver = (layer: PageElement): boolean => {
      const known = this.#layers.get(layer);
      const isHere = x >= 0 && y >= 0 && x < width && y < height;
      return known?.isShown === true && isHere && layer.isConnected && known.style.get("pointer-events") !== "none";
    };
    return (
      this.layers
        .filter(isOver)
        .sort((a, b) => (isBefore(a, b) ? -1 : 1))
        .at(-1) ?? null
    );
  }

  #layerOf(element: PageElement, version: number): Layer {
    const key = `${version} ${keyOfAncestors(element)}`;
    const known = this.#layers.get(element);
    if (known?.key === key) return known;
    let [isShown, opacity] = [true, 1];
    for (let at: PageNode | null = element; isElement(at); at = at.parentNode) {
      const style = this.#parts.cascade.styleOf(at);
      if (style.get("display") === "none") isShown = false;
      opacity *= opacityOf(style.get("opacity"));
    }
    const layer = { key, isShown, opacity, style: this.#parts.cascade.styleOf(element) };
    this.#layers.set(element, layer);
    return layer;
  }

  #place(element: HtmlElement, layer: Layer): Placed | null {
    const { picture, style } = this.#paint(element, layer);
    const place = labelPlace(element.style["transform"] ?? "");
    if (place === null || picture.image === null || style.get("display") === "none") return null;
    const opacity = layer.opacity * opacityOf(element.style["opacity"] || style.get("opacity"));
    if (opacity === 0) return null;
    const corners = cornersOf(picture, place, element.style["transform-origin"] ?? "");
    return { element, picture, quad: { image: picture.image, corners, opacity } };
  }

  /** LB2 */
  #paint(element: HtmlElement, layer: Layer): Painted {
    const key = `${layer.key} ${element.version}`;
    const known = this.#painted.get(element);
    if (known?.key === key) return known;
    const { cascade, size } = this.#parts;
    const style = cascade.styleOf(element, layer.style);
    const painted = { key, style, picture: paintLabel(element, style, cascade, size()) };
    this.#painted.set(element, painted);
    return painted;
  }
}

function keyOfAncestors(element: PageElement): string {
  let key = "";
  for (let at: PageNode | null = element; isElement(at); at = at.parentNode) key += ` ${at.ownVersion}`;
  return key;
}

function opacityOf(text: string | undefined): number {
  const value =
    text === undefined || text === "" ? 1 : text.endsWith("%") ? Number.parseFloat(text) / 100 : Number(text);
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 1;
}

/** LB4 */
function cornersOf(picture: LabelPicture, place: LabelPlace, origin: string): OverlayQuad["corners"] {
  const { width, height, around, image } = picture;
  const left = picture.left + place.partX * width + place.x;
  const top = picture.top + place.partY * height + place.y;
  const [wide, high] = [image?.width ?? 0, image?.height ?? 0];
  if (place.radians === 0) {
    const [x, y] = [Math.round(left) - around, Math.round(top) - around];
    return [x, y, x + wide, y, x, y + high, x + wide, y + high];
  }
  const [, partX = "50", partY = "50"] = /^\s*(-?[\d.]+)%\s+(-?[\d.]+)%/.exec(origin) ?? [];
  const [turnX, turnY] = [(Number(partX) / 100) * width, (Number(partY) / 100) * height];
  const [cos, sin] = [Math.cos(place.radians), Math.sin(place.radians)];
  const turned = (x: number, y: number): [number, number] => {
    const [dx, dy] = [x - around - turnX, y - around - turnY];
    return [left + turnX + dx * cos - dy * sin, top + turnY + dx * sin + dy * cos];
  };
  return [...turned(0, 0), ...turned(wide, 0), ...turned(0, high), ...turned(wide, high)];
}

/** Whether a place is in the border box of a label that lies as `quad`. */
function isInside(
  x: number,
  y: number,
  { corners }: OverlayQuad,
  { width, height, around, image }: LabelPicture,
): boolean {
  if (image === null) return false;
  const [x0, y0, x1, y1, x2, y2] = corners;
  const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / image.width;
  const down = ((x - x0) * (x2 - x0) + (y - y0) * (y2 - y0)) / image.height;
  return along >= around && along < around + width && down >= around && down < around + height;
}
