/** Cases: images of every kind and source, and textures of canvases. */

import type * as Three from "three";
import { addonUrl, assetUrl, type Case, type Context, painted, shown, stage } from "./case.ts";

const loaded = async (c: Context, name: string) => new c.three.TextureLoader().loadAsync(assetUrl(name));

async function bitmapOf(name: string, options: ImageBitmapOptions = {}): Promise<ImageBitmap> {
  const blob = await (await fetch(assetUrl(name))).blob();
  return createImageBitmap(blob, options);
}

function ofSource(c: Context, source: unknown, settings: Partial<Three.Texture> = {}): Three.Texture {
  return Object.assign(new c.three.Texture(source as HTMLImageElement), { needsUpdate: true, ...settings });
}

/** Half transparent over nothing: what is wrong with alpha shows at the edges. */
function clouds(context: CanvasRenderingContext2D): void {
  for (const [x, y, colour] of [
    [40, 40, "255, 80, 80"],
    [84, 60, "80, 255, 120"],
    [56, 88, "120, 160, 255"],
  ] as const) {
    const gradient = context.createRadialGradient(x, y, 4, x, y, 38);
    gradient.addColorStop(0, `rgba(${colour}, 1)`);
    gradient.addColorStop(1, `rgba(${colour}, 0)`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, 128, 128);
  }
}

function shapes(context: CanvasRenderingContext2D): void {
  context.fillStyle = "#f4f0e4";
  context.fillRect(0, 0, 200, 140);
  context.fillStyle = "hsl(200 80% 40%)";
  context.beginPath();
  context.arc(50, 60, 34, 0.3, 5.4);
  context.lineTo(50, 60);
  context.fill();
  context.strokeStyle = "crimson";
  context.lineWidth = 6;
  context.lineJoin = "round";
  context.setLineDash([14, 8]);
  context.strokeRect(100, 20, 80, 50);
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(20, 120);
  context.bezierCurveTo(60, 70, 120, 150, 185, 90);
  context.stroke();
  context.translate(140, 105);
  context.rotate(0.5);
  context.globalAlpha = 0.6;
  context.fillRect(-20, -12, 40, 24);
}

