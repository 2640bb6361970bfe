/** Owns `scenecast render`: what it prints, how it ends, and with which exit code. */

import { StreamError } from "../../shared/errors.ts";
import type { RenderProgressReport } from "../offline/render-progress.ts";
import { type RenderSummary, renderWithTexts } from "../offline/render-scene.ts";
import { exitCodeFor, exitCodes } from "./exit-codes.ts";
import { ProgressLine } from "./progress-line.ts";
import { inWordsOfRender, type RenderCommand } from "./render-flags.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Renders. Resolves with the exit code. */
export async function render({ options, parameters }: RenderCommand): Promise<number> {
  const { signal } = stopOnSignals();
  const line = new ProgressLine(process.stderr);
  try {
    const onProgress = (progress: RenderProgressReport): void => showProgress(line, progress);
    const onMessage = (text: string): void => line.say(text);
    const summary = await renderWithTexts({ ...options, onProgress, onMessage, signal }, parameters);
    line.end();
    process.stdout.write(summaryOf(summary));
    return 0;
  } catch (error) {
    line.end();
    const isStopped = error instanceof StreamError && error.code === "closed";
    if (!isStopped) return explain(error);
    process.stderr.write("Stopped. What is finished is kept: the same command goes on.\n");
    return exitCodes.stopped;
  }
}

/** Says how far it is; that a part of the work is whole is always said. */
export function showProgress(line: ProgressLine, progress: RenderProgressReport): void {
  const { frames, pieces, stage } = progress;
  const isWhole = frames.done === frames.total && (stage === "join" || pieces.done === pieces.total);
  line.show(() => progressText(progress), isWhole);
}

/** How far it is, in a line. */
export function progressText({ stage, frames, pieces, fps, secondsLeft }: RenderProgressReport): string {
  const percent = Math.floor((frames.done * 100) / frames.total);
  if (stage === "join") return `  joining: ${frames.done} of ${frames.total} frames (${percent} %)`;
  const parts = [
    `frame ${frames.done} of ${frames.total} (${percent} %)`,
    `${pieces.done} of ${pieces.total} pieces`,
    ...(fps === null ? [] : [`${fps < 10 ? fps.toFixed(1) : Math.round(fps)} frames a second`]),
    ...(secondsLeft === null ? [] : [`${durationText(secondsLeft)} left`]),
  ];
  return `  ${parts.join(", ")}`;
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function summaryOf({ output, frames, seconds, renderer }: RenderSummary): string {
  const earlier = frames.total - frames.rendered;
  const there = earlier > 0 ? `, ${earlier} of them by earlier runs` : "";
  const who = renderer === null ? "" : ` on ${renderer.name}`;
  return `${output}: ${frames.total} frames${there}, in ${seconds.toFixed(1)} s${who}.\n`;
}

function explain(error: unknown): number {
  const sentence = error instanceof Error ? inWordsOfRender(error.message) : String(error);
  process.stderr.write(`scenecast: ${sentence.replaceAll(/\s*\n\s*/g, " ")}\n`);
  return exitCodeFor(error);
}
