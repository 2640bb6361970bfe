import { expect, test } from "vitest";
import { Heartbeat } from "../../../../server/pipeline/heartbeat.ts";
import { allocatePulse, PulseReader, PulseWriter } from "../../../../server/render/render-pulse.ts";
import type { ScenePulse } from "../../../../server/session/session-protocol.ts";

function begin(pulse: () => PulseReader | null): { heartbeat: Heartbeat; sent: ScenePulse[]; asked: () => number } {
  const sent: ScenePulse[] = [];
  let asked = 0;
  const locate = async (): Promise<string> => {
    asked += 1;
    return "scene.ts:1:1";
  };
  const heartbeat = new Heartbeat({ pulse, send: (message) => sent.push(message), locate });
  // The test looks in its place.
  heartbeat.close();
  return { heartbeat, sent, asked: () => asked };
}

test("before there is a render thread the process says that it lives, and that a scene is on its way", () => {
  const { heartbeat, sent } = begin(() => null);
  for (let look = 0; look < 8; look += 1) heartbeat.look();
  expect(sent).toHaveLength(4);
  expect(new Set(sent.map(({ silentMs, isStarting }) => `${silentMs} ${isStarting}`))).toEqual(new Set(["0 true"]));
});

test("HB1: silence is counted in looks, with the place in the source, and is over with the next beat", async () => {
  const memory = allocatePulse();
  const slots = new Int32Array(memory);
  const reader = new PulseReader(memory);
  const { heartbeat, sent, asked } = begin(() => reader);
  for (let look = 0; look < 6; look += 1) {
    Atomics.add(slots, 0, 1);
    heartbeat.look();
  }
  expect(sent.at(-1)).toMatchObject({ silentMs: 0, where: null, isStarting: false });
  for (let look = 0; look < 6; look += 1) heartbeat.look();
  await Promise.resolve();
  for (let look = 0; look < 2; look += 1) heartbeat.look();
  expect(sent.at(-1)).toMatchObject({ silentMs: 4000, where: "scene.ts:1:1" });
  expect(asked()).toBe(1);
  Atomics.add(slots, 0, 1);
  for (let look = 0; look < 2; look += 1) heartbeat.look();
  expect(sent.at(-1)).toMatchObject({ silentMs: 500, where: null });
});

test("PU2, PU3: the place is that of the call, also of one that throws, and a scene on its way is noted apart", () => {
  const memory = allocatePulse();
  const reader = new PulseReader(memory);
  const writer = new PulseWriter();
  writer.start(memory);
  const arrived = writer.starting();
  expect([reader.place, reader.isStarting]).toEqual(["elsewhere", true]);
  writer.at("update", () => {
    expect([reader.place, reader.isStarting]).toEqual(["update", false]);
    expect(() =>
      writer.at("state", () => {
        throw new Error(reader.place);
      }),
    ).toThrow("state");
    expect(reader.place).toBe("update");
  });
  arrived();
  arrived();
  expect([reader.place, reader.isStarting]).toEqual(["elsewhere", false]);
});

test("PU1: it beats by itself", async () => {
  const memory = allocatePulse();
  const reader = new PulseReader(memory);
  new PulseWriter().start(memory);
  const before = reader.beats;
  await expect.poll(() => reader.beats - before).toBeGreaterThan(1);
});