export const cases: Readonly<Record<string, Case>> = {
  png: async (c) => stage(c, shown(c, await loaded(c, "quad.png"))),
  jpg: async (c) => stage(c, shown(c, await loaded(c, "quad.jpg"))),
  webp: async (c) => stage(c, shown(c, await loaded(c, "quad.webp"))),
  svg: async (c) => stage(c, shown(c, await loaded(c, "quad.svg"))),
  bitmapLoader: async (c) => {
    const loader = new c.three.ImageBitmapLoader().setOptions({ imageOrientation: "flipY" });
    const bitmap = await loader.loadAsync(assetUrl("quad.png"));
    return stage(c, shown(c, ofSource(c, bitmap, { flipY: false })));
  },
  bitmapOfBlob: async (c) => stage(c, shown(c, ofSource(c, await bitmapOf("quad.jpg")))),
  bitmapOfCanvas: async (c) => {
    const bitmap = await createImageBitmap(painted(128, 128, clouds));
    return stage(c, shown(c, ofSource(c, bitmap)));
  },
  bitmapNotPremultiplied: async (c) => {
    const bitmap = await createImageBitmap(painted(128, 128, clouds), { premultiplyAlpha: "none" });
    return stage(c, shown(c, ofSource(c, bitmap)));
  },
  bitmapOfPart: async (c) => {
    const bitmap = await createImageBitmap(painted(200, 140, shapes), 20, 10, 100, 100);
    return stage(c, shown(c, ofSource(c, bitmap)));
  },
  imageElement: async (c) => {
    const image = new Image();
    image.src = URL.createObjectURL(await (await fetch(assetUrl("quad.webp"))).blob());
    await image.decode();
    return stage(c, shown(c, ofSource(c, image)));
  },
  dataAddress: async (c) => {
    const url = painted(200, 140, shapes).toDataURL("image/png");
    return stage(c, shown(c, await new c.three.TextureLoader().loadAsync(url)));
  },
  imageData: (c) => {
    const data = painted(128, 128, clouds).getContext("2d")?.getImageData(0, 0, 128, 128);
    return stage(c, shown(c, ofSource(c, data)));
  },
  cube: async (c) => {
    const names = ["px", "nx", "py", "ny", "pz", "nz"].map((side) => assetUrl(`cube-${side}.png`));
    const texture = await new c.three.CubeTextureLoader().loadAsync(names);
    texture.colorSpace = c.three.SRGBColorSpace;
    const ball = new c.three.Mesh(
      new c.three.SphereGeometry(1.2, 32, 24),
      new c.three.MeshBasicMaterial({ envMap: texture }),
    );
    return stage(c, ball);
  },
  cubeBackground: async (c) => {
    const names = ["px", "nx", "py", "ny", "pz", "nz"].map((side) => assetUrl(`cube-${side}.png`));
    const parts = stage(c);
    parts.scene.background = await new c.three.CubeTextureLoader().loadAsync(names);
    parts.camera.rotation.set(0.6, 0.7, 0);
    return parts;
  },
  canvasShapes: (c) => stage(c, shown(c, new c.three.CanvasTexture(painted(200, 140, shapes)))),
  canvasAlpha: (c) => stage(c, shown(c, new c.three.CanvasTexture(painted(128, 128, clouds)))),
  canvasPremultiplied: (c) => {
    const texture = new c.three.CanvasTexture(painted(128, 128, clouds));
    texture.premultiplyAlpha = true;
    return stage(c, shown(c, texture, { premultipliedAlpha: true }));
  },
  canvasLinear: (c) => {
    const mesh = shown(c, new c.three.CanvasTexture(painted(200, 140, shapes)));
    const material = mesh.material as Three.MeshBasicMaterial;
    if (material.map !== null) material.map.colorSpace = c.three.NoColorSpace;
    return stage(c, mesh);
  },
  canvasSmaller: (c) => {
    const texture = new c.three.CanvasTexture(painted(200, 140, shapes));
    Object.assign(texture, { wrapS: c.three.RepeatWrapping, wrapT: c.three.MirroredRepeatWrapping });
    texture.repeat.set(6, 8);
    const floor = shown(c, texture);
    floor.scale.setScalar(3);
    floor.rotation.set(-1.2, 0, 0);
    return stage(c, floor);
  },
  canvasComposite: (c) => {
    const canvas = painted(128, 128, (context) => {
      context.drawImage(painted(200, 140, shapes), 0, 0, 128, 128);
      context.globalCompositeOperation = "destination-in";
      context.beginPath();
      context.arc(64, 64, 56, 0, Math.PI * 2);
      context.fill();
      context.globalCompositeOperation = "multiply";
      context.fillStyle = "#ffcc88";
      context.fillRect(32, 32, 64, 64);
    });
    return stage(c, shown(c, new c.three.CanvasTexture(canvas)));
  },
  canvasPaintedAgain: (c) => {
    const canvas = painted(128, 128, clouds);
    const texture = new c.three.CanvasTexture(canvas);
    const parts = stage(c, shown(c, texture));
    c.renderer.render(parts.scene, parts.camera);
    const context = canvas.getContext("2d");
    context?.fillRect(10, 70, 100, 30);
    context?.clearRect(70, 10, 30, 50);
    texture.needsUpdate = true;
    return parts;
  },
  offscreenCanvas: (c) => {
    const canvas = new OffscreenCanvas(128, 128);
    clouds(canvas.getContext("2d") as unknown as CanvasRenderingContext2D);
    return stage(c, shown(c, ofSource(c, canvas)));
  },
  imageOnCanvas: async (c) => {
    const { image } = await loaded(c, "quad.png");
    const canvas = painted(96, 96, (context) => {
      context.translate(48, 48);
      context.rotate(0.4);
      context.drawImage(image as CanvasImageSource, -32, -32);
    });
    return stage(c, shown(c, new c.three.CanvasTexture(canvas)));
  },
  partOfTexture: (c) => {
    const target = new c.three.CanvasTexture(painted(200, 140, shapes));
    const from = ofSource(c, painted(128, 128, clouds));
    const parts = stage(c, shown(c, target));
    c.renderer.initTexture(target);
    const region = new c.three.Box2(new c.three.Vector2(30, 50), new c.three.Vector2(110, 120));
    c.renderer.copyTextureToTexture(from, target, region, new c.three.Vector2(60, 8));
    return parts;
  },
  hdr: async (c) => {
    const { HDRLoader } = await import("three/addons/loaders/HDRLoader.js");
    const texture = await new HDRLoader().loadAsync(assetUrl("sky.hdr"));
    texture.mapping = c.three.EquirectangularReflectionMapping;
    return lit(c, texture);
  },
  exr: async (c) => {
    const { EXRLoader } = await import("three/addons/loaders/EXRLoader.js");
    const texture = await new EXRLoader().loadAsync(assetUrl("sky.exr"));
    texture.mapping = c.three.EquirectangularReflectionMapping;
    return lit(c, texture);
  },
  ktx2: async (c) => {
    const { KTX2Loader } = await import("three/addons/loaders/KTX2Loader.js");
    const loader = new KTX2Loader().setTranscoderPath(addonUrl("libs/basis/")).detectSupport(c.renderer);
    const texture = await loader.loadAsync(assetUrl("quad.ktx2"));
    loader.dispose();
    return stage(c, shown(c, texture));
  },
};

/** A ball in an environment alone. */
function lit(c: Context, environment: Three.Texture): ReturnType<typeof stage> {
  const ball = new c.three.Mesh(
    new c.three.SphereGeometry(1, 32, 24),
    new c.three.MeshStandardMaterial({ roughness: 0.3, metalness: 0.6 }),
  );
  const parts = stage(c, ball);
  Object.assign(parts.scene, { environment, background: environment });
  return parts;
}
