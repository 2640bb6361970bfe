/** Owns what a room sends on to servers of others, in the main process. */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { HlsFolder } from "../hls/hls-folder.ts";
import { outputAddress } from "../options/output-options.ts";
import type { SessionOutputs } from "../session/session-outputs.ts";
import { FOLDER_ADDRESS, FolderOutput } from "./folder-output.ts";
import type { OutputEvents, OutputInfo } from "./output-info.ts";
import { StreamedOutput } from "./streamed-output.ts";

/** They share an encoder, but each is sent by itself. */
const MAX_OUTPUTS = 8;

export type RoomOutputsEvents = {
  /** One began, is sending, lost its server, ended or failed. */
  readonly changed: { readonly info: OutputInfo };
} & Pick<OutputEvents, "attemptsFailed">;

type Kept = { readonly output: StreamedOutput | FolderOutput; handle: { end(): void } | null };

export class RoomOutputs extends Emitter<RoomOutputsEvents> {
  readonly #outputs: Pick<SessionOutputs, "want">;
  readonly #openFolder: (() => HlsFolder) | null;
  readonly #kept = new Map<string, Kept>();
  #count = 0;

  /** `openFolder` begins to write the stream into the folder that there is for it; null where there is none. */
  constructor(outputs: Pick<SessionOutputs, "want">, openFolder: (() => HlsFolder) | null = null) {
    super();
    this.#outputs = outputs;
    this.#openFolder = openFolder;
  }

  /** Those that run, and those that failed and were not ended since, the oldest first. */
  get infos(): readonly OutputInfo[] {
    return [...this.#kept.values()].map(({ output }) => output.info);
  }

  /** Begins one. Throws `TypeError` naming the rule of addresses, and `StreamError` "too-fast" where there are too many. */
  start(address: unknown): OutputInfo {
    const openFolder = address === FOLDER_ADDRESS ? this.#openFolder : null;
    const checked = openFolder === null ? outputAddress("address", address) : FOLDER_ADDRESS;
    if (openFolder !== null && this.infos.some((info) => info.address === FOLDER_ADDRESS)) {
      throw new StreamError("not-allowed", "The folder is being written already.");
    }
    if (this.#kept.size >= MAX_OUTPUTS) {
      throw new StreamError("too-fast", `A room is sent on to at most ${MAX_OUTPUTS} addresses at once.`);
    }
    this.#count += 1;
    const id = String(this.#count);
    if (openFolder !== null) {
      const folder = new FolderOutput(id, openFolder());
      return this.#keep(id, folder, () => folder);
    }
    const output = new StreamedOutput(id, checked);
    return this.#keep(id, output, () => this.#outputs.want(output));
  }

  /** Ends what is of this machine, with the server. */
  async close(): Promise<void> {
    const folders = [...this.#kept.values()]
      .map(({ output }) => output)
      .filter((output) => output instanceof FolderOutput);
    await Promise.all(folders.map((output) => output.close()));
  }

  /** Ends one, or forgets one that failed. False where there is none of this name. */
  end(id: string): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    this.#kept.delete(id);
    kept.handle?.end();
    return true;
  }

  #keep(id: string, output: StreamedOutput | FolderOutput, begin: () => Kept["handle"]): OutputInfo {
    const kept: Kept = { output, handle: null };
    // Before it begins, as it may be over at once.
    this.#kept.set(id, kept);
    output.on("attemptsFailed", (event) => this.emit("attemptsFailed", event));
    output.on("changed", () => this.#handleChange(id, output));
    this.emit("changed", { info: output.info });
    kept.handle = begin();
    return output.info;
  }

  #handleChange(id: string, output: StreamedOutput | FolderOutput): void {
    const { info } = output;
    if (info.state === "ended") this.#kept.delete(id);
    this.emit("changed", { info });
  }
}
