/**
 * Owns doing a piece of a render, in a process of its own: draws its frames, and encodes each while the next one is drawn. Imported by its
 * URL alone (jobs/piece-process.ts).
 *
 * OP1 A piece begins with a scene that has just been set up, so it is the same whoever renders what else. Only where scenes are moved
 *     on from frame 0, one that is there already goes on, which comes to the same.
 *
 * What reads and writes movies and pictures is loaded where a piece needs it: most pieces are short, and need the half of it.
 */

import { StreamError } from "../../shared/errors.ts";
import type { PieceContext, PieceWork } from "../jobs/piece-protocol.ts";
import type { InputSize } from "../render/offline-protocol.ts";
import { OfflineRenderer } from "../render/offline-renderer.ts";
import type { DescribedInput } from "./described-input.ts";
import { digestsOf } from "./file-digests.ts";
import type { FrameSource, InputFrames } from "./input-frames.ts";
import { openTarget, type PictureTarget } from "./picture-target.ts";
import type { RenderInput, RenderProgress, RenderResult } from "./render-work.ts";
import { stepsOf } from "./timeline.ts";

/** Pictures that are drawn or encoded at once. */
const SLOTS = 3;
/** Steps without a picture that may wait in the render thread. */
const MAX_STEPS_AHEAD = 32;

type Context = PieceContext<RenderProgress>;
type RenderTask = Extract<RenderInput, { readonly kind: "render" }>;

/** A scene that goes on with the next piece. */
type Running = {
  readonly renderer: OfflineRenderer;
  readonly slots: readonly Uint8Array<SharedArrayBuffer>[];
  /** The frame that it has not seen yet. */
  next: number;
};

let kept: Running | null = null;

/** What the pool calls. */
export const work: PieceWork<RenderInput, RenderProgress, RenderResult> = async (input, context) => {
  switch (input.kind) {
    case "render":
      return await render(input, context);
    case "check": {
      const { countPictures } = await import("../encode/mux/join-movies.ts");
      const whole = input.movies.filter(({ path, frames }) => countPictures(path) === frames);
      return { kind: "checked", whole: whole.map(({ path }) => path) };
    }
    case "describe": {
      const { describeInput } = await import("./describe-input.ts");
      return { kind: "described", input: await describeInput(input.path) };
    }
    case "join": {
      const { joinMovies } = await import("../encode/mux/join-movies.ts");
      joinMovies(input.movie, (frames) => context.progressed({ kind: "frames", frames }));
      return { kind: "joined" };
    }
  }
};

async function render(task: RenderTask, context: Context): Promise<RenderResult> {
  const { scene, frames, target } = task;
  const running = await runningFor(task, context);
  const { isPanorama } = running.renderer;
  const pictures = await openTarget(target, { size: scene.size, fps: scene.story.fps, isPanorama });
  try {
    await drawFrames(task, running, pictures, context);
    await pictures.finish();
    running.next = frames.last + 1;
    const { info: renderer, files } = running.renderer;
    return { kind: "rendered", renderer, files: digestsOf(files) };
  } finally {
    pictures.close();
  }
}

/** OP1 */
async function runningFor({ scene, frames, source }: RenderTask, { progressed }: Context): Promise<Running> {
  if (kept !== null && scene.warmUp === "all" && kept.next <= frames.first) return kept;
  if (kept !== null) throw new StreamError("piece-lost", "A process draws one scene only.");
  const { width, height } = scene.size;
  const memory = (): Uint8Array<SharedArrayBuffer> => new Uint8Array(new SharedArrayBuffer(width * height * 4));
  const slots = Array.from({ length: SLOTS }, memory);
  const next = scene.warmUp === "all" ? 0 : Math.max(0, frames.first - scene.warmUp);
  const printed = (line: Omit<Extract<RenderProgress, { kind: "printed" }>, "kind">): void =>
    progressed({ kind: "printed", level: line.level, text: line.text });
  const { story: _, warmUp: __, ...data } = scene;
  const input = source === null ? null : inputSizeOf(source);
  kept = { renderer: await OfflineRenderer.start({ ...data, input, slots }, printed), slots, next };
  return kept;
}

async function openInput(source: FrameSource, last: number): Promise<InputFrames> {
  const { InputFrames } = await import("./input-frames.ts");
  return await InputFrames.open(source, last);
}

function inputSizeOf({ input }: FrameSource): InputSize {
  return { ...input.size, count: countOfInput(input) };
}

function countOfInput(input: DescribedInput): number {
  return input.kind === "movie" ? input.seconds.length : input.paths.length;
}

async function drawFrames(
  { scene, frames, source }: RenderTask,
  { renderer, slots, next }: Running,
  pictures: PictureTarget,
  { progressed, signal }: Context,
): Promise<void> {
  const free = slots.map((_, slot) => slot);
  const working: Promise<void>[] = [];
  let done = 0;
  const add = async (frame: number, slot: number, drawn: Promise<void>): Promise<void> => {
    await drawn;
    const rgba = slots[slot];
    if (rgba !== undefined) await pictures.add(frame, rgba);
    free.push(slot);
    done += 1;
    progressed({ kind: "frames", frames: done });
  };
  await using inputs = source === null ? null : await openInput(source, frames.last);
  for (const step of stepsOf(scene.story, next, frames.last)) {
    signal.throwIfAborted();
    const isDrawn = step.frame >= frames.first;
    // The oldest is awaited until there is memory, and not too much waits.
    while (working.length > 0 && ((isDrawn && free.length === 0) || working.length >= MAX_STEPS_AHEAD)) {
      await working.shift();
    }
    const slot = isDrawn ? (free.shift() ?? null) : null;
    const input = (await inputs?.take(step.frame)) ?? null;
    const stepped = renderer.step({ ...step, slot, input });
    const whole = slot === null ? stepped : add(step.frame, slot, stepped);
    // It is awaited later, and may have rejected before.
    whole.catch(() => undefined);
    working.push(whole);
  }
  await Promise.all(working);
}
