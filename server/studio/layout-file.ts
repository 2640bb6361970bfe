/**
 * Owns the file of a layout: reads it, notices when somebody saves it, and writes what hosts arrange. In the render thread of a studio.
 *
 * UF1 A file that cannot be read, or is no layout, changes nothing: it is told, and the layout of before stays.
 * UF2 It is written whole or not at all, with the rights that it had, and in it only what was arranged changes.
 * UF3 What somebody saves in an editor wins over what is arranged at the same time.
 */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ItemChange } from "../../shared/arrangement.ts";
import { FileWatch } from "../platform/file-watch.ts";
import { replaceFile } from "../platform/private-file.ts";
import { type Layout, parseLayout } from "./layout.ts";

const WRITE_MS = 300;
const MAX_BYTES: number = 1024 * 1024;

export type LayoutFileOptions = {
  readonly path: string;
  /** Somebody saved another layout. */
  readonly changed: (layout: Layout) => void;
  /** What is wrong with the file, in a sentence; null: nothing any more. */
  readonly told: (trouble: string | null) => void;
};

export class LayoutFile {
  readonly #options: LayoutFileOptions;
  readonly #path: string;
  readonly #watch: FileWatch;
  /** What is in the file as far as we know, and what is to be there. */
  #saved: string;
  #text: string;
  #layout: Layout;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** Reads the file. Throws `TypeError` naming the field and its rule, or what the file system says. */
  constructor(options: LayoutFileOptions) {
    this.#options = options;
    // An editor of a link writes what it leads to.
    this.#path = realpathSync(options.path);
    this.#saved = this.#read();
    this.#text = this.#saved;
    this.#layout = this.#parse(this.#text);
    this.#watch = new FileWatch(() => this.#handleSave(), options.told);
    this.#watch.follow([this.#path]);
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Takes what a host arranged, and writes it soon. Throws `TypeError` where it cannot be; then nothing has changed. */
  change(changes: readonly ItemChange[]): Layout {
    const text = arranged(this.#text, this.#layout, changes);
    this.#layout = this.#parse(text);
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), WRITE_MS);
    return this.#layout;
  }

  /** Writes what is not written yet. */
  close(): void {
    clearTimeout(this.#timer);
    this.#watch.close();
    this.#write();
  }

  /** UF1, UF3 */
  #handleSave(): void {
    try {
      const text = this.#read();
      // Our own, which newer changes may have followed.
      if (text === this.#saved) return this.#tell(null);
      this.#layout = this.#parse(text);
      this.#saved = text;
      this.#text = text;
      clearTimeout(this.#timer);
      this.#tell(null);
      this.#options.changed(this.#layout);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(`${basename(this.#path)} was not taken: ${reason}`);
    }
  }

  /** UF2 */
  #write(): void {
    if (this.#text === this.#saved) return;
    // UF3: it may have been saved a moment ago, which is not noticed yet.
    if (!this.#isAsSaved) return this.#handleSave();
    try {
      replaceFile(this.#path, this.#text, statSync(this.#path).mode & 0o777);
      this.#saved = this.#text;
    } catch (error) {
      const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
      this.#tell(`${basename(this.#path)} could not be written (${code}).`);
    }
  }

  /** Whether nobody else wrote it; one that cannot be read is as well as not there. */
  get #isAsSaved(): boolean {
    try {
      return this.#read() === this.#saved;
    } catch {
      return true;
    }
  }

  #tell(trouble: string | null): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.told(trouble);
  }

  #read(): string {
    const info = statSync(this.#path);
    // A pipe or a device would be read for ever, and nothing drawn meanwhile.
    if (!info.isFile()) throw new TypeError("layout must be a plain file.");
    if (info.size > MAX_BYTES) throw new TypeError(`layout must have at most ${MAX_BYTES} bytes.`);
    return readFileSync(this.#path, "utf8");
  }

  #parse(text: string): Layout {
    return parseLayout(text, dirname(this.#path));
  }
}

type Written = Record<string, unknown>;

/** The same text with other places in it. */
function arranged(text: string, layout: Layout, changes: readonly ItemChange[]): string {
  const written = JSON.parse(text) as { items: Written[] };
  const names = layout.items.map(({ name }) => name);
  for (const { name, order, ...change } of changes) {
    const at = names.indexOf(name);
    const item = written.items[at];
    if (item === undefined) throw new TypeError(`There is no item "${name}".`);
    Object.assign(item, change);
    if (order === undefined) continue;
    written.items.splice(at, 1);
    written.items.splice(order, 0, item);
    names.splice(at, 1);
    names.splice(order, 0, name);
  }
  return `${JSON.stringify(written, null, 2)}\n`;
}
