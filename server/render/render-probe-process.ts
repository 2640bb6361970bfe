/**
 * A process that opens a context, draws a picture whose colours are known, then one that takes time, tells what came of it
 * and ends. Started by URL only, with the name of the back end as its argument; a driver that crashes ends it and nothing else.
 */

import {
  Color,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  OrthographicCamera,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  SphereGeometry,
} from "three";
import { i420Layout } from "../frames/i420-layout.ts";
import { medianOf } from "../platform/median.ts";
import { skia } from "./page/images/skia.ts";
import type { FromRenderProbe, RenderProbeResult } from "./render-probe-protocol.ts";
import type { RendererInfo } from "./render-protocol.ts";
import { WebGlSurface } from "./surface/webgl-surface.ts";

const size = { width: 1280, height: 720 };
const layout = i420Layout(size);
const rgba: Uint8Array = new Uint8Array(new SharedArrayBuffer(size.width * size.height * 4));
const i420: Uint8Array = new Uint8Array(new SharedArrayBuffer(layout.bytes));
/** Left and right of the upper half, then of the lower one. */
const corners = [
  { name: "upper left", colour: 0xe04020, x: 0.25, y: 0.25 },
  { name: "upper right", colour: 0x20c060, x: 0.75, y: 0.25 },
  { name: "lower left", colour: 0x3050f0, x: 0.25, y: 0.75 },
  { name: "lower right", colour: 0xf0f0f0, x: 0.75, y: 0.75 },
] as const;
const MAX_DIFFERENCE = 3;
const WARM_UPS = 3;
const FRAMES = 9;

async function probe(backend: RendererInfo["backend"]): Promise<RenderProbeResult> {
  const surface = new WebGlSurface({ size, backend });
  const wrongColour = await drawColours(surface);
  const frameMs = await timeFrames(surface);
  return {
    renderer: surface.info,
    isMultisampled: surface.isMultisampled,
    maxSamples: surface.renderer.capabilities.maxSamples,
    wrongColour,
    frameMs,
    fonts: skia().GlobalFonts.families.length,
  };
}

async function drawColours(surface: WebGlSurface): Promise<string | null> {
  const scene = new Scene();
  const camera = new OrthographicCamera(0, 1, 0, 1, -1, 1);
  for (const { colour, x, y } of corners) {
    const plane = new Mesh(new PlaneGeometry(0.5, 0.5), new MeshBasicMaterial({ color: colour, side: 2 }));
    plane.position.set(x, y, 0);
    scene.add(plane);
  }
  await surface.draw({ scene, camera });
  await surface.read({ rgba, i420: surface.givesI420 ? i420 : null });
  const wrong = corners.flatMap(({ name, colour, x, y }) => {
    const [wanted, seen] = [bytesOf(colour), pixelAt(x, y)];
    const luma = surface.givesI420 ? Math.abs(lumaAt(x, y) - lumaOf(wanted)) : 0;
    const isRight = luma <= MAX_DIFFERENCE && wanted.every((value, at) => near(value, seen[at]));
    return isRight ? [] : [`${name} is ${seen.join(" ")} instead of ${wanted.join(" ")}`];
  });
  return wrong[0] ?? null;
}

/** Median milliseconds from drawing to having the picture. */
async function timeFrames(surface: WebGlSurface): Promise<number> {
  const { scene, camera } = spheres();
  const times: number[] = [];
  for (let frame = 0; frame < WARM_UPS + FRAMES; frame += 1) {
    scene.rotation.y = frame / 20;
    const begun = performance.now();
    await surface.draw({ scene, camera });
    await surface.read(surface.givesI420 ? { rgba: null, i420 } : { rgba, i420: null });
    if (frame >= WARM_UPS) times.push(performance.now() - begun);
  }
  return medianOf(times);
}

function spheres(): { scene: Scene; camera: PerspectiveCamera } {
  const scene = new Scene();
  const [geometry, material] = [new SphereGeometry(0.4, 24, 16), new MeshStandardMaterial({ color: 0x4080c0 })];
  for (let index = 0; index < 60; index += 1) {
    const sphere = new Mesh(geometry, material);
    sphere.position.set((index % 10) - 4.5, Math.floor(index / 10) - 2.5, 0);
    scene.add(sphere);
  }
  const light = new DirectionalLight(new Color(1, 1, 1), 3);
  light.position.set(1, 2, 3);
  scene.add(light);
  const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
  camera.position.z = 9;
  return { scene, camera };
}

/** Rows of RGBA run from the bottom up, those of I420 from the top down. */
function pixelAt(x: number, y: number): number[] {
  const row = size.height - 1 - Math.floor(y * size.height);
  const at = (row * size.width + Math.floor(x * size.width)) * 4;
  return [...rgba.subarray(at, at + 3)];
}

function lumaAt(x: number, y: number): number {
  return i420[layout.planes[0] + Math.floor(y * size.height) * layout.stride + Math.floor(x * size.width)] ?? 0;
}

/** ITU-R BT.601, limited range. */
function lumaOf([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255;
}

function bytesOf(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

function near(value: number, other: number | undefined): boolean {
  return other !== undefined && Math.abs(value - other) <= MAX_DIFFERENCE;
}

async function main(): Promise<FromRenderProbe> {
  try {
    return { kind: "drawn", ...(await probe(process.argv[2] === "opengl" ? "opengl" : "vulkan")) };
  } catch (error) {
    return { kind: "failed", sentence: error instanceof Error ? error.message : String(error) };
  }
}

process.send?.(await main(), undefined, undefined, () => process.exit(0));
