/** Owns what stands for a source that could not be begun. In the render thread of a studio. */

import type { ViewSource } from "./view-source.ts";

export class LostSource implements ViewSource {
  readonly trouble: string;

  constructor(trouble: string) {
    this.trouble = trouble;
  }

  take(): null {
    return null;
  }

  show(): void {}

  setWatched(): void {}

  close(): void {}
}
