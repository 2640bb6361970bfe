/** Owns a test's room whose process it plays, and viewers whose connections keep what they are sent. */

import type { Seat, ViewerConnection } from "../../../../server/access/viewer-connection.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { MessageBudgets } from "../../../../server/room/message-budgets.ts";
import { Room } from "../../../../server/room/room.ts";
import type { StreamErrorCode } from "../../../../shared/errors.ts";
import type { ServerMessage } from "../../../../shared/signaling.ts";
import { now } from "../../../../shared/time.ts";
import { type FakeProcess, FakeProcesses } from "../../../support/fake-processes.ts";
import { fakeScene } from "../../../support/fake-scene.ts";

export class KeptConnection implements ViewerConnection {
  readonly messages: ServerMessage[] = [];
  readonly bytes: Uint8Array[] = [];
  ended: StreamErrorCode | null = null;
  seat: Seat | null = null;

  setSeat(seat: Seat): void {
    this.seat = seat;
  }
  sendMessage(message: ServerMessage): void {
    this.messages.push(message);
  }
  sendBytes(bytes: Uint8Array): void {
    this.bytes.push(bytes);
  }
  cut(): void {}
  end(code: StreamErrorCode): void {
    this.ended = code;
  }

  get kinds(): string[] {
    return this.messages.map(({ kind }) => kind);
  }
}

export type PlayedRoom = { readonly room: Room; readonly processes: FakeProcesses; readonly process: FakeProcess };

/** A room named "lab" with its first process, which has said nothing yet. The caller closes it. */
export async function playedRoom(scene: string | URL = fakeScene()): Promise<PlayedRoom> {
  const { sceneUrl, render, encode, quality, ice, control } = resolveOptions({ scene });
  const kept = { watch: false, iceHost: null, ice, presence: true };
  const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
  const processes = new FakeProcesses();
  const room = new Room({
    name: "lab",
    title: "file",
    control,
    hasLinks: false,
    budgets: new MessageBudgets(now),
    iceServers: () => [],
    config,
    processes,
  });
  return { room, processes, process: await processes.nth(1) };
}

/** Lets somebody into the room. */
export function enter(room: Room, viewerId: string): KeptConnection {
  const connection = new KeptConnection();
  const identity = { role: "host", room: null, expiresAt: null, linkId: null, name: null } as const;
  const admission = { identity, room: "lab", address: "127.0.0.1" };
  room.enter({ viewerId, way: "page", connection, admission, name: null });
  return connection;
}
