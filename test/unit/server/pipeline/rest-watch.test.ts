import { describe, expect, test } from "vitest";
import { RestWatch } from "../../../../server/pipeline/rest-watch.ts";

function watchInto(changes: (string | null)[], begun: string[] = []): RestWatch {
  return new RestWatch({
    nameOf: (frame) => `p${frame}`,
    begun: (picture) => begun.push(picture),
    changed: (picture) => changes.push(picture),
  });
}

describe("whether the scene rests", () => {
  test("is told once a change, and each frame of the picture at rest is known", () => {
    const changes: (string | null)[] = [];
    const watch = watchInto(changes);
    const notes = [
      { frame: 1, atRest: false },
      { frame: 2, atRest: true },
      { frame: 2, atRest: true },
      { frame: 3, atRest: false },
      { frame: 4, atRest: true },
    ].map((packet) => watch.note(packet));
    expect(notes).toEqual([null, "p2", "p2", null, "p4"]);
    expect(changes).toEqual(["p2", null, "p4"]);
  });

  test("is not doubted for an encoder that is behind another", () => {
    const changes: (string | null)[] = [];
    const watch = watchInto(changes);
    watch.note({ frame: 9, atRest: true });
    expect(watch.note({ frame: 8, atRest: false })).toBeNull();
    expect(watch.note({ frame: 9, atRest: true })).toBe("p9");
    expect(changes).toEqual(["p9"]);
  });
});

describe("a picture that is being drawn", () => {
  test("is told once, and again what became of it", () => {
    const [changes, begun]: [(string | null)[], string[]] = [[], []];
    const watch = watchInto(changes, begun);
    watch.noteBegun(3);
    watch.noteBegun(3);
    watch.note({ frame: 2, atRest: false });
    watch.note({ frame: 3, atRest: true });
    watch.note({ frame: 4, atRest: false });
    watch.noteBegun(5);
    watch.note({ frame: 5, atRest: false });
    expect(begun).toEqual(["p3", "p5"]);
    expect(changes).toEqual(["p3", null, null]);
  });

  test("is not told after one that never came, until one did", () => {
    const begun: string[] = [];
    const watch = watchInto([], begun);
    for (const [frame, atRest] of [
      [1, false],
      [2, false],
      [3, true],
      [5, true],
    ] as const) {
      watch.noteBegun(frame);
      watch.note({ frame, atRest });
    }
    expect(begun).toEqual(["p1", "p5"]);
  });

  test("is none of which something newer was sent", () => {
    const begun: string[] = [];
    const watch = watchInto([], begun);
    watch.note({ frame: 3, atRest: false });
    watch.noteBegun(3);
    expect(begun).toEqual([]);
  });
});
