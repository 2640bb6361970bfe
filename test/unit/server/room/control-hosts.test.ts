/** What a holder and hosts may do about control, and how often anybody: server/room/control.ts. */

import { describe, expect, test } from "vitest";
import type { ControlRequest } from "../../../../shared/people.ts";
import { ControlRoom } from "./control-room.ts";

describe("CT8: granting and refusing", () => {
  test("the holder gives control to somebody who need not have asked; who else waits goes on waiting", () => {
    const room = new ControlRoom("one", ["controller", "controller", "controller"]);
    room.ask(2);
    expect(room.do(1, { action: "grant", person: 3 })).toBeNull();
    expect(room.state).toMatchObject({ holder: 3, asking: [2] });
    expect(room.do(1, { action: "grant", person: 1 })).toBe("no-control");
    expect(room.control.holder).toBe(3);
  });

  test("a host who does not hold it grants and refuses too", () => {
    const room = new ControlRoom("one", ["controller", "host", "controller"]);
    room.ask(3);
    expect(room.do(2, { action: "grant", person: 3 })).toBeNull();
    expect(room.control.holder).toBe(3);
    room.ask(1);
    expect(room.do(2, { action: "refuse", person: 1 })).toBeNull();
    expect(room.control.isAsking(1)).toBe(false);
  });

  test("control goes to nobody who only watches, cannot steer or is not there", () => {
    const room = new ControlRoom("one", ["controller", "viewer"]);
    room.control.join(3, "controller", false);
    for (const person of [2, 3, 99]) expect(room.do(1, { action: "grant", person })).toBe("not-allowed");
    expect(room.control.holder).toBe(1);
  });

  test("given by hosts, a holder who is none grants and refuses nothing", () => {
    const room = new ControlRoom("host", ["host", "controller", "controller"]);
    room.do(1, { action: "grant", person: 2 });
    room.ask(3);
    expect(room.do(2, { action: "grant", person: 3 })).toBe("not-allowed");
    expect(room.do(2, { action: "refuse", person: 3 })).toBe("not-allowed");
    expect(room.do(2, { action: "release" })).toBeNull();
    expect(room.state).toMatchObject({ holder: null, asking: [3] });
  });

  test("who was refused is told, and may ask again after ten seconds", () => {
    const room = new ControlRoom("one", ["controller", "controller"]);
    room.ask(2);
    room.told.length = 0;
    room.do(1, { action: "refuse", person: 2 });
    room.do(1, { action: "refuse", person: 2 });
    expect(room.told).toEqual(["changed", "refused 2"]);
    room.time += 7_000;
    expect(room.do(2, { action: "ask" })).toBe("too-fast");
    expect(room.control.isAsking(2)).toBe(false);
    room.ask(2);
    expect(room.control.isAsking(2)).toBe(true);
  });
});

describe("CT9: what only hosts do", () => {
  test.each(["controller", "viewer"] as const)("a %s is refused", (role) => {
    const room = new ControlRoom("one", ["host", role, "controller"]);
    const before = room.state;
    const requests: readonly ControlRequest[] = [
      { action: "take" },
      { action: "kick", person: 3 },
      { action: "lock", locked: true },
      { action: "mode", mode: "everyone" },
    ];
    for (const request of requests) expect(room.do(2, request)).toBe("not-allowed");
    expect(room.state).toEqual(before);
    expect(room.told).toEqual([]);
  });

  test("a host takes control, also where it asked", () => {
    const room = new ControlRoom("one", ["controller", "host"]);
    room.ask(2);
    expect(room.do(2, { action: "take" })).toBeNull();
    expect(room.state).toMatchObject({ holder: 2, asking: [] });
    room.control.join(3, "host", false);
    expect(room.do(3, { action: "take" })).toBe("not-allowed");
  });

  test("a host sends others out, not itself, and the owner is told to cut them off", () => {
    const room = new ControlRoom("one", ["host", "controller", "viewer"]);
    expect(room.do(1, { action: "kick", person: 1 })).toBe("not-allowed");
    expect(room.do(1, { action: "kick", person: 9 })).toBe("not-allowed");
    room.control.on("kicked", ({ person }) => room.control.leave(person));
    expect(room.do(1, { action: "kick", person: 2 })).toBeNull();
    expect(room.do(1, { action: "kick", person: 3 })).toBeNull();
    expect(room.told).toEqual(["kicked 2", "kicked 3"]);
    expect(room.do(2, { action: "ask" })).toBe("not-allowed");
  });
});

describe("CT10: changing the mode", () => {
  test("from everyone, the host who changed it has control", () => {
    const room = new ControlRoom("everyone", ["controller", "host", "host"]);
    room.do(3, { action: "mode", mode: "one" });
    expect(room.state).toMatchObject({ mode: "one", holder: 3, controllers: [3] });
  });

  test("a host who cannot steer leaves it to the longest present", () => {
    for (const [mode, holder] of [
      ["one", 1],
      ["host", 2],
    ] as const) {
      const room = new ControlRoom("everyone", ["controller", "host"]);
      room.control.join(3, "host", false);
      room.do(3, { action: "mode", mode });
      expect(room.control.holder).toBe(holder);
    }
  });

  test("between one and host, the holder and who asks stay; to everyone, neither is left", () => {
    const room = new ControlRoom("one", ["controller", "host", "controller"]);
    room.ask(3);
    room.do(2, { action: "mode", mode: "host" });
    expect(room.state).toMatchObject({ holder: 1, asking: [3] });
    room.do(2, { action: "mode", mode: "host" });
    room.do(1, { action: "release" });
    room.do(2, { action: "mode", mode: "one" });
    expect(room.state).toMatchObject({ holder: 3, asking: [] });
    room.ask(1);
    room.do(2, { action: "mode", mode: "everyone" });
    expect(room.state).toMatchObject({ holder: null, controllers: [1, 2, 3], asking: [] });
  });

  test("what is said again changes nothing and is not told", () => {
    const room = new ControlRoom("one", ["host"]);
    room.do(1, { action: "mode", mode: "one" });
    room.do(1, { action: "lock", locked: false });
    room.control.check();
    expect(room.told).toEqual([]);
  });
});

test("CT11: ten requests at once, then five a second, for each person", () => {
  const room = new ControlRoom("one", ["controller", "controller"]);
  const tries = (person: number): number => {
    let passed = 0;
    for (let i = 0; i < 50; i += 1) {
      try {
        room.control.request(person, { action: i % 2 === 0 ? "ask" : "withdraw" });
        passed += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: "too-fast" });
      }
    }
    return passed;
  };
  expect(tries(2)).toBe(10);
  expect(tries(1)).toBe(10);
  room.time += 1_000;
  expect(tries(2)).toBe(5);
});
