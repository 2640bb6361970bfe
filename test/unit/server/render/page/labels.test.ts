/** Labels over the picture: which elements are some, where they lie, when they are painted, and who has the pointer. */

import { beforeEach, describe, expect, test } from "vitest";
import type { PageElement } from "../../../../../server/render/page/dom/page-element.ts";
import { InputElement } from "../../../../../server/render/page/input-element.ts";
import { OverlayAtlas } from "../../../../../server/render/surface/overlay-atlas.ts";
import { dragInput, pointerInput } from "../../../../support/input-samples.ts";

const size = { width: 400, height: 200 };
let canvas: InputElement;
let layer: PageElement;
let changes: number;

beforeEach(() => {
  changes = 0;
  const onSeenChange = (): void => {
    changes += 1;
  };
  canvas = new InputElement(size, {
    onError: (error) => expect(error).toBeUndefined(),
    onFrameRequested() {},
    onSeenChange,
  });
  layer = canvas.ownerDocument.createElement("div");
  canvas.ownerDocument.body?.append(layer);
});

const labels = () => canvas.ownerDocument.defaultView.labels;
const corner = (at: number) => labels().quads()[at]?.corners.slice(0, 2);

/** A box of 20 by 10 pixels. */
function add(x: number, y: number, css: string = ""): PageElement {
  const element = canvas.ownerDocument.createElement("div");
  element.style = `width: 20px; height: 10px; background: red; ${css}`;
  move(element, x, y);
  layer.append(element);
  return element;
}

function move(element: PageElement, x: number, y: number): void {
  element.style["transform"] = `translate(-50%, -50%) translate(${x}px, ${y}px) rotate(0rad)`;
}

describe("labels", () => {
  test("are what CSS2DRenderer moves; other elements over the picture are none (LB1)", () => {
    const other = add(0, 0);
    other.style["transform"] = "translate(-50%, -50%)";
    const plain = canvas.ownerDocument.createElement("div");
    plain.style = "width: 20px; height: 10px; background: red; transform: scale(2)";
    layer.append(plain);
    expect(labels().quads()).toEqual([]);
    add(100, 50);
    expect(corner(0)).toEqual([90, 45]);
  });

  test("stand on whole pixels, and are not painted again where they only move (LB2, LB4)", () => {
    const element = add(100.3, 50.7);
    const image = labels().quads()[0]?.image;
    expect(corner(0)).toEqual([90, 46]);
    move(element, 60, 20);
    element.style["display"] = "none";
    expect(labels().quads()).toEqual([]);
    element.style["display"] = "";
    expect(corner(0)).toEqual([50, 15]);
    expect(labels().quads()[0]?.image).toBe(image);
    element.style["background"] = "blue";
    expect(labels().quads()[0]?.image).not.toBe(image);
    expect(changes).toBeGreaterThan(0);
  });

  test("are painted again where what they are in has another class, or a sheet comes (LB2)", () => {
    const element = add(100, 50);
    element.className = "tag";
    const images = [labels().quads()[0]?.image];
    const sheet = canvas.ownerDocument.createElement("style");
    sheet.textContent = ".dark .tag { background: black !important } #gone { display: none }";
    canvas.ownerDocument.head?.append(sheet);
    layer.className = "dark";
    images.push(labels().quads()[0]?.image);
    layer.id = "gone";
    expect(labels().quads()).toEqual([]);
    layer.id = "";
    images.push(labels().quads()[0]?.image);
    expect(images.map((image) => [...(image?.pixels.subarray(0, 4) ?? [])])).toEqual([
      [255, 0, 0, 255],
      [0, 0, 0, 255],
      [0, 0, 0, 255],
    ]);
  });

  test("have no background in a colour that cannot be read, and what is in them lies in its place", () => {
    const element = add(100, 50, "background: nonesuch; display: flex; gap: 4px; height: auto");
    element.innerHTML =
      '<i style="width: 4px; height: 10px; background: blue"></i><i style="width: 4px; height: 4px; background: lime"></i>';
    const { width, height, pixels } = labels().quads()[0]?.image ?? { width: 0, height: 0, pixels: new Uint8Array() };
    expect([width, height]).toEqual([20, 10]);
    const at = (x: number, y: number) => pixels.slice((y * width + x) * 4, (y * width + x) * 4 + 4).join(" ");
    expect([at(0, 9), at(3, 0), at(4, 0), at(8, 3), at(8, 4), at(12, 0)]).toEqual([
      "0 0 255 255",
      "0 0 255 255",
      "0 0 0 0",
      "0 255 0 255",
      "0 0 0 0",
      "0 0 0 0",
    ]);
  });

  test("lie over each other by z-index, and come back when they were taken out (LB3)", () => {
    const [low, high] = [add(100, 50, "z-index: 2"), add(110, 50, "z-index: 1")];
    expect([corner(0), corner(1)]).toEqual([
      [100, 45],
      [90, 45],
    ]);
    low.remove();
    expect(labels().quads()).toHaveLength(1);
    layer.append(low);
    high.style["zIndex"] = "3";
    expect([corner(0), corner(1)]).toEqual([
      [90, 45],
      [100, 45],
    ]);
  });
});

