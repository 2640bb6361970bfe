/** Owns a source that is text: drawn here whenever it says something else. In the render thread of a studio. */

import type { PictureShowing } from "../../shared/picture-cut.ts";
import type { TextSource } from "./layout-text.ts";
import { drawText, wordsOf } from "./text-picture.ts";
import type { SourcePicture, ViewSource } from "./view-source.ts";

export class TextView implements ViewSource {
  readonly trouble = null;
  readonly #source: TextSource;
  readonly #wordsAt: (at: number) => string;
  #showing: PictureShowing;
  #words: string | null = null;
  #picture: SourcePicture | null = null;

  constructor(source: TextSource, showing: PictureShowing) {
    this.#source = source;
    this.#wordsAt = wordsOf(source);
    this.#showing = showing;
  }

  take(at: number): SourcePicture | null {
    const words = this.#wordsAt(at);
    if (words !== this.#words) {
      this.#words = words;
      this.#picture = { ...drawText(words, this.#source, this.#showing), hasAlpha: true };
    }
    return this.#picture;
  }

  show(showing: PictureShowing): void {
    this.#showing = showing;
    this.#words = null;
  }

  setWatched(): void {}

  close(): void {}
}
