import { expect, test } from "vitest";
import { HangWatch } from "../../../../server/session/hang-watch.ts";
import type { ScenePulse } from "../../../../server/session/session-protocol.ts";

const well: ScenePulse = { silentMs: 0, place: "elsewhere", where: null, isStarting: false, isDebugged: false };

class Watched {
  readonly told: (string | null)[] = [];
  readonly ended: string[] = [];
  readonly watch: HangWatch;

  constructor(hangMs: number = 10_000) {
    this.watch = new HangWatch({
      hangMs,
      told: (text) => this.told.push(text),
      end: (error) => this.ended.push(error.message),
    });
    // The test looks in its place.
    this.watch.close();
  }

  /** So many seconds go by, in each of which comes this pulse, or none. */
  pass(seconds: number, pulse: ((second: number) => Partial<ScenePulse>) | null): void {
    for (let second = 1; second <= seconds; second += 1) {
      if (pulse !== null) this.watch.handlePulse({ ...well, ...pulse(second) });
      this.watch.look();
      this.watch.look();
    }
  }
}

const looping = (second: number): Partial<ScenePulse> => ({
  silentMs: 1000 * second,
  place: "update",
  where: second > 2 ? "scene.ts:3:9" : null,
});

test("HW1, HW2: a thread that does not come back is told of after 3 seconds and ended after 10, each once", () => {
  const watched = new Watched();
  watched.watch.handleLive();
  watched.pass(2, looping);
  expect(watched.told).toEqual([]);
  watched.pass(12, (second) => looping(second + 2));
  expect(watched.told).toEqual([
    "The scene does not answer: its update() does not come to an end (scene.ts:3:9). If that lasts 10 seconds, it is started again.",
  ]);
  expect(watched.ended[0]).toBe(
    "The scene did not answer for 10 seconds: its update() does not come to an end (scene.ts:3:9).",
  );
  watched.watch.reset();
  expect(watched.told.at(-1)).toBeNull();
});

test("HW1: one that goes on in time is not ended, and the sentence is taken back", () => {
  const watched = new Watched();
  watched.watch.handleLive();
  watched.pass(9, looping);
  watched.pass(1, () => ({}));
  expect([watched.told.length, watched.told.at(-1), watched.ended]).toEqual([2, null, []]);
  expect(watched.watch.hungMs).toBe(0);
});

test("HW1, HW2: a process that is stopped sends no pulse, which is told and ends it too", () => {
  const watched = new Watched();
  watched.watch.handleLive();
  watched.pass(1, () => ({}));
  watched.pass(9, null);
  expect(watched.told).toEqual(["The scene's process does not answer. If that lasts 10 seconds, it is started again."]);
  expect(watched.ended).toEqual([]);
  watched.pass(1, null);
  expect(watched.ended).toEqual(["The scene's process did not answer for 10 seconds."]);
});

test("HW2: with 0 nothing is ended", () => {
  const watched = new Watched(0);
  watched.watch.handleLive();
  watched.pass(600, looping);
  expect(watched.told).toEqual(["The scene does not answer: its update() does not come to an end (scene.ts:3:9)."]);
  expect(watched.ended).toEqual([]);
});

test("HW3: a scene that is on its way is never ended, a process that is silent meanwhile after a minute", () => {
  const watched = new Watched();
  watched.pass(600, (second) => ({ ...looping(second), place: "setup", isStarting: true }));
  expect(watched.told).toEqual([]);
  watched.watch.handleLive();
  watched.pass(600, (second) => ({ ...looping(second), place: "setup", isStarting: true }));
  expect(watched.told).toEqual(["The scene does not answer: its setup() does not come to an end (scene.ts:3:9)."]);
  expect(watched.ended).toEqual([]);
  watched.watch.reset();
  watched.pass(1, () => ({ isStarting: true }));
  watched.pass(58, null);
  expect(watched.ended).toEqual([]);
  watched.pass(2, null);
  expect(watched.ended).toHaveLength(1);
});

test("HW4: looks that come late count once each, however long the machine slept", () => {
  const watched = new Watched();
  watched.watch.handleLive();
  watched.pass(1, () => ({}));
  // An hour may have gone by before each of these.
  for (let count = 0; count < 4; count += 1) watched.watch.look();
  watched.pass(1, () => ({}));
  expect([watched.told, watched.ended]).toEqual([[], []]);
});

test("HW5: what a debugger holds does not hang", () => {
  const watched = new Watched();
  watched.watch.handleLive();
  watched.pass(60, (second) => ({ ...looping(second), isDebugged: true }));
  watched.pass(60, null);
  expect([watched.told, watched.ended]).toEqual([[], []]);
});

test("before the first pulse, and when it is over, nothing is watched", () => {
  const watched = new Watched();
  watched.pass(600, null);
  watched.pass(1, () => ({}));
  watched.watch.reset();
  watched.pass(600, null);
  expect(watched.ended).toEqual([]);
});
