/** Owns what happens to a scene at each frame of a render: its time, the inputs of a recording and the place on a path. Pure. */

import type { FrameRate } from "../encode/video/movie-encoder.ts";
import type { OfflineEvent, OfflineStep } from "../render/offline-protocol.ts";
import type { RecordedStep } from "../replay/recording.ts";
import { msOfFrame } from "./frame-rate.ts";
import { type KeyFrame, placeAt } from "./key-frames.ts";

/** What a scene goes through, whichever frames of it are drawn. */
export type SceneStory = {
  readonly fps: FrameRate;
  readonly path: readonly KeyFrame[];
  /** In the order of their times. */
  readonly events: readonly OfflineEvent[];
  /** When each frame is, in milliseconds from frame 0; null where that follows from `fps`. */
  readonly times: readonly number[] | null;
};

/** The steps from one frame to another, without the memory that they are drawn into; events before the first are part of that. */
export function* stepsOf(
  { fps, path, events, times }: SceneStory,
  first: number,
  last: number,
): Generator<Omit<OfflineStep, "slot" | "input">> {
  const msOf = (frame: number): number => times?.[frame] ?? msOfFrame(frame, fps);
  // What happened until the frame before was part of that, where the scene has seen it.
  let at = first === 0 ? 0 : countUntil(events, msOf(first - 1));
  for (let frame = first; frame <= last; frame += 1) {
    const ms = msOf(frame);
    const frameMs = frame === 0 || times === null ? msOfFrame(1, fps) : ms - msOf(frame - 1);
    const end = countUntil(events, ms, at);
    const { state, camera } = placeAt(path, ms / 1000);
    const text = state === undefined ? null : JSON.stringify(state);
    yield { frame, ms, frameMs, events: events.slice(at, end), state: text, camera: camera ?? null };
    at = end;
  }
}

function countUntil(events: readonly OfflineEvent[], ms: number, from: number = 0): number {
  let at = from;
  while (at < events.length && (events[at]?.ms ?? 0) <= ms) at += 1;
  return at;
}

/** A recording as events of one time: after a restart its times begin anew. What changes the size of the picture is left out. */
export function eventsOf(steps: readonly RecordedStep[]): readonly OfflineEvent[] {
  let begunMs = 0;
  return steps.flatMap((step): OfflineEvent | [] => {
    const ms = begunMs + step.ms;
    switch (step.kind) {
      case "size":
        return [];
      case "restart":
        begunMs = ms;
        return { kind: "restart", ms };
      case "input":
        return { kind: "input", ms, event: step.event };
      default:
        return { ...step, ms };
    }
  });
}
