import { describe, expect, test } from "vitest";
import { ExactCosts } from "../../../../server/session/exact-costs.ts";
import { ExactPicture } from "../../../../server/session/exact-picture.ts";
import type { TakenSnapshot } from "../../../../server/session/picture-requests.ts";
import { StreamError } from "../../../../shared/errors.ts";

describe("the exact still", () => {
  const size = { width: 1280, height: 720 };
  const bytes = new Uint8Array([1, 2, 3]);
  const png = { format: "png", bytes };

  function stillOf(answers: (() => Promise<TakenSnapshot>)[]): { still: ExactPicture; formats: string[] } {
    const formats: string[] = [];
    const take = (format: string) => {
      formats.push(format);
      return answers[formats.length - 1]?.() ?? Promise.reject(new Error("one too many"));
    };
    return { still: new ExactPicture({ size, take }), formats };
  }
  const takenOf = (picture: string) => async () => ({ tag: `${picture}-1280x720-png`, bytes, encodeMs: 30 });

  test("is made once for all who ask", async () => {
    const { still, formats } = stillOf([takenOf("p1")]);
    still.handleRest("p1");
    expect(await Promise.all([still.take("p1", null), still.take("p1", 50e6)])).toEqual([png, png]);
    expect(await still.take("p1", null)).toEqual(png);
    expect(formats).toEqual(["png"]);
  });

  test("is made in a smaller form too for those whose way is slow", async () => {
    const { still, formats } = stillOf([takenOf("p1"), takenOf("p1")]);
    still.handleRest("p1");
    expect(await Promise.all([still.take("p1", null), still.take("p1", 500_000)])).toMatchObject([
      { format: "png" },
      { format: "webp-exact" },
    ]);
    expect(formats).toEqual(["png", "webp-exact"]);
  });

  test("is over when the scene moves, also for who waits for it", async () => {
    const made = Promise.withResolvers<TakenSnapshot>();
    const { still } = stillOf([() => made.promise]);
    let overs = 0;
    still.on("changed", () => {
      overs += 1;
    });
    still.handleRest("p1");
    const waiting = still.take("p1", null);
    still.handleRest(null);
    made.resolve(await takenOf("p1")());
    expect(await waiting).toBeNull();
    expect(await still.take("p1", null)).toBeNull();
    expect(overs).toBe(2);
  });

  test("is none where it could not be made as the scene moved meanwhile", async () => {
    const made = Promise.withResolvers<TakenSnapshot>();
    const { still } = stillOf([() => made.promise]);
    still.handleRest("p1");
    const waiting = still.take("p1", null);
    still.handleRest(null);
    made.reject(new StreamError("encoder-failed", "The picture has another size by now."));
    expect(await waiting).toBeNull();
  });

  test("is none where its process has none any more, though nobody has heard of that yet", async () => {
    const none = () => Promise.reject(new StreamError("room-lost", "The scene has not drawn a picture yet."));
    const { still } = stillOf([none, takenOf("p1")]);
    still.handleRest("p1");
    expect(await still.take("p1", null)).toBeNull();
    expect(await still.take("p1", null)).toEqual(png);
  });

  test("is made as soon as it is there for who asks while it is drawn, and is none where it never is", async () => {
    const { still, formats } = stillOf([takenOf("p2")]);
    still.handleBegun("p1");
    const first = still.take("p1", null);
    still.handleRest(null);
    expect(await first).toBeNull();
    still.handleBegun("p2");
    const second = [still.take("p2", null), still.take("p2", null)];
    expect(formats).toEqual([]);
    still.handleRest("p2");
    expect(await Promise.all(second)).toEqual([png, png]);
    still.handleBegun("p3");
    const third = still.take("p3", null);
    still.handleBegun("p4");
    expect(await third).toBeNull();
  });

  test("is none where a newer picture was there already", async () => {
    const { still } = stillOf([takenOf("p11")]);
    still.handleRest("p1");
    expect(await still.take("p1", null)).toBeNull();
  });

  test("is tried again by the next who asks when it could not be made", async () => {
    const { still } = stillOf([() => Promise.reject(new StreamError("encoder-failed")), takenOf("p1")]);
    still.handleRest("p1");
    await expect(still.take("p1", null)).rejects.toThrow(StreamError);
    expect(await still.take("p1", null)).toEqual(png);
  });
});

describe("the form of a still", () => {
  const hd = { width: 1280, height: 720 };

  test("is the smaller one where bits are dear, the sooner made one where they are not", () => {
    const costs = new ExactCosts(hd);
    expect([0.5e6, 1e6, 2e6, 20e6, 100e6].map((bps) => costs.soonest(bps))).toEqual([
      "webp-exact",
      "webp-exact",
      "webp-exact",
      "png",
      "png",
    ]);
  });

  test("follows what the scene's stills took", () => {
    const costs = new ExactCosts(hd);
    costs.note("png", 18_000, 16);
    costs.note("webp-exact", 11_000, 112);
    expect(costs.soonest(1e6)).toBe("png");
    costs.note("webp-exact", 900_000, 300);
    expect(costs.soonest(8e6)).toBe("webp-exact");
  });
});
