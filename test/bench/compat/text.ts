/** Cases: text, in fonts of the system, of files and of outlines; and paths of SVG. */

import type * as Three from "three";
import type { Font } from "three/addons/loaders/FontLoader.js";
import { assetUrl, type Case, type Context, painted, shown, stage } from "./case.ts";

async function typeface(): Promise<Font> {
  const { FontLoader } = await import("three/addons/loaders/FontLoader.js");
  return new FontLoader().loadAsync(assetUrl("letter.typeface.json"));
}

function sprite(c: Context, text: string, x: number, y: number): Three.Sprite {
  const canvas = painted(256, 96, (context) => {
    context.font = "bold 48px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = "rgba(0, 0, 0, 0.6)";
    context.roundRect(4, 4, 248, 88, 24);
    context.fill();
    context.fillStyle = "#ffe080";
    context.fillText(text, 128, 50);
  });
  const map = new c.three.CanvasTexture(canvas);
  map.colorSpace = c.three.SRGBColorSpace;
  const made = new c.three.Sprite(new c.three.SpriteMaterial({ map }));
  made.scale.set(1.6, 0.6, 1);
  made.position.set(x, y, 0);
  return made;
}

export const cases: Readonly<Record<string, Case>> = {
  canvasText: (c) => {
    const canvas = painted(320, 200, (context) => {
      context.fillStyle = "#102030";
      context.fillRect(0, 0, 320, 200);
      context.fillStyle = "white";
      context.font = "bold 48px sans-serif";
      context.fillText("Scene", 20, 60);
      context.font = "italic 40px serif";
      context.strokeStyle = "#ff8844";
      context.lineWidth = 2;
      context.strokeText("outlined", 20, 120);
      context.font = "32px monospace";
      const { width } = context.measureText("0.123");
      context.fillStyle = "#88ff88";
      context.fillText("0.123", 300 - width, 175);
    });
    return stage(c, shown(c, new c.three.CanvasTexture(canvas)));
  },
  fontFace: async (c) => {
    const face = new FontFace("Blocks", `url(${assetUrl("font.ttf")})`);
    document.fonts.add(await face.load());
    const canvas = painted(200, 100, (context) => {
      context.fillStyle = "#ffcc44";
      context.font = "60px Blocks";
      context.fillText("M M", 10, 75);
    });
    return stage(c, shown(c, new c.three.CanvasTexture(canvas)));
  },
  sprites: (c) =>
    stage(c, sprite(c, "Alpha", -0.8, 0.7), sprite(c, "Beta 2", 0.8, 0), sprite(c, "x = 3.5", -0.6, -0.7)),
  textGeometry: async (c) => {
    const { TextGeometry } = await import("three/addons/geometries/TextGeometry.js");
    const bevel = { bevelEnabled: true, bevelSize: 0.03, bevelThickness: 0.05, bevelSegments: 3 };
    const geometry = new TextGeometry("AA\nA", { font: await typeface(), size: 1.1, depth: 0.3, ...bevel });
    geometry.center();
    const mesh = new c.three.Mesh(geometry, new c.three.MeshStandardMaterial({ color: 0xffaa55 }));
    mesh.rotation.set(-0.2, 0.4, 0);
    return stage(c, mesh);
  },
  textShapes: async (c) => {
    const geometry = new c.three.ShapeGeometry((await typeface()).generateShapes("AAA", 1));
    geometry.center();
    return stage(c, new c.three.Mesh(geometry, new c.three.MeshBasicMaterial({ color: 0x88ddff })));
  },
  ttf: async (c) => {
    const { TTFLoader } = await import("three/addons/loaders/TTFLoader.js");
    const { Font } = await import("three/addons/loaders/FontLoader.js");
    const { TextGeometry } = await import("three/addons/geometries/TextGeometry.js");
    const font = new Font(await new TTFLoader().loadAsync(assetUrl("font.ttf")));
    const geometry = new TextGeometry("MM", { font, size: 1, depth: 0.4 });
    geometry.center();
    const mesh = new c.three.Mesh(geometry, new c.three.MeshStandardMaterial({ color: 0x77cc66 }));
    mesh.rotation.set(0.3, -0.4, 0);
    return stage(c, mesh);
  },
  svgFile: async (c) => {
    const { SVGLoader } = await import("three/addons/loaders/SVGLoader.js");
    const { paths } = await new SVGLoader().loadAsync(assetUrl("quad.svg"));
    return stage(c, await drawing(c, paths, 64));
  },
  svgPaths: async (c) => {
    const { SVGLoader } = await import("three/addons/loaders/SVGLoader.js");
    const { paths } = new SVGLoader().parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
      <g transform="translate(5 5)" fill="#ffb347">
        <path d="M10 50 C10 10 80 10 80 50 S40 90 10 50 Z M35 45 a10 10 0 1 0 20 0 a10 10 0 1 0 -20 0 Z" fill-rule="evenodd"/>
        <polygon points="70,60 90,90 50,90" style="fill: #6cf; stroke: #fff; stroke-width: 3; stroke-linejoin: round"/>
        <path d="M5 80 Q20 60 35 80 T60 70" fill="none" stroke="#f66" stroke-width="4"/>
      </g></svg>`);
    return stage(c, await drawing(c, paths, 100));
  },
  spriteText: async (c) => {
    const { default: SpriteText } = await import("three-spritetext");
    const text = new SpriteText("three\nspritetext", 0.5, "#ffdd55");
    Object.assign(text, { backgroundColor: "rgba(0, 0, 80, 0.7)", padding: 4, borderWidth: 2, borderColor: "white" });
    return stage(c, text as unknown as Three.Object3D);
  },
  troika: async (c) => {
    const { Text } = await import("troika-three-text");
    const text = new Text();
    Object.assign(text, { text: "MMM", fontSize: 0.9, color: 0xffcc33, anchorX: "center", anchorY: "middle" });
    Object.assign(text, {
      font: assetUrl("font.ttf"),
      outlineWidth: 0.04,
      outlineColor: 0x992200,
      gpuAccelerateSDF: false,
    });
    await new Promise<void>((resolve) => text.sync(resolve));
    text.rotation.set(-0.3, 0.4, 0);
    return stage(c, text);
  },
  troikaOnGpu: async (c) => {
    const { Text } = await import("troika-three-text");
    const text = new Text();
    Object.assign(text, { text: "MM", fontSize: 1.2, color: 0x66ddff, anchorX: "center", anchorY: "middle" });
    Object.assign(text, { font: assetUrl("font.ttf") });
    await new Promise<void>((resolve) => text.sync(resolve));
    return stage(c, text);
  },
};

type Paths = Awaited<ReturnType<import("three/addons/loaders/SVGLoader.js").SVGLoader["loadAsync"]>>["paths"];

/** The filled and stroked paths of a drawing that is `size` wide and high, two units large. */
async function drawing(c: Context, paths: Paths, size: number): Promise<Three.Group> {
  const { SVGLoader } = await import("three/addons/loaders/SVGLoader.js");
  const group = new c.three.Group();
  const add = (geometry: Three.BufferGeometry, colour: string) => {
    const color = new c.three.Color().setStyle(colour);
    const material = new c.three.MeshBasicMaterial({ color, side: c.three.DoubleSide, depthWrite: false });
    group.add(Object.assign(new c.three.Mesh(geometry, material), { renderOrder: group.children.length }));
  };
  for (const path of paths) {
    const style = (path.userData as { readonly style: Record<string, string> }).style;
    const { fill = "none", stroke = "none" } = style;
    if (fill !== "none") {
      for (const shape of SVGLoader.createShapes(path)) add(new c.three.ShapeGeometry(shape), fill);
    }
    if (stroke === "none") continue;
    for (const line of path.subPaths) {
      const geometry = SVGLoader.pointsToStroke(line.getPoints(), style as never);
      if (geometry) add(geometry, stroke);
    }
  }
  group.scale.set(2.6 / size, -2.6 / size, 1);
  group.position.set(-1.3, 1.3, 0);
  return group;
}
