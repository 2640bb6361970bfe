/** A scene that hangs is told of in words, and started again with its state; one that goes on in time is left alone. */

import { test } from "vitest";
import { FaultyScene } from "../support/faulty-scene.ts";
import { processExists } from "../support/processes.ts";

// Side by side: most of their time is that of the watch.
test.concurrent("HW1, HW2: a loop in update() is told with its place, and ended; the scene is back with its state", async ({
  expect,
}) => {
  await using scene = await FaultyScene.start(4_000);
  const { session, hung, statuses, pid } = scene;
  session.setSceneState("7");
  await expect.poll(() => session.sceneState).toBe("7");
  scene.fail("update");
  await expect.poll(() => statuses.at(-2)).toMatch(/^restarting/);
  await expect.poll(() => statuses.at(-1)).toBe("live");
  expect(hung).toEqual([
    expect.stringMatching(
      /^The scene does not answer: its update\(\) does not come to an end \(scene\.ts:3:\d+\)\. If that lasts 4 seconds, it is started again\.$/,
    ),
    null,
  ]);
  expect(statuses.at(-2)).toMatch(
    /^restarting: The scene did not answer for \d seconds: its update\(\) does not come to an end \(scene\.ts:3:\d+\)\.$/,
  );
  expect([processExists(pid), session.sceneState]).toEqual([false, "7"]);
});

test.concurrent("HW1, HW2: a process that is stopped is told of, and ended; one that goes on in time is not", async ({
  expect,
}) => {
  await using scene = await FaultyScene.start(5_000);
  const { session, hung, statuses, pid } = scene;
  process.kill(pid, "SIGSTOP");
  await expect.poll(() => hung.length).toBe(1);
  process.kill(pid, "SIGCONT");
  await expect.poll(() => hung).toEqual([expect.stringMatching(/^The scene's process does not answer\./), null]);
  expect([session.pid, session.status.kind]).toEqual([pid, "live"]);
  process.kill(pid, "SIGSTOP");
  await expect
    .poll(() => statuses.at(-2))
    .toMatch(/^restarting: The scene's process did not answer for \d+ seconds\.$/);
  await expect.poll(() => statuses.at(-1)).toBe("live");
  expect(processExists(pid)).toBe(false);
});

test.concurrent("where files are watched, a save ends a scene that hangs at once, and what was saved is shown", async ({
  expect,
}) => {
  await using scene = await FaultyScene.start(0, true);
  const { hung, statuses } = scene;
  scene.fail("update");
  await expect.poll(() => hung.length).toBe(1);
  const begun = performance.now();
  scene.mend();
  const restarting = "restarting: A file was saved, so the scene is started again.";
  await expect.poll(() => statuses).toContain(restarting);
  // Less than a render thread has to say that it heard of the save.
  expect(performance.now() - begun).toBeLessThan(7_500);
  await expect.poll(() => statuses.slice(-2)).toEqual([restarting, "live"]);
});
