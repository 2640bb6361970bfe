/** A render whose scene is in a loop that never ends says so, and where; Ctrl-C ends it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startCli } from "../support/cli.ts";

test("SU1 the place in the scene's own file is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-loop-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "scene.js");
  writeFileSync(
    file,
    `import { PerspectiveCamera, Scene } from "three";
export default {
  setup() {
    let frames = 0;
    const update = () => {
      frames += 1;
      while (frames > 2);
    };
    return { scene: new Scene(), camera: new PerspectiveCamera(), update };
  },
};
`,
  );
  const render = startCli(["render", file, join(folder, "out.mkv"), "--frames", "0..9", "--size", "160x90"]);
  let said = "";
  render.child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  await expect
    .poll(() => said)
    .toMatch(/has not answered for 10 seconds: its update\(\) has not come to an end \(scene\.js:7:\d+\)\./);
  render.child.kill("SIGINT");
  expect((await render.ended).code).toBe(130);
});
