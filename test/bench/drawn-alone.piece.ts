/** Draws a scene off the clock and does nothing with its pictures. In a process of its own, as a piece of work (server/jobs/). */

import type { PieceWork } from "../../server/jobs/piece-protocol.ts";
import { noParameters } from "../../server/platform/given-parameters.ts";
import { OfflineRenderer } from "../../server/render/offline-renderer.ts";
import type { PictureSize } from "../../shared/video.ts";

export type DrawnAlone = {
  readonly sceneUrl: string;
  readonly size: PictureSize;
  readonly samples: number;
  readonly frames: number;
};

/** Gives how many seconds the frames took, without the start. */
export const work: PieceWork<DrawnAlone, never, number> = async ({ frames, ...scene }) => {
  const { width, height } = scene.size;
  const slots = [new Uint8Array(new SharedArrayBuffer(width * height * 4))];
  const given = { seed: 1, date: 0, state: null, parameters: noParameters, backend: "vulkan", input: null } as const;
  await using renderer = await OfflineRenderer.start({ ...scene, ...given, slots }, () => undefined);
  const step = (frame: number): Promise<void> => {
    const ms = (frame * 1000) / 30;
    const still = { events: [], state: null, camera: null, input: null };
    return renderer.step({ frame, ms, frameMs: 1000 / 30, ...still, slot: 0 });
  };
  await step(0);
  const begun = performance.now();
  for (let frame = 1; frame <= frames; frame += 1) await step(frame);
  return (performance.now() - begun) / 1000;
};
