/**
 * Owns showing frames of a movie by a texture of three, in the thread of the scene. Nothing of three is imported: the texture is the
 * scene's own.
 */

import type { PictureSize } from "../../shared/video.ts";
import type { Movie } from "./movie.ts";

/** What of three's `DataTexture` is set. */
export type MovieTextureTarget = {
  image: unknown;
  flipY: boolean;
  colorSpace: string;
  needsUpdate: boolean;
};

/** Shows frames of a movie by a texture. */
export class MovieTexture {
  readonly movie: Movie;
  readonly #texture: MovieTextureTarget;
  readonly #size: PictureSize | undefined;
  #wanted = -1;
  #shown = -1;
  #showing: Promise<boolean> | null = null;

  /**
   * Of a movie that is open, by a `DataTexture` that was made for nothing else, with frames of the movie's size or of `size`. Sets the
   * colour space of the texture, and that its first row is the top one.
   */
  constructor(movie: Movie, texture: MovieTextureTarget, size?: PictureSize) {
    this.movie = movie;
    this.#texture = texture;
    this.#size = size;
    texture.flipY = true;
    texture.colorSpace = "srgb";
  }

  /** The number of the frame that is shown; -1 for none. */
  get shown(): number {
    return this.#shown;
  }

  /**
   * Shows a frame. Resolves when it is there, with whether the texture is another one than before. Of what is asked for while one is
   * decoded the newest is shown. Rejects as `Movie.frame`.
   */
  show(frame: number): Promise<boolean> {
    this.#wanted = frame;
    this.#showing ??= this.#showNewest().finally(() => {
      this.#showing = null;
    });
    return this.#showing;
  }

  /** Shows the frame of a time in seconds. `isLooped` begins again after the end, else the last one stays. Default false. */
  showAt(seconds: number, isLooped: boolean = false): Promise<boolean> {
    const { movie } = this;
    const time = isLooped && movie.seconds > 0 ? seconds % movie.seconds : seconds;
    return this.show(movie.frameAt(movie.secondsOf(0) + time));
  }

  async #showNewest(): Promise<boolean> {
    const before = this.#shown;
    while (this.#shown !== this.#wanted) {
      const options = this.#size === undefined ? {} : { size: this.#size };
      const { frame, width, height, pixels } = await this.movie.frame(this.#wanted, options);
      this.#texture.image = { data: pixels, width, height };
      this.#texture.needsUpdate = true;
      this.#shown = frame;
    }
    return this.#shown !== before;
  }
}
