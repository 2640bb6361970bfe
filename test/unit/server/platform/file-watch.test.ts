/** Files are watched through their folders. */

import { renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { FileWatch } from "../../../../server/platform/file-watch.ts";
import { SceneProject } from "../../../support/scene-loading.ts";

test("FW1, FW2: a save, a new file in its place and a missing one that comes are told, and nothing else", async () => {
  using project = new SceneProject({ "a.ts": "1", "other.ts": "1" });
  const changed = vi.fn();
  const watch = new FileWatch(changed);
  watch.follow([project.path("a.ts"), project.path("missing")]);
  project.write({ "other.ts": "2" });
  await sleep(200);
  expect(changed).not.toHaveBeenCalled();
  project.write({ "a.ts": "2" });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 3000);
  project.write({ "other.ts": "3" });
  renameSync(project.path("other.ts"), project.path("a.ts"));
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2), 3000);
  project.write({ "missing.tsx": "1" });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(3), 3000);
  watch.close();
  project.write({ "a.ts": "3" });
  await sleep(200);
  expect(changed).toHaveBeenCalledTimes(3);
});
