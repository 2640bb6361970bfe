/** Owns the measurement of the stages by themselves, one after another on the same pictures. */

import { type BareEncode, measureBareEncode } from "./bare-encode.ts";
import { type BareRender, measureBareRender } from "./bare-render.ts";
import { type BareSend, measureBareSend } from "./bare-send.ts";
import type { BenchCase } from "./cases.ts";
import type { Spread, StageName } from "./figures.ts";

export type BareFigures = {
  readonly fps: number;
  readonly encoder: string;
  readonly stages: Readonly<Record<StageName, Spread | null>>;
  /** Processor time of one thread a frame, in milliseconds; the software rasteriser's own threads are not in it. */
  readonly cpu: { readonly render: number; readonly encode: number };
  readonly packetsPerFrame: number;
};

/** Measures one case. Rejects when a stage cannot run. */
export async function measureBare(benchCase: BenchCase, seconds: number): Promise<BareFigures> {
  const { pictures, fps, render, readback, cpuMs: renderCpu }: BareRender = await measureBareRender(benchCase, seconds);
  const coded: BareEncode = measureBareEncode(benchCase.size, pictures);
  const { send, packetsPerFrame }: BareSend = await measureBareSend(coded.packets);
  const { encoder, convert, encode, cpuMs } = coded;
  return {
    fps,
    encoder,
    stages: { render, readback, convert, encode, send },
    cpu: { render: renderCpu, encode: cpuMs },
    packetsPerFrame,
  };
}
