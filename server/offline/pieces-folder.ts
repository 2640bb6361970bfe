/**
 * Owns the folder of finished pieces beside a render's output, which is there until the output is whole. In the process that renders.
 *
 * OF1 One process at a time: the folder holds the number of the one that renders, and another takes over only when that is gone.
 * OF2 Pieces of other settings, or of a scene that was changed meanwhile, are never joined with new ones.
 * OF3 What was not made here is neither overwritten nor removed, unless that was asked for.
 */

import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import { diskWords } from "../platform/disk-words.ts";
import { isRunning } from "../platform/is-running.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import { textIn, writeSmallFile } from "../platform/small-file.ts";
import { digestsOf } from "./file-digests.ts";
import type { FrameRange } from "./frame-range.ts";
import { picturePath, piecesFolderOf, type RenderOutput } from "./render-output.ts";

/** What pictures follow from, by the names of options; each compared as JSON. */
export type RenderSettings = Readonly<Record<string, unknown>>;

type Note = {
  readonly settings: RenderSettings;
  /** Whether what was there before may be overwritten: it was asked for when the render was begun. */
  readonly overwrite: boolean;
  /** The files of the scene, with their digests. */
  readonly files: Readonly<Record<string, string>>;
};

export type PiecesFolderOptions = {
  readonly output: RenderOutput;
  readonly frames: FrameRange;
  readonly pieces: readonly FrameRange[];
  readonly settings: RenderSettings;
  readonly overwrite: boolean;
};

export class PiecesFolder {
  readonly path: string;
  /** Whether it goes on from an earlier run. */
  readonly isResumed: boolean;
  readonly #options: PiecesFolderOptions;
  #note: Note;

  /** Takes the folder, and makes it where there is none. Throws `StreamError` "output-failed". */
  constructor(options: PiecesFolderOptions) {
    this.#options = options;
    this.path = piecesFolderOf(options.output);
    const known = this.#readNote();
    if (known === null) this.#checkForeign();
    const overwrite = options.overwrite || known?.overwrite === true;
    const goesOn = known !== null && !options.overwrite;
    if (goesOn) this.#checkSame(known);
    else if (!overwrite) this.#checkFree();
    this.isResumed = goesOn;
    this.#note = goesOn ? known : { settings: options.settings, overwrite, files: {} };
    this.#open(goesOn);
  }

  /** Where a piece of a movie stands when it is whole. */
  moviePath({ first }: FrameRange): string {
    return join(this.path, `piece-${String(first).padStart(8, "0")}.mkv`);
  }

  /** The pieces that are there; those of movies are still to be looked into. */
  get finished(): readonly FrameRange[] {
    const { output, pieces } = this.#options;
    return pieces.filter((piece) => {
      if (output.kind === "movie") return isFilled(this.moviePath(piece));
      if (!existsSync(this.#markPath(piece))) return false;
      for (let frame = piece.first; frame <= piece.last; frame += 1) {
        if (!isFilled(picturePath(output.pattern, frame))) return false;
      }
      return true;
    });
  }

  /** A piece is whole, drawn from these files. Throws `StreamError` "scene-failed" where they are not those of earlier pieces (OF2). */
  handleFinished(piece: FrameRange, files: Readonly<Record<string, string>>): void {
    const changed = Object.keys(files).find((path) => (this.#note.files[path] ?? files[path]) !== files[path]);
    if (changed !== undefined) throw new StreamError("scene-failed", `${changed} was changed while it was rendered.`);
    try {
      if (this.#options.output.kind === "pictures") writeFileSync(this.#markPath(piece), "");
      if (Object.keys(files).every((path) => path in this.#note.files)) return;
      this.#note = { ...this.#note, files: { ...this.#note.files, ...files } };
      this.#writeNote();
    } catch (error) {
      throw diskWords(this.path, error);
    }
  }

  /** The output is whole: nothing here is needed any more. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Lets another process have it. What is finished stays, what killed processes left half done goes. Idempotent. */
  close(): void {
    if (textIn(this.#lockPath) !== String(process.pid)) return;
    const halves = readdirSync(this.path).filter((name) => name.endsWith(".part"));
    for (const name of halves) rmSync(join(this.path, name), { force: true });
    rmSync(this.#lockPath, { force: true });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #lockPath(): string {
    return join(this.path, "process");
  }

  get #notePath(): string {
    return join(this.path, "render.json");
  }

  #markPath({ first }: FrameRange): string {
    return join(this.path, `piece-${String(first).padStart(8, "0")}.done`);
  }

  #open(goesOn: boolean): void {
    this.#checkUnused();
    try {
      if (!goesOn) this.remove();
      makeFolderSync(this.path);
      writeFileSync(this.#lockPath, String(process.pid));
      if (!goesOn) this.#writeNote();
    } catch (error) {
      throw diskWords(this.path, error);
    }
  }

  /** OF1 */
  #checkUnused(): void {
    const pid = Number(textIn(this.#lockPath) ?? 0);
    if (pid === 0 || pid === process.pid || !isRunning(pid)) return;
    throw new StreamError("output-failed", `The process ${pid} renders into ${this.path} at this moment.`);
  }

  /** OF2 */
  #checkSame(known: Note): void {
    const { settings } = this.#options;
    const other = Object.keys({ ...settings, ...known.settings }).filter(
      (name) => JSON.stringify(settings[name]) !== JSON.stringify(known.settings[name]),
    );
    const anew = "Render with `overwrite` to begin anew.";
    if (other.length > 0) {
      const names = other.join(", ");
      const sentence = `${this.path} holds pieces that were rendered with another setting of ${names}. ${anew}`;
      throw new StreamError("output-failed", sentence);
    }
    const files = digestsOf(Object.keys(known.files));
    const changed = Object.keys(files).find((path) => files[path] !== known.files[path]);
    if (changed === undefined) return;
    const sentence = `${this.path} holds pieces that were rendered before ${changed} was changed. ${anew}`;
    throw new StreamError("output-failed", sentence);
  }

  /** OF3. One that was killed at once left next to nothing. */
  #checkForeign(): void {
    if (!existsSync(this.path)) return;
    const isOurs = statSync(this.path).isDirectory() && readdirSync(this.path).every((name) => ownNames.has(name));
    if (isOurs) return;
    throw new StreamError("output-failed", `${this.path} is there already and holds no pieces of a render.`);
  }

  /** OF3 */
  #checkFree(): void {
    const { output, frames } = this.#options;
    const paths: string[] = [];
    if (output.kind === "movie") paths.push(output.path);
    else for (let { first } = frames; first <= frames.last; first += 1) paths.push(picturePath(output.pattern, first));
    const taken = paths.filter((path) => existsSync(path));
    const [one, ...more] = taken;
    if (one === undefined) return;
    const what = more.length === 0 ? `${one} is there already.` : `${one} and ${more.length} more are there already.`;
    throw new StreamError("output-failed", `${what} Render with \`overwrite\` to replace what is there.`);
  }

  #readNote(): Note | null {
    const text = textIn(this.#notePath);
    if (text === null) return null;
    try {
      const note = JSON.parse(text) as Partial<Note>;
      if (typeof note.settings !== "object" || typeof note.files !== "object") return null;
      return { settings: note.settings, files: note.files, overwrite: note.overwrite === true };
    } catch {
      return null;
    }
  }

  #writeNote(): void {
    writeSmallFile(this.#notePath, `${JSON.stringify(this.#note, null, 2)}\n`);
  }
}

const ownNames: ReadonlySet<string> = new Set(["process", "render.json.part"]);

function isFilled(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
