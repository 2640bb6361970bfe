/** Owns telling of a title that the scene changes while it runs: at most twice a second, the last one in any case. In the render thread. */

import { SceneScope } from "./scene-scope.ts";

const PACE_MS = 500;

export class SceneTitle {
  readonly #read: () => string;
  readonly #told: (title: string) => void;
  #last = "";
  #timer: NodeJS.Timeout | null = null;

  /** `read` gives the title of the scene that is shown. */
  constructor(read: () => string, told: (title: string) => void) {
    this.#read = read;
    this.#told = told;
  }

  /** Another scene is shown, whose title is told otherwise. */
  begin(): void {
    this.#last = this.#read();
  }

  handleChange(): void {
    if (this.#timer === null) this.#tell();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = null;
    const title = this.#read();
    if (title === this.#last) return;
    this.#last = title;
    this.#told(title);
    this.#timer = SceneScope.outside(() => setTimeout(() => this.#tell(), PACE_MS).unref());
  }
}
