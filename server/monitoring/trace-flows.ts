/** Owns following each input through a trace, from the press to the picture that shows it, and what each stage took of that. Pure. */

import { type FrameWays, frameKey, inputKey, type PageWay, type SceneWay, type SentFrame } from "./trace-stages.ts";
import type { PlacedSpan, TracedSpan, TraceTracks } from "./trace-tracks.ts";

/** Clocks that are set by questions and answers may be off by so much in the order of two spans. */
const CLOCK_SLACK_MS = 5;
const MIN_WAIT_MS = 0.05;

/**
 * The spans that an input meets, for each that can be followed to the end. Adds the ways over the network, which have an end
 * in each process, and for each input that the page measured a span with what each stage took.
 */
export function followInputs(tracks: TraceTracks, { scenes, pages }: FrameWays): PlacedSpan[][] {
  return pages.flatMap((page) => scenes.flatMap((scene) => followInPage(tracks, scene, page)));
}

function followInPage(tracks: TraceTracks, scene: SceneWay, page: PageWay): PlacedSpan[][] {
  const sent = scene.sent.get(page.viewer) ?? [];
  const networks = new Map(sent.map((frame) => [frame, networkOf(tracks, frame, page)]));
  const waits = new Map<string, PlacedSpan>();
  const measured = new Map(page.measured.map((event) => [event.number, event]));
  return scene.shown
    .filter(({ viewer }) => viewer === page.viewer)
    .flatMap(({ frame, number: sequence }) => {
      const first = sent.find(({ span }) => span.frame >= frame);
      const press = page.byNumber.get(frameKey("press", sequence));
      const input = scene.inputs.get(inputKey(page.viewer, sequence));
      if (first === undefined || press === undefined || input === undefined) return [];
      const shown = page.byNumber.get(frameKey("present", first.span.number));
      if (shown === undefined) return [];
      const transit = tracks.addLine(page.process, "to the server", between("way of the input", press, input));
      const steps = [press, transit, input, ...framesSteps(scene, frame, first), networks.get(first)];
      const decoded = page.byNumber.get(frameKey("decode", first.span.number));
      const met = inOrder([...steps, decoded, shown].filter((step) => step !== undefined && step !== null));
      const flow = withWaits(tracks, met, waits);
      const event = measured.get(sequence);
      if (event !== undefined) tracks.addLine(page.process, "press to picture", summary(event, flow));
      return [flow];
    });
}

/** What the scene's process did for it: drew `frame`, or a later one that was the first to be sent, and sent it. */
function framesSteps(scene: SceneWay, frame: number, { span, pacing }: SentFrame): PlacedSpan[] {
  const newest = (stage: string, number: number) =>
    scene.byFrame.get(frameKey(stage, number))?.findLast(({ begunMs }) => begunMs <= span.begunMs);
  const drawn = newest("render", span.frame) === undefined ? frame : span.frame;
  const stages = ["update", "render", "read", "wait", "convert", "encode", "packetize", "send"];
  return [...stages.map((stage) => newest(stage, stage === "update" ? frame : drawn)), pacing].filter(
    (step) => step !== undefined,
  );
}

/** From the last packet's leaving to the frame's being there. */
function networkOf(tracks: TraceTracks, { span, pacing }: SentFrame, page: PageWay): PlacedSpan | null {
  const received = page.byNumber.get(frameKey("receive", span.number));
  if (received === undefined) return null;
  const way = { ...between("network", pacing, received), args: { frame: span.frame } };
  return tracks.addLine(page.process, "network", way);
}

function between(name: string, from: PlacedSpan, to: PlacedSpan): TracedSpan {
  return { name, begunMs: Math.min(from.endedMs, to.begunMs), endedMs: to.begunMs, args: {} };
}

/** Without those that clocks put before the ones that they follow. The first and the last stay. */
function inOrder(steps: readonly PlacedSpan[]): PlacedSpan[] {
  const kept: PlacedSpan[] = [];
  let atMs = Number.NEGATIVE_INFINITY;
  const last = steps.at(-1);
  for (const step of steps) {
    if (step !== last && (step.endedMs < atMs || (last !== undefined && step.begunMs > last.endedMs))) continue;
    kept.push(step);
    atMs = Math.max(atMs, step.begunMs);
  }
  return last !== undefined && last.endedMs + CLOCK_SLACK_MS >= atMs ? kept : [];
}

/** With what lies between two spans as a span: the wait for the latter. Inputs that share a frame share its waits. */
function withWaits(tracks: TraceTracks, flow: readonly PlacedSpan[], known: Map<string, PlacedSpan>): PlacedSpan[] {
  return flow.flatMap((step, at) => {
    const before = flow[at - 1];
    if (before === undefined || step.begunMs - before.endedMs < MIN_WAIT_MS) return [step];
    const { process, name, begunMs } = step;
    const key = `${process} ${name} ${begunMs} ${before.endedMs}`;
    const span = { name: `until ${name}`, begunMs: before.endedMs, endedMs: begunMs, args: {} };
    const wait = known.get(key) ?? tracks.addLine(process, "waits", span);
    known.set(key, wait);
    return [wait, step];
  });
}

function summary(
  { begunMs, endedMs, number }: { begunMs: number; endedMs: number; number: number },
  flow: readonly PlacedSpan[],
): TracedSpan {
  const took = Object.fromEntries(
    flow.map(({ name, begunMs: begun, endedMs: ended }) => [`${name} ms`, round(ended - begun)]),
  );
  const sum = flow.reduce((total, span) => total + span.endedMs - span.begunMs, 0);
  return {
    name: "press to picture",
    begunMs,
    endedMs,
    args: { sequence: number, "sum of stages ms": round(sum), ...took },
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
