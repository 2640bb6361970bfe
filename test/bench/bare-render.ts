/** Owns the measurement of rendering and reading back by themselves: the real render thread, and nobody encodes. */

import { setTimeout as sleep } from "node:timers/promises";
import type { PointerInput } from "../../shared/input.ts";
import { RenderProbe } from "../support/render-probe.ts";
import type { BenchCase } from "./cases.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";

export type BareRender = {
  readonly fps: number;
  readonly render: Spread | null;
  readonly readback: Spread | null;
  /** Processor time of the render thread a frame, in milliseconds. */
  readonly cpuMs: number;
  /** Pictures of the scene in motion, one after another, to encode. */
  readonly pictures: readonly Uint8Array[];
};

/** The drag of the measurement in Chromium: a circle of 120 by 60 points of a page of 1280 by 720, round in 0.9 s. */
const RADIUS = { x: 120 / 1280, y: 60 / 720 };
const MS_A_RADIAN = 144;
const MOVE_MS = 12;
const WARM_UP_MS = 2000;
const PICTURES = 24;

/** Renders one case alone. Rejects when the scene cannot be rendered. */
export async function measureBareRender({ scene, size }: BenchCase, seconds: number): Promise<BareRender> {
  await using probe = await RenderProbe.start(scene.url.href, { size, codec: null });
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
  return {
    fps,
    render: spreadOf(reports.flatMap(({ renderMs }) => renderMs)),
    readback: spreadOf(reports.flatMap(({ readbackMs }) => readbackMs)),
    cpuMs: sum(reports.map(({ cpuMs }) => cpuMs)) / rendered,
    pictures: await grabPictures(probe, WARM_UP_MS + seconds * 1000, 1000 / fps),
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
async function grabPictures(probe: RenderProbe, fromMs: number, frameMs: number): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  let { number } = await probe.grab();
  for (let count = 1; count <= PICTURES; count += 1) {
    probe.input(pointer("move", fromMs + count * frameMs));
    const frame = await probe.grabWhen((candidate) => candidate.number > number);
    number = frame.number;
    pictures.push(frame.pixels);
  }
  return pictures;
}

function pointer(phase: "down" | "move", atMs: number): PointerInput {
  const angle = atMs / MS_A_RADIAN;
  return {
    kind: "pointer",
    phase,
    pointerId: 1,
    pointerType: "mouse",
    isPrimary: true,
    x: 0.5 + RADIUS.x * Math.cos(angle),
    y: 0.5 + RADIUS.y * Math.sin(angle),
    button: phase === "down" ? 0 : -1,
    buttons: 1,
    modifiers: 0,
    pressure: 0.5,
    tiltX: 0,
    tiltY: 0,
  };
}
