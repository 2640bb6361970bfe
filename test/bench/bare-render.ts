/** Owns the measurement of rendering and reading back by themselves: the real render thread, and nobody encodes. */

import { setTimeout as sleep } from "node:timers/promises";
import type { FramePixels } from "../../server/frames/frame-ring.ts";
import type { PointerInput } from "../../shared/input.ts";
import type { PictureSize } from "../../shared/video.ts";
import { i420Error } from "../support/i420-pixels.ts";
import { pointerInput } from "../support/input-samples.ts";
import { RenderProbe } from "../support/render-probe.ts";
import type { BenchCase } from "./cases.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";

export type BareRender = {
  readonly fps: number;
  readonly renderer: string;
  /** How far a sample of I420 is at most from what the formula makes of the same picture as RGBA; null of RGBA. */
  readonly i420Off: number | null;
  readonly render: Spread | null;
  readonly readback: Spread | null;
  /** Processor time of the render thread a frame, in milliseconds. */
  readonly cpuMs: number;
  /** Pictures of the scene in motion, one after another, to encode. All have the same form. */
  readonly pictures: readonly FramePixels[];
};

/** How frames are drawn and read: as on a GPU or not, as I420 or as RGBA; null for as it is usual here. */
export type RenderForm = { readonly asGpu: boolean | null; readonly i420: boolean | null };

/** The drag of the measurement in Chromium: a circle of 120 by 60 points of a page of 1280 by 720, round in 0.9 s. */
const RADIUS = { x: 120 / 1280, y: 60 / 720 };
const MS_A_RADIAN = 144;
const MOVE_MS = 12;
const WARM_UP_MS = 2000;
const PICTURES = 24;

/** Renders one case alone. Rejects when the scene cannot be rendered. */
export async function measureBareRender(
  { scene, size }: BenchCase,
  seconds: number,
  form: RenderForm,
): Promise<BareRender> {
  await using probe = await RenderProbe.start(scene.url.href, { size, codec: null, ...form });
  probe.tell({ kind: "watched", watched: true });
  probe.input(pointer("down", 0));
  await turn(probe, 0, WARM_UP_MS);
  const from = probe.rendered.length;
  const begun = performance.now();
  const first = (await probe.grab()).number;
  await turn(probe, WARM_UP_MS, seconds * 1000);
  const last = (await probe.grab()).number;
  const fps = ((last - first) * 1000) / (performance.now() - begun);
  const reports = probe.rendered.slice(from + 1).filter((message) => message.kind === "report");
  const rendered = sum(reports.map((report) => report.rendered));
  const pictures = await grabPictures(probe, WARM_UP_MS + seconds * 1000, 1000 / fps);
  const i420Off = pictures[0]?.i420 ? await compareForms(probe, size) : null;
  const refused = probe.rendered.find((message) => message.kind === "gl-errors");
  if (refused !== undefined) throw new Error(`OpenGL reported ${refused.name}.`);
  return {
    fps,
    renderer: probe.renderer,
    i420Off,
    pictures,
    render: spreadOf(reports.flatMap(({ renderMs }) => renderMs)),
    readback: spreadOf(reports.flatMap(({ readbackMs }) => readbackMs)),
    cpuMs: sum(reports.map(({ cpuMs }) => cpuMs)) / rendered,
  };
}

async function turn(probe: RenderProbe, fromMs: number, forMs: number): Promise<void> {
  const begun = performance.now();
  for (let past = 0; past < forMs; past = performance.now() - begun) {
    probe.input(pointer("move", fromMs + past));
    await sleep(MOVE_MS);
  }
}

/** Turns the scene on as far as it turns from one frame to the next, and takes each frame. */
async function grabPictures(probe: RenderProbe, fromMs: number, frameMs: number): Promise<FramePixels[]> {
  const pictures: FramePixels[] = [];
  let { number } = await probe.grab();
  for (let count = 1; count <= PICTURES; count += 1) {
    probe.input(pointer("move", fromMs + count * frameMs));
    const frame = await probe.grabWhen((candidate) => candidate.number > number);
    number = frame.number;
    const hasI420 = frame.i420.length > 0;
    pictures.push({ rgba: hasI420 ? null : frame.pixels, i420: hasI420 ? frame.i420 : null });
  }
  return pictures;
}

/** Looks at a frame in both forms. */
async function compareForms(probe: RenderProbe, size: PictureSize): Promise<number> {
  probe.tell({ kind: "rgba-wanted", wanted: true });
  const { pixels, i420 } = await probe.grabWhen((frame) => frame.pixels.length > 0 && frame.i420.length > 0);
  const { luma, chroma } = i420Error(i420, pixels, size);
  return Math.max(luma, chroma);
}

function pointer(phase: "down" | "move", atMs: number): PointerInput {
  const angle = atMs / MS_A_RADIAN;
  const [x, y] = [0.5 + RADIUS.x * Math.cos(angle), 0.5 + RADIUS.y * Math.sin(angle)];
  return pointerInput(phase, { x, y, buttons: 1, pressure: 0.5 });
}
