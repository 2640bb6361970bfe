import { describe, expect, test } from "vitest";
import { ExactStill } from "../../../server/session/exact-still.ts";
import type { TakenStill } from "../../../server/session/picture-requests.ts";
import { RestWatch } from "../../../server/session/rest-watch.ts";
import { StreamError } from "../../../shared/errors.ts";

describe("whether the scene rests", () => {
  test("is told once a change, and each frame of the picture at rest is known", () => {
    const changes: (string | null)[] = [];
    const watch = new RestWatch({ nameOf: (frame) => `p${frame}`, changed: (picture) => changes.push(picture) });
    const notes = [
      { frame: 1, settled: false },
      { frame: 2, settled: true },
      { frame: 2, settled: true },
      { frame: 3, settled: false },
      { frame: 4, settled: true },
    ].map((packet) => watch.note(packet));
    expect(notes).toEqual([null, "p2", "p2", null, "p4"]);
    expect(changes).toEqual(["p2", null, "p4"]);
  });

  test("is not doubted for an encoder that is behind another", () => {
    const changes: (string | null)[] = [];
    const watch = new RestWatch({ nameOf: (frame) => `p${frame}`, changed: (picture) => changes.push(picture) });
    watch.note({ frame: 9, settled: true });
    expect(watch.note({ frame: 8, settled: false })).toBeNull();
    expect(watch.note({ frame: 9, settled: true })).toBe("p9");
    expect(changes).toEqual(["p9"]);
  });
});

describe("the exact still", () => {
  function stillOf(answers: (() => Promise<TakenStill>)[]): { still: ExactStill; taken: () => number } {
    let taken = 0;
    const still = new ExactStill(() => answers[taken++]?.() ?? Promise.reject(new Error("one too many")));
    return { still, taken: () => taken };
  }
  const bytes = new Uint8Array([1, 2, 3]);

  test("is made once for all who ask", async () => {
    const { still, taken } = stillOf([async () => ({ tag: "p1", bytes })]);
    still.handleRest("p1");
    expect(await Promise.all([still.take("p1"), still.take("p1")])).toEqual([bytes, bytes]);
    expect(await still.take("p1")).toBe(bytes);
    expect(taken()).toBe(1);
  });

  test("is over when the scene moves, also for who waits for it", async () => {
    const made = Promise.withResolvers<TakenStill>();
    const { still } = stillOf([() => made.promise]);
    let overs = 0;
    still.on("changed", () => {
      overs += 1;
    });
    still.handleRest("p1");
    const waiting = still.take("p1");
    still.handleRest(null);
    made.resolve({ tag: "p1", bytes });
    expect(await waiting).toBeNull();
    expect(await still.take("p1")).toBeNull();
    expect(overs).toBe(2);
  });

  test("is none where a newer picture was there already", async () => {
    const { still } = stillOf([async () => ({ tag: "p2", bytes })]);
    still.handleRest("p1");
    expect(await still.take("p1")).toBeNull();
  });

  test("is tried again by the next who asks when it could not be made", async () => {
    const { still } = stillOf([
      () => Promise.reject(new StreamError("encoder-failed")),
      async () => ({ tag: "p1", bytes }),
    ]);
    still.handleRest("p1");
    await expect(still.take("p1")).rejects.toThrow(StreamError);
    expect(await still.take("p1")).toBe(bytes);
  });
});
