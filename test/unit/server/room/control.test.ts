/** Who steers a scene: server/room/control.ts. What hosts do is in control-hosts.test.ts, what always holds in control-invariants.test.ts. */

import { describe, expect, test } from "vitest";
import { Control } from "../../../../server/room/control.ts";
import { ControlRoom, IDLE_MS } from "./control-room.ts";

describe("CT1: everyone", () => {
  test("controllers and hosts steer, viewers and those without a way to send input do not", () => {
    const { control } = new ControlRoom("everyone", ["viewer", "controller", "host", "controller"]);
    control.join(5, "host", false);
    expect(control.controllers).toEqual([2, 3, 4]);
    expect(control.holder).toBeNull();
    expect([1, 2, 5, 99].map((person) => control.hasControl(person))).toEqual([false, true, false, false]);
  });

  test("locked, hosts alone steer, and asking is refused", () => {
    const room = new ControlRoom("everyone", ["host", "controller"]);
    room.ask(2);
    expect(room.do(1, { action: "lock", locked: true })).toBeNull();
    expect(room.control.controllers).toEqual([1]);
    expect(room.do(2, { action: "ask" })).toBe("not-allowed");
    room.ask(1);
    expect(room.control.isAsking(1)).toBe(false);
    room.do(1, { action: "lock", locked: false });
    expect(room.control.controllers).toEqual([1, 2]);
  });

  test("there is nothing to take, to give or to release", () => {
    const room = new ControlRoom("everyone", ["host", "controller"]);
    for (const request of [{ action: "take" }, { action: "grant", person: 2 }, { action: "release" }] as const) {
      expect(room.do(1, request)).toBe("not-allowed");
    }
    expect(room.control.holder).toBeNull();
  });
});

describe("CT3: joining", () => {
  test("the first eligible has control, and who comes later does not", () => {
    const room = new ControlRoom("one", ["viewer"]);
    room.control.join(2, "host", false);
    expect(room.control.holder).toBeNull();
    room.control.join(3, "controller", true);
    room.control.join(4, "host", true);
    expect(room.control.controllers).toEqual([3]);
  });

  test("a newcomer does not get free control while somebody else eligible is there", () => {
    const room = new ControlRoom("one", ["controller"]);
    room.do(1, { action: "release" });
    room.control.join(2, "host", true);
    expect(room.control.holder).toBeNull();
    room.control.leave(1);
    room.control.leave(2);
    room.control.join(3, "controller", true);
    expect(room.control.holder).toBe(3);
  });

  test("where hosts give it, the first host has it", () => {
    const room = new ControlRoom("host", ["controller", "controller"]);
    expect(room.control.holder).toBeNull();
    room.control.join(3, "host", true);
    room.control.join(4, "host", true);
    expect(room.control.holder).toBe(3);
    room.do(3, { action: "release" });
    room.control.join(5, "host", true);
    expect(room.control.holder).toBeNull();
  });

  test("nobody is there twice", () => {
    expect(() => new ControlRoom("one", ["host"]).control.join(1, "viewer", true)).toThrow(TypeError);
  });
});

describe("CT4: asking where control is passed on", () => {
  test("free control is granted at once", () => {
    const room = new ControlRoom("one", ["controller", "controller"]);
    room.do(1, { action: "release" });
    room.ask(2);
    expect(room.control.holder).toBe(2);
    expect(room.control.isWaiting).toBe(false);
  });

  test("the control of who is away is granted at once, and of who goes away later then", () => {
    const room = new ControlRoom("one", ["controller", "controller", "controller"]);
    room.control.setAway(1, true);
    expect(room.control.holder).toBe(1);
    room.ask(2);
    expect(room.control.holder).toBe(2);
    room.ask(3);
    expect(room.control.holder).toBe(2);
    room.control.setAway(2, true);
    expect(room.control.holder).toBe(3);
  });

  test("an idle holder loses it to who asks, at once or when it becomes idle", () => {
    const room = new ControlRoom("one", ["controller", "controller", "controller"]);
    room.time += IDLE_MS;
    room.control.check();
    expect(room.control.holder).toBe(1);
    room.ask(2);
    expect(room.control.holder).toBe(2);
    room.ask(3);
    expect(room.control.isWaiting).toBe(true);
    room.control.noteActive(2);
    room.time += IDLE_MS - 1;
    room.control.check();
    expect(room.control.holder).toBe(2);
    room.time += 1;
    room.control.check();
    expect(room.control.holder).toBe(3);
    expect(room.control.isWaiting).toBe(false);
  });

  test("first come, first served, those who are away last", () => {
    const room = new ControlRoom("one", ["controller", "controller", "controller", "controller"]);
    room.ask(4, 2, 3);
    room.control.setAway(4, true);
    room.do(1, { action: "release" });
    expect(room.control.holder).toBe(2);
    room.do(2, { action: "release" });
    room.do(3, { action: "release" });
    expect(room.control.holder).toBe(4);
  });

  test("nobody who is away takes it from an idle holder, but does on coming back", () => {
    const room = new ControlRoom("one", ["controller", "controller"]);
    room.ask(2);
    room.control.setAway(2, true);
    room.time += IDLE_MS;
    room.control.check();
    expect(room.control.holder).toBe(1);
    room.control.setAway(2, false);
    expect(room.control.holder).toBe(2);
  });

  test("asking twice, and asking as the holder, changes nothing; withdrawing ends it", () => {
    const room = new ControlRoom("one", ["controller", "controller"]);
    room.ask(1, 2, 2);
    expect(room.told).toEqual(["changed"]);
    expect(room.control.isAsking(1)).toBe(false);
    room.do(2, { action: "withdraw" });
    expect(room.control.isAsking(2)).toBe(false);
    room.do(1, { action: "release" });
    expect(room.control.holder).toBeNull();
  });

  test("neither a viewer nor who cannot steer may ask", () => {
    const room = new ControlRoom("one", ["controller", "viewer"]);
    room.control.join(3, "host", false);
    expect(room.do(2, { action: "ask" })).toBe("not-allowed");
    expect(room.do(3, { action: "ask" })).toBe("not-allowed");
    expect(room.do(99, { action: "ask" })).toBe("not-allowed");
  });
});

