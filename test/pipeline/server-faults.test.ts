/** What can happen to the whole server, as a command of its own: too little of what a system gives, a flood of lines, Ctrl-C. */

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Command } from "../support/command.ts";
import { openLightSocket, openLightWhep } from "../support/light-viewer.ts";
import { cpuSecondsOf, openFilesOf } from "../support/process-stats.ts";
import { descendantsOf, processExists } from "../support/processes.ts";
import { SceneProject } from "../support/scene-loading.ts";
import { canMountDisks } from "../support/small-disk.ts";

const still = `import * as THREE from "three";
export default { setup: () => ({ scene: new THREE.Scene(), camera: new THREE.PerspectiveCamera() }) };`;

/** With a title that no page can show. */
const longTitled = still.replace("export default {", `export default { title: "t".repeat(1_000_000),`);

test("with no descriptor left it takes nobody in and does not spin, and it answers again as soon as there are some; a title of a million characters is cut", async () => {
  const MOST = 90;
  await using command = await Command.start(longTitled, { before: `ulimit -n ${MOST}` });
  const { pid } = command.child;
  const health = (await (await fetch(new URL("healthz", command.url))).json()) as { rooms: { title: string }[] };
  expect(health.rooms[0]?.title).toMatch(/^t{100,1000}…$/);
  const sockets: Socket[] = [];
  for (let count = 0; count < 2 * MOST; count += 1) {
    sockets.push(connect(command.port, "127.0.0.1").on("error", () => undefined));
  }
  await expect.poll(() => openFilesOf(pid)).toBeGreaterThanOrEqual(MOST - 3);
  const before = cpuSecondsOf(pid);
  await sleep(1_000);
  expect(cpuSecondsOf(pid) - before).toBeLessThan(0.5);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => command.status()).toBe(200);
  expect(command.child.hasEnded).toBe(false);
});

test("Ctrl-C is obeyed within two seconds while the scene floods its stdout, and nothing is left behind", async () => {
  const flood = `${still}\nconst text = "x".repeat(65_536);
setInterval(() => { for (let count = 0; count < 200; count += 1) { process.stdout.write(text); console.log("line", count); } }, 5);`;
  await using command = await Command.start(flood);
  const { pid } = command.child;
  const scenes = descendantsOf(pid);
  await expect.poll(() => command.child.log).toContain("line");
  const begun = performance.now();
  process.kill(pid, "SIGINT");
  await expect.poll(() => command.child.hasEnded, { interval: 20 }).toBe(true);
  // Two, and what a machine needs that is busy with other tests.
  expect(performance.now() - begun).toBeLessThan(6_000);
  await expect.poll(() => scenes.filter(processExists)).toEqual([]);
});

/** Makes all that runs there read a wall clock that is off by what a file says, in milliseconds. */
const otherClock = `import { readFileSync } from "node:fs";
const Real = Date;
const now = () => Real.now() + Number(readFileSync(new URL("off.txt", import.meta.url), "utf8") || 0);
globalThis.Date = class extends Real {
  constructor(...values) { if (values.length === 0) super(now()); else super(...values); }
  static now() { return now(); }
};`;

test("a wall clock that jumps ends no scene and no viewer, and pictures go on", async () => {
  using clock = new SceneProject({ "clock.mjs": otherClock, "off.txt": "0" });
  const turning = `import * as THREE from "three";
export default { animate: true, setup() {
  const [scene, camera] = [new THREE.Scene(), new THREE.PerspectiveCamera()];
  const began = Date.now();
  return { scene, camera, update({ elapsed }) {
    scene.background = new THREE.Color().setHSL(elapsed % 1, 1, 0.5);
    if (Date.now() > began + 1e10) console.log("a year later");
  } };
} };`;
  await using command = await Command.start(turning, {
    before: `export NODE_OPTIONS="--import ${clock.path("clock.mjs")}"`,
  });
  const viewers = await Promise.all([openLightSocket(command.url), openLightWhep(command.url)]);
  const scenes = descendantsOf(command.child.pid);
  for (const hours of [24 * 365, -3]) {
    clock.write({ "off.txt": String(hours * 3_600_000) });
    // Longer than peers go without a sign of each other.
    for (const viewer of viewers) viewer.take();
    await sleep(1_500);
    for (const viewer of viewers) {
      await expect.poll(() => viewer.take().packets).toBeGreaterThan(5);
    }
  }
  expect(command.child.log).toContain("a year later");
  expect(await command.status()).toBe(200);
  expect(descendantsOf(command.child.pid)).toEqual(scenes);
  await Promise.all(viewers.map((viewer) => viewer.close()));
});

// A mount namespace is gone with its last process.
test.runIf(canMountDisks)(
  "with a full disk it serves, and says of links and traces that they could not be written",
  async () => {
    using disk = new SceneProject({});
    const fill = `mount -t tmpfs -o size=64k none ${disk.folder}; head -c 1M /dev/zero >${disk.folder}/filler || true`;
    const use = "XDG_STATE_HOME XDG_RUNTIME_DIR TMPDIR".split(" ").map((name) => `export ${name}=${disk.folder}`);
    const token = "export SCENECAST_TOKEN=correct-horse-battery";
    await using command = await Command.start(still, {
      before: [fill, ...use, token].join("\n"),
      prefix: ["unshare", "--mount"],
    });
    const { pid } = command.child;
    await expect.poll(() => command.child.log).toMatch(/could not be written to .*\(ENOSPC\)/);
    expect(await command.status()).toBe(200);
    // A trace ends with the server at the latest.
    process.kill(pid, "SIGUSR2");
    await expect.poll(() => command.child.log).toContain("trace");
    process.kill(pid, "SIGTERM");
    await expect.poll(() => command.child.log).toContain("There is no trace: ENOSPC");
  },
);
