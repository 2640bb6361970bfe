/** Owns the measurement of the stages by themselves, one after another on the same pictures. */

import { type BareEncode, measureBareEncode } from "./bare-encode.ts";
import { type BareRender, measureBareRender, type RenderForm } from "./bare-render.ts";
import { type BareSend, measureBareSend } from "./bare-send.ts";
import type { BenchCase } from "./cases.ts";
import type { Spread, StageName } from "./figures.ts";

const UNSENT: BareSend = { send: null, packetsPerFrame: Number.NaN };

export type BareFigures = {
  /** What is read of a frame: I420 that the GPU made, or RGBA that the processor converts. */
  readonly form: "I420" | "RGBA";
  readonly i420Off: number | null;
  readonly renderer: string;
  readonly fps: number;
  readonly encoder: string;
  readonly stages: Readonly<Record<StageName, Spread | null>>;
  /** Processor time of one thread a frame, in milliseconds; the software rasteriser's own threads are not in it. */
  readonly cpu: { readonly render: number; readonly encode: number };
  readonly packetsPerFrame: number;
};

/**
 * Measures one case, drawn as on a GPU where `asGpu` says so. Where frames are read as I420 it is measured once more with
 * them read as RGBA. Rejects when a stage cannot run.
 */
export async function measureBare(
  benchCase: BenchCase,
  seconds: number,
  asGpu: boolean | null,
): Promise<readonly BareFigures[]> {
  const usual = await measureForm(benchCase, seconds, { asGpu, i420: null }, true);
  if (usual.form === "RGBA") return [usual];
  return [usual, await measureForm(benchCase, seconds, { asGpu, i420: false }, false)];
}

async function measureForm(
  benchCase: BenchCase,
  seconds: number,
  form: RenderForm,
  sends: boolean,
): Promise<BareFigures> {
  const rendered: BareRender = await measureBareRender(benchCase, seconds, form);
  const { pictures, fps, renderer, i420Off, render, readback, cpuMs: renderCpu } = rendered;
  const coded: BareEncode = measureBareEncode(benchCase.size, pictures);
  const { send, packetsPerFrame } = sends ? await measureBareSend(coded.packets) : UNSENT;
  const { encoder, convert, encode, cpuMs } = coded;
  return {
    form: pictures[0]?.i420 ? "I420" : "RGBA",
    i420Off,
    renderer,
    fps,
    encoder,
    stages: { render, readback, convert, encode, send },
    cpu: { render: renderCpu, encode: cpuMs },
    packetsPerFrame,
  };
}