describe("CT5: asking where hosts give control", () => {
  test.each([
    ["mode host", "host"],
    ["mode one, locked", "one"],
  ] as const)("%s: it waits, however idle or away the holder", (_, mode) => {
    const room = new ControlRoom(mode, ["host", "controller"]);
    if (mode === "one") room.do(1, { action: "lock", locked: true });
    room.ask(2);
    room.control.setAway(1, true);
    room.time += 10 * IDLE_MS;
    room.control.check();
    expect(room.state).toMatchObject({ holder: 1, asking: [2], isWaiting: false });
    room.do(1, { action: "release" });
    room.control.check();
    expect(room.control.holder).toBeNull();
    room.do(1, { action: "grant", person: 2 });
    expect(room.state).toMatchObject({ holder: 2, asking: [] });
  });

  test("a host has free control by asking", () => {
    const room = new ControlRoom("host", ["host", "host"]);
    room.ask(2);
    expect(room.state).toMatchObject({ holder: 1, asking: [2] });
    room.do(2, { action: "withdraw" });
    room.do(1, { action: "release" });
    room.ask(2);
    expect(room.control.holder).toBe(2);
  });

  test("unlocking hands over to who waits for free control", () => {
    const room = new ControlRoom("one", ["host", "controller"]);
    room.do(1, { action: "lock", locked: true });
    room.ask(2);
    room.do(1, { action: "release" });
    expect(room.control.holder).toBeNull();
    room.do(1, { action: "lock", locked: false });
    expect(room.control.holder).toBe(2);
  });
});

test("CT6: a released control goes to the first who asked, else it is free; only the holder releases", () => {
  const room = new ControlRoom("one", ["controller", "controller", "controller"]);
  expect(room.do(2, { action: "release" })).toBe("no-control");
  room.ask(3, 2);
  room.do(1, { action: "release" });
  expect(room.control.holder).toBe(3);
  room.do(3, { action: "release" });
  room.do(2, { action: "release" });
  expect(room.state).toMatchObject({ holder: null, controllers: [], asking: [] });
});

describe("CT7: the holder leaves", () => {
  test("to the first who asked, else to the longest present who is not away, else to the longest present", () => {
    const room = new ControlRoom("one", ["host", "viewer", "controller", "controller", "controller"]);
    room.ask(5);
    room.control.leave(1);
    expect(room.control.holder).toBe(5);
    room.control.setAway(3, true);
    room.control.leave(5);
    expect(room.control.holder).toBe(4);
    room.control.leave(4);
    expect(room.control.holder).toBe(3);
    room.control.leave(3);
    expect(room.state).toMatchObject({ holder: null, controllers: [], asking: [] });
  });

  test("given by hosts, to the longest present host, else to nobody", () => {
    const room = new ControlRoom("host", ["controller", "host", "host", "controller"]);
    room.do(2, { action: "grant", person: 1 });
    room.ask(4);
    room.control.leave(1);
    expect(room.control.holder).toBe(2);
    room.control.leave(2);
    expect(room.control.holder).toBe(3);
    room.control.leave(3);
    expect(room.state).toMatchObject({ holder: null, asking: [4] });
  });

  test("who leaves and does not hold it takes its asking along", () => {
    const room = new ControlRoom("one", ["controller", "controller", "controller"]);
    room.ask(2, 3);
    room.control.leave(2);
    room.control.leave(77);
    room.do(1, { action: "release" });
    expect(room.control.holder).toBe(3);
  });
});

test("an idle time that is none is refused", () => {
  expect(() => new Control({ mode: "one", idleMs: Number.NaN, clock: () => 0 })).toThrow(TypeError);
});
