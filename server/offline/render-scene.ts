/**
 * Owns rendering a scene into a movie or pictures, frame by frame and in pieces, by processes beside each other. In the process that wants
 * it.
 *
 * OR1 What is drawn hangs on the options alone: not on how many processes draw, which of them were lost, or how often it was stopped.
 * OR2 A piece that was finished is kept until the output is whole; another run with the same options goes on with the others.
 */

import { statSync } from "node:fs";
import { dirname } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import { PiecePool } from "../jobs/piece-pool.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { siblingUrl } from "../platform/threads.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import { glBackends, noGl, type OpenedGlBackend } from "../session/gl-backend.ts";
import { marksOf } from "./described-input.ts";
import { digestOfText } from "./file-digests.ts";
import { countOf, type FrameRange, piecesOf } from "./frame-range.ts";
import { PiecesFolder, type RenderSettings } from "./pieces-folder.ts";
import { type RenderSceneOptions, type ResolvedRender, resolveRenderOptions } from "./render-options.ts";
import { RenderProgressMeter } from "./render-progress.ts";
import type { PieceTarget, RenderedScene, RenderInput, RenderProgress, RenderResult } from "./render-work.ts";

/** What a render came to. */
export type RenderSummary = {
  /** The path of the movie, or the pattern of the pictures. */
  readonly output: string;
  /** Frames in all, and those that this run rendered; the others were there from earlier ones. */
  readonly frames: { readonly total: number; readonly rendered: number };
  /** How long this run took. */
  readonly seconds: number;
  /** Who drew; null where nothing was left to draw. */
  readonly renderer: RendererInfo | null;
};

type Pool = PiecePool<RenderInput, RenderProgress, RenderResult>;

/**
 * Renders a scene, off the clock, into a movie or pictures. An earlier run of the same options that was stopped is gone on with.
 * Throws `TypeError` at once where an option is wrong. Rejects with `TypeError` where one does not fit the input, and with
 * `StreamError`: "output-failed", "input-failed" (input or sound), "scene-missing", "scene-invalid", "scene-failed",
 * "parameters-invalid", "no-gl", "no-encoder", "piece-lost", or "closed" where the signal stopped it.
 */
export function renderScene(options: RenderSceneOptions): Promise<RenderSummary> {
  return renderChecked(options, resolveRenderOptions(options), {});
}

/** As `renderScene`, with values of parameters as they were written: their types are known when the scene is there. Rejects only. */
export async function renderWithTexts(options: RenderSceneOptions, texts: ParameterTexts): Promise<RenderSummary> {
  return await renderChecked(options, resolveRenderOptions(options), texts);
}

async function renderChecked(
  options: RenderSceneOptions,
  checked: ResolvedRender,
  flags: ParameterTexts,
): Promise<RenderSummary> {
  const resolved = await withInput(options, checked);
  return await new SceneRender({ ...resolved, parameters: { ...resolved.parameters, flags } }).run();
}

/** Fills in what follows from the input, where there is one. */
async function withInput(options: RenderSceneOptions, checked: ResolvedRender): Promise<ResolvedRender> {
  const { input: path, signal } = checked;
  if (path === null) return checked;
  await using pool: Pool = new PiecePool({ module: pieceModule(), workers: 1 });
  try {
    const result = await pool.run({ kind: "describe", path }, { signal });
    return result.kind === "described" ? resolveRenderOptions(options, result.input) : checked;
  } catch (error) {
    throw signal.aborted ? stopped() : error;
  }
}

function pieceModule(): URL {
  return siblingUrl(import.meta.url, "./render.piece");
}

class SceneRender {
  readonly #options: ResolvedRender;
  readonly #pieces: readonly FrameRange[];
  readonly #said = new Set<string>();
  #renderer: RendererInfo | null = null;

  constructor(options: ResolvedRender) {
    this.#options = options;
    this.#pieces = piecesOf(options.frames, options.pieceFrames);
  }

