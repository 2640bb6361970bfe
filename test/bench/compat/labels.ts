/** Cases: labels of HTML over the picture, by CSS2DRenderer. Of a browser the page is compared, not the canvas alone. */

import type { SceneParts } from "scenecast/scene";
import type * as Three from "three";
import type { CSS2DObject } from "three/addons/renderers/CSS2DRenderer.js";
import { assetUrl, bodies, type Case, type Context, stage } from "./case.ts";

type Label = {
  readonly html: string;
  readonly at: readonly [number, number, number];
  readonly className?: string;
  readonly css?: string;
  readonly set?: (object: CSS2DObject) => void;
};

/** Three bodies with labels, in a layer over them. */
async function labelled(c: Context, sheet: string, ...labels: readonly Label[]): Promise<SceneParts> {
  const { CSS2DObject, CSS2DRenderer } = await import("three/addons/renderers/CSS2DRenderer.js");
  const renderer = new CSS2DRenderer();
  renderer.setSize(c.size.width, c.size.height);
  Object.assign(renderer.domElement.style, { position: "absolute", top: "0px", left: "0px" });
  document.body.append(renderer.domElement);
  const style = document.createElement("style");
  style.textContent = sheet;
  document.head.append(style);
  const parts = stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0x6688aa })));
  for (const { html, at, className = "", css = "", set } of labels) {
    const element = document.createElement("div");
    element.className = className;
    element.style.cssText = css;
    element.innerHTML = html;
    const object = new CSS2DObject(element);
    object.position.set(...at);
    set?.(object);
    parts.scene.add(object);
  }
  return { ...parts, update: () => renderer.render(parts.scene as Three.Scene, parts.camera) };
}

const plain = ".label { color: #FFF; font-family: sans-serif; padding: 2px; background: rgba( 0, 0, 0, .6 ); }";

async function loaded(): Promise<void> {
  const image = new Image();
  image.src = assetUrl("quad.png");
  await image.decode();
}

export const cases: Readonly<Record<string, Case>> = {
  plain: (c) =>
    labelled(
      c,
      plain,
      { className: "label", html: "Earth", at: [-0.8, 0.8, 0], set: (object) => object.center.set(0, 1) },
      { className: "label", html: "5.97237e24 kg", at: [-0.8, 0.8, 0], set: (object) => object.center.set(0, -0.2) },
      { className: "label", html: "Moon", at: [0.9, -0.9, 0], css: "background: transparent" },
    ),
  spans: (c) =>
    labelled(
      c,
      `${plain} .unit { color: orange; font-size: 10px } .label > b { background: #a33; padding: 0 4px; border-radius: 4px }`,
      { className: "label", html: 'x = <b>3.5</b> <span class="unit">mm</span>', at: [-0.7, 0.5, 0] },
      { className: "label", html: "two<br><i>lines</i>", at: [0.9, 0.5, 0], css: "text-align: center" },
      { className: "label", html: "<h3>Title</h3><p>and text below it</p>", at: [0, -0.8, 0], css: "font-size: 12px" },
    ),
  boxes: (c) =>
    labelled(
      c,
      ":root { --edge: 2px } .tag { border: var(--edge) solid gold; border-radius: 8px; padding: 4px 10px; background: #135; color: white }",
      { className: "tag", html: "rounded", at: [-0.8, 0.7, 0] },
      { className: "tag", html: "left", at: [0.9, 0.6, 0], css: "border-width: 0 0 0 6px; border-radius: 0" },
      { className: "tag", html: "", at: [0, 0, 0], css: "width: 20px; height: 20px; padding: 0; border-radius: 50%" },
      {
        className: "tag",
        html: "wide",
        at: [0, -0.9, 0],
        css: "width: 120px; text-align: right; font: bold 18px serif",
      },
    ),
  wrapped: (c) =>
    labelled(
      c,
      plain,
      {
        className: "label",
        html: "this one wraps at a hundred and thirty pixels",
        at: [-0.7, 0.4, 0],
        css: "max-width: 130px",
      },
      {
        className: "label",
        html: "one   that\n  does not",
        at: [0.6, -0.9, 0],
        css: "white-space: nowrap; font-size: 14px",
      },
      { className: "label", html: "kept  as\nit is", at: [1, 0.7, 0], css: "white-space: pre; font: 12px sans-serif" },
    ),
  shadows: (c) =>
    labelled(
      c,
      "div.glow { color: white; font: bold 28px sans-serif; text-shadow: 0 0 6px black, 2px 2px 0 #c33 }",
      { className: "glow", html: "Shadow", at: [0, 0.6, 0] },
      {
        html: "Box",
        at: [0, -0.7, 0],
        css: "background: white; padding: 6px 12px; box-shadow: 0 4px 10px rgba(0,0,0,.8)",
      },
    ),
  stacked: (c) =>
    labelled(
      c,
      ".card { width: 90px; height: 60px; font: 14px sans-serif } .off { display: none } .pale { opacity: .4 }",
      { className: "card", html: "far", at: [-0.3, 0.3, -1], css: "background: tomato" },
      { className: "card", html: "near", at: [0, 0, 1], css: "background: gold" },
      { className: "card pale", html: "pale", at: [0.7, -0.4, 1], css: "background: white" },
      { className: "card off", html: "off", at: [0, 0, 1.2], css: "background: black" },
      { className: "card", html: "behind the camera", at: [0, 0, 9], css: "background: black" },
      { className: "card", html: "hidden", at: [0.2, 0, 1.5], css: "visibility: hidden; background: black" },
    ),
  turned: (c) =>
    labelled(
      c,
      plain,
      {
        className: "label",
        html: "turned by 0.5",
        at: [-0.6, 0.5, 0],
        set: (object) => void (object.rotation2D = 0.5),
      },
      { className: "label", html: "upright", at: [0.9, 0, 0], set: (object) => void (object.rotation2D = Math.PI / 2) },
    ),
  images: async (c) => {
    await loaded();
    return labelled(
      c,
      plain,
      {
        className: "label",
        html: `<img src="${assetUrl("quad.png")}" width="48" height="48"><br>below`,
        at: [-0.7, 0, 0],
      },
      {
        className: "label",
        html: `<img src="${assetUrl("quad.png")}" style="height: 24px; vertical-align: middle"> beside`,
        at: [0.8, 0.6, 0],
      },
    );
  },
};
