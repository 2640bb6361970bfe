import { beforeEach, expect, it } from "vitest";
import type { Room } from "../../../server/room/room.ts";
import type { Rooms } from "../../../server/room/rooms.ts";
import { RoomMirrors } from "../../../server/room-mirrors.ts";
import { Emitter } from "../../../shared/emitter.ts";
import { StreamError } from "../../../shared/errors.ts";

type Events = Record<"mirrorAsked" | "mirrorRefused" | "statusChanged", never>;

/** A room that notes what is wanted of it and what it is told. */
class FakeRoom {
  readonly name: string;
  readonly wanted: unknown[] = [];
  readonly told: (string | null)[] = [];
  readonly emitter = new Emitter<Events>();
  readonly session: object;

  constructor(name: string) {
    this.name = name;
    this.session = {
      on: this.emitter.on.bind(this.emitter),
      status: { kind: "live" },
      mirrors: {
        want: (id: string, wish: unknown) => this.wanted.push([id, wish]),
        tell: (_id: string, trouble: string | null) => this.told.push(trouble),
      },
    };
  }
  emit(name: keyof Events, event: object): void {
    this.emitter.emit(name, event as never);
  }
}

class FakeRooms extends Emitter<{ opened: { room: Room }; closed: { room: Room } }> {
  readonly all = new Map<string, FakeRoom>();
  isFull = false;

  open(name: string): Room {
    if (this.isFull) throw new StreamError("too-many-rooms");
    const room = this.all.get(name) ?? new FakeRoom(name);
    if (!this.all.has(name)) this.emit("opened", { room: room as unknown as Room });
    this.all.set(name, room);
    return room as unknown as Room;
  }
}

const wish = { memory: { path: "/dev/shm/a", slotBytes: 4096 } };
let rooms: FakeRooms;
let studio: FakeRoom;
beforeEach(() => {
  rooms = new FakeRooms();
  const scenes = new Map([
    ["studio", new URL("studio:file:///a.json")],
    ["points", new URL("file:///points.ts")],
  ]);
  new RoomMirrors(rooms as unknown as Rooms, scenes);
  rooms.open("studio/");
  studio = rooms.all.get("studio/") as FakeRoom;
});
const ask = (room: string, wanted: object | null = wish): void =>
  studio.emit("mirrorAsked", { mirrorId: "1", room, wish: wanted });

it("a room that a studio asks for is opened, and given up when it does not any more (UX1)", () => {
  ask("points/");
  const points = rooms.all.get("points/");
  expect(points?.wanted).toEqual([["studio/ 1", wish]]);
  expect(studio.told).toEqual([null]);
  ask("points/", null);
  expect(points?.wanted.at(-1)).toEqual(["studio/ 1", null]);
});

it("a studio reads why there are no pictures, and is told when there are some", () => {
  ask("nowhere/");
  ask("studio/");
  rooms.isFull = true;
  ask("points/");
  expect(studio.told).toEqual([
    "There is no such scene on this server.",
    "A studio cannot show itself.",
    new StreamError("too-many-rooms").message,
  ]);
  rooms.isFull = false;
  ask("points/");
  const points = rooms.all.get("points/") as FakeRoom;
  points.emit("statusChanged", { status: { kind: "down" } });
  points.emit("statusChanged", { status: { kind: "live" } });
  rooms.emit("closed", { room: points as unknown as Room });
  expect(studio.told.slice(3)).toEqual([null, "The scene fell again and again.", null, "The room was closed."]);
});

it("a studio whose process fell, or that is gone, wants nothing any more (UX2)", () => {
  ask("points/");
  const points = rooms.all.get("points/");
  studio.emit("statusChanged", { status: { kind: "restarting" } });
  expect(points?.wanted.at(-1)).toEqual(["studio/ 1", null]);
  ask("points/");
  rooms.emit("closed", { room: studio as unknown as Room });
  expect(points?.wanted.slice(2)).toEqual([
    ["studio/ 1", wish],
    ["studio/ 1", null],
  ]);
});