describe("the pointer", () => {
  const press = (x: number, y: number) => canvas.dispatchInput(pointerInput("down", { x: x / 400, y: y / 200 }));

  function hear(target: PageElement, ...types: string[]): string[] {
    const heard: string[] = [];
    for (const type of types) target.addEventListener(type, () => heard.push(type));
    return heard;
  }

  test("is the label's where somebody listens to it, else the layer's, else the canvas's (PT1)", () => {
    const element = add(100, 50);
    labels().quads();
    const onCanvas = hear(canvas, "pointerdown");
    press(100, 50);
    expect(onCanvas).toHaveLength(1);
    const onLayer = hear(layer, "pointerdown");
    press(300, 150);
    expect([onCanvas.length, onLayer.length]).toEqual([1, 1]);
    const onLabel = hear(element, "pointerdown", "pointerenter", "pointerleave");
    press(100, 50);
    expect(onLabel).toEqual(["pointerenter", "pointerdown"]);
    press(120, 50);
    expect(onLabel).toEqual(["pointerenter", "pointerdown", "pointerleave"]);
    layer.style["pointerEvents"] = "none";
    labels().quads();
    press(100, 50);
    expect([onCanvas.length, onLabel.length]).toEqual([2, 3]);
  });

  test("stays with what has captured it (PT2)", () => {
    add(100, 50);
    labels().quads();
    const onCanvas = hear(canvas, "pointermove", "pointerup");
    const onLayer = hear(layer, "gotpointercapture", "pointermove", "pointerup", "lostpointercapture");
    layer.addEventListener("pointerdown", () => (layer as unknown as HTMLElement).setPointerCapture(1));
    for (const event of dragInput([
      [0.5, 0.5],
      [1.5, 0.5],
    ]))
      canvas.dispatchInput(event);
    expect(onLayer).toEqual(["gotpointercapture", "pointermove", "pointerup", "lostpointercapture"]);
    expect(onCanvas).toEqual([]);
  });
});

test("images of an overlay stand side by side in one texture, until there is no more place", () => {
  const atlas = new OverlayAtlas(64);
  const image = (width: number, height: number) => ({ width, height, pixels: new Uint8Array(width * height * 4) });
  const first = image(30, 20);
  expect([atlas.add(first), atlas.add(image(20, 10)), atlas.add(image(40, 30))]).toEqual([
    { x: 0, y: 0 },
    { x: 32, y: 0 },
    { x: 0, y: 22 },
  ]);
  expect(atlas.add(image(40, 30))).toBeNull();
  expect(atlas.placeOf(first)).toEqual({ x: 0, y: 0 });
});