  /** Throws and rejects as `renderScene`. */
  async run(): Promise<RenderSummary> {
    const { output, frames, overwrite, signal } = this.#options;
    const begun = performance.now();
    if (signal.aborted) throw stopped();
    this.#checkAudio();
    makeFolderOf(output.kind === "movie" ? output.path : output.pattern);
    const settings = settingsOf(this.#options);
    using folder = new PiecesFolder({ output, frames, pieces: this.#pieces, settings, overwrite });
    const total = countOf(frames);
    const finished = await this.#wholeIn(folder);
    const left = this.#pieces.filter((piece) => !finished.includes(piece));
    const earlier = { frames: countAll(finished), pieces: finished.length };
    if (folder.isResumed) {
      this.#options.onMessage(`Going on with ${folder.path}: ${earlier.frames} of ${total} frames are there.`);
    }
    const meter = new RenderProgressMeter({ frames: total, pieces: this.#pieces.length }, earlier);
    if (left.length > 0) await this.#renderBySomeBackend(left, folder, meter);
    if (output.kind === "movie") await this.#join(output, folder, meter);
    folder.remove();
    const path = output.kind === "movie" ? output.path : output.pattern;
    const seconds = (performance.now() - begun) / 1000;
    return { output: path, frames: { total, rendered: countAll(left) }, seconds, renderer: this.#renderer };
  }

  #checkAudio(): void {
    const { audio } = this.#options;
    if (audio === null || statSync(audio.path, { throwIfNoEntry: false })?.isFile() === true) return;
    throw new StreamError("input-failed", `There is no file with sound at ${audio.path}.`);
  }

  /** The pieces that earlier runs finished; a power cut may have left files that are not whole. */
  async #wholeIn(folder: PiecesFolder): Promise<readonly FrameRange[]> {
    const { finished } = folder;
    if (this.#options.output.kind === "pictures" || finished.length === 0) return finished;
    const movies = finished.map((piece) => ({ path: folder.moviePath(piece), frames: countOf(piece) }));
    await using pool = this.#poolOf({});
    const answer = await pool.run({ kind: "check", movies }, { signal: this.#options.signal });
    const whole = answer.kind === "checked" ? answer.whole : [];
    return finished.filter((piece) => whole.includes(folder.moviePath(piece)));
  }

  async #renderBySomeBackend(
    pieces: readonly FrameRange[],
    folder: PiecesFolder,
    meter: RenderProgressMeter,
  ): Promise<void> {
    const tried: string[] = [];
    let last: unknown;
    for (const backend of glBackends()) {
      const opened = await backend.open();
      if (opened === null) continue;
      tried.push(backend.name);
      try {
        return await this.#render(pieces, folder, meter, opened);
      } catch (error) {
        if (!(error instanceof StreamError && error.code === "no-gl")) throw error;
        last = error;
      } finally {
        opened.close();
      }
    }
    throw noGl(tried, last);
  }

  async #render(
    pieces: readonly FrameRange[],
    folder: PiecesFolder,
    meter: RenderProgressMeter,
    { backend, env }: OpenedGlBackend,
  ): Promise<void> {
    const { signal, source, onProgress } = this.#options;
    const scene = sceneOf(this.#options, backend);
    await using pool = this.#poolOf(env);
    // The first that fails ends the others.
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const renderPiece = async (frames: FrameRange): Promise<void> => {
      const target = this.#targetOf(frames, folder);
      const begun = (): void => meter.note(frames.first, 0);
      const progressed = (progress: RenderProgress): void => {
        if (progress.kind === "printed") return this.#say(progress.text);
        meter.note(frames.first, progress.frames);
        onProgress(meter.report);
      };
      const task = { kind: "render", scene, frames, target, source } as const;
      const result = await pool.run(task, { signal: both, begun, progressed });
      if (result.kind !== "rendered") return;
      this.#renderer = result.renderer;
      folder.handleFinished(frames, result.files);
      meter.finish(frames.first, countOf(frames));
      onProgress(meter.report);
    };
    try {
      await Promise.all(pieces.map(renderPiece));
    } catch (error) {
      stop.abort();
      throw signal.aborted ? stopped() : error;
    }
  }

  async #join(
    { path, format }: Extract<ResolvedRender["output"], { readonly kind: "movie" }>,
    folder: PiecesFolder,
    meter: RenderProgressMeter,
  ): Promise<void> {
    const { fps, frames, times: ms, audio: sound, signal, onProgress } = this.#options;
    const pieces = this.#pieces.map((piece) => ({ path: folder.moviePath(piece), frames: countOf(piece) }));
    const begun = ms?.[frames.first] ?? 0;
    const times = ms?.slice(frames.first, frames.last + 2).map((time) => (time - begun) / 1000) ?? null;
    await using pool = this.#poolOf({});
    const progressed = (progress: RenderProgress): void => {
      if (progress.kind === "printed") return;
      meter.noteJoined(progress.frames);
      onProgress(meter.report);
    };
    try {
      await pool.run({ kind: "join", movie: { pieces, path, format, fps, times, sound } }, { signal, progressed });
    } catch (error) {
      throw signal.aborted ? stopped() : error;
    }
  }

  #targetOf(frames: FrameRange, folder: PiecesFolder): PieceTarget {
    const { output, coding } = this.#options;
    if (output.kind === "movie") return { kind: "movie", path: folder.moviePath(frames), coding };
    const { quality, lossless } = coding;
    return { kind: "pictures", pattern: output.pattern, format: output.format, quality, lossless };
  }

  #poolOf(env: Readonly<Record<string, string>>): Pool {
    const { workers, warmUp } = this.#options;
    return new PiecePool({
      module: pieceModule(),
      workers: Math.min(workers, this.#pieces.length),
      env,
      processes: warmUp === "all" ? "kept" : "fresh",
      lost: (sentence) => this.#options.onMessage(sentence),
      printed: (line) => this.#say(line),
    });
  }

  /** Each piece sets the scene up, and says the same. */
  #say(line: string): void {
    if (this.#said.has(line) || this.#said.size >= MAX_SAID) return;
    this.#said.add(line);
    this.#options.onMessage(line);
  }
}

/** Different lines that are passed on. */
const MAX_SAID = 200;

function sceneOf(options: ResolvedRender, backend: RendererInfo["backend"]): RenderedScene {
  const { sceneUrl, size, samples, panorama, seed, date, state, parameters, warmUp, fps, path, events, times } =
    options;
  const story = { fps, path, events, times };
  return { sceneUrl, size, samples, panorama, seed, date, state, parameters, backend, warmUp, story };
}

/** What the pictures follow from, by the names of options. */
function settingsOf(options: ResolvedRender): RenderSettings {
  const { sceneUrl, output, frames, fps, size, samples, panorama, pieceFrames, warmUp, state } = options;
  const { path, events, parameters, seed, date, coding } = options;
  const where = output.kind === "movie" ? output.path : output.pattern;
  const drawn = { scene: sceneUrl, frames, fps, size, samples, panorama, pieceFrames, warmUp, state, path, seed, date };
  const input = options.source === null ? null : marksOf(options.source.input);
  return { ...drawn, input, replay: digestOfText(JSON.stringify(events)), parameters, output: where, coding };
}

function stopped(): StreamError {
  return new StreamError("closed", "The render was stopped.");
}

function countAll(pieces: readonly FrameRange[]): number {
  return pieces.reduce((sum, piece) => sum + countOf(piece), 0);
}

function makeFolderOf(path: string): void {
  try {
    makeFolderSync(dirname(path));
  } catch (error) {
    throw diskWords(path, error);
  }
}
