/** Owns what all rooms of a server send on to servers of others. In the main process. */

import { Emitter } from "../../shared/emitter.ts";
import type { HlsFolder } from "../hls/hls-folder.ts";
import type { Session } from "../session/session.ts";
import type { OutputEvents, OutputInfo } from "./output-info.ts";
import { RoomOutputs } from "./room-outputs.ts";

export type OutputsEvents = {
  /** As RoomOutputs tells it. */
  readonly changed: { readonly room: string; readonly info: OutputInfo };
} & Pick<OutputEvents, "attemptsFailed">;

export class Outputs extends Emitter<OutputsEvents> {
  readonly #rooms = new Map<string, RoomOutputs>();

  /** A room was opened; `openFolder` as in RoomOutputs. */
  follow(
    { name, session }: { readonly name: string; readonly session: Pick<Session, "outputs"> },
    openFolder: (() => HlsFolder) | null = null,
  ): void {
    const outputs = new RoomOutputs(session.outputs, openFolder);
    this.#rooms.set(name, outputs);
    outputs.on("attemptsFailed", (event) => this.emit("attemptsFailed", event));
    outputs.on("changed", ({ info }) => this.emit("changed", { room: name, info }));
  }

  /** A room is no more. */
  forget(name: string): void {
    this.#rooms.delete(name);
  }

  /** Null where there is no such room now. */
  of(name: string): RoomOutputs | null {
    return this.#rooms.get(name) ?? null;
  }

  /** Ends what is of this machine. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((room) => room.close()));
  }

  get all(): readonly RoomOutputs[] {
    return [...this.#rooms.values()];
  }
}
