/** Owns what the log says of OpenGL's errors, in the scene's process: the first of each name. */

export class GlErrorLog {
  readonly #warn: (text: string) => void;
  readonly #logged = new Set<string>();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  note(name: string): void {
    if (this.#logged.has(name)) return;
    this.#logged.add(name);
    this.#warn(
      `OpenGL reported ${name} while the scene was being drawn. From now on this error is only counted, in /metrics.`,
    );
  }
}
