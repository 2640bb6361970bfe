/** Owns the stream of a room in a folder (hls-folder.ts) as one of its outputs, which hosts end and begin again. In the main process. */

import { Emitter } from "../../shared/emitter.ts";
import type { HlsFolder } from "../hls/hls-folder.ts";
import type { OutputEvents, OutputInfo } from "./output-info.ts";

/** What stands for its address; where the folder is, who runs the server said. */
export const FOLDER_ADDRESS = "hls-dir";

export class FolderOutput extends Emitter<OutputEvents> {
  readonly #id: string;
  readonly #folder: HlsFolder;
  readonly #startedAt = new Date();

  constructor(id: string, folder: HlsFolder) {
    super();
    this.#id = id;
    this.#folder = folder;
    folder.on("changed", () => {
      if (folder.figures.error !== null) this.emit("attemptsFailed", { times: 1 });
      this.emit("changed", {});
    });
  }

  get info(): OutputInfo {
    const { state, bytes, seconds, error } = this.#folder.figures;
    return {
      id: this.#id,
      address: FOLDER_ADDRESS,
      state,
      startedAt: this.#startedAt,
      bytes,
      seconds,
      connections: 0,
      error,
    };
  }

  /** Ends it: its playlists say that nothing follows. */
  end(): void {
    void this.#folder.end(true);
  }

  /** Ends it with the server: the next one may go on. */
  async close(): Promise<void> {
    await this.#folder.end(false);
  }
}
