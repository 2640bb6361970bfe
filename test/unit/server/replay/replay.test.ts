import { expect, test } from "vitest";
import { Replay } from "../../../../server/replay/replay.ts";

test("what another program drew is not in a log, and cannot be played without a scene in its place", async () => {
  const recording = {
    scene: "frames:A%20plot",
    ...{ maxFps: 60, room: "", size: { width: 64, height: 64 }, state: null, parameters: {}, steps: [] },
    missing: { messages: 0, lines: 0 },
  };
  const { signal } = new AbortController();
  await expect(Replay.start({ recording, scene: null, speed: 1, port: null, signal })).rejects.toThrow(
    new TypeError(
      "The pictures of this log were another program's, which is not in it. Name a scene to play the input into.",
    ),
  );
});
