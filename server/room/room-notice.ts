/** Owns what everybody is told of the troubles of a room's scene, in the main process: one sentence, told when it changes. */

import type { SceneAnnouncer } from "./scene-announcer.ts";

export type RoomNoticeOptions = {
  readonly announcer: Pick<SceneAnnouncer, "isHanging" | "setNotice">;
  /** What is to be said of the program that makes the pictures; null where there is nothing, or no program. */
  readonly sourceNotice: () => string | null;
  /** It is another one than before. */
  readonly changed: (text: string | null) => void;
};

export class RoomNotice {
  readonly #options: RoomNoticeOptions;
  #scene: string | null = null;
  #hang: string | null = null;

  constructor(options: RoomNoticeOptions) {
    this.#options = options;
  }

  /** What the scene says of itself. */
  setScene(text: string | null): void {
    this.#scene = text;
    this.update();
  }

  /** That the scene does not answer; null: it does again. */
  setHang(text: string | null): void {
    this.#options.announcer.isHanging = text !== null;
    this.#hang = text;
    this.update();
  }

  /** What is said of the program may be something else. */
  update(): void {
    const { announcer, sourceNotice, changed } = this.#options;
    // A scene that hangs has nothing else to say.
    const text = this.#hang ?? this.#scene ?? sourceNotice();
    if (announcer.setNotice(text)) changed(text);
  }
}
