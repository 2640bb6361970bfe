/** What is wrong with a scene is said, with its place, and nothing of it ends the scene. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import { Session } from "../../server/session/session.ts";
import type { SessionEvents } from "../../server/session/session-events.ts";
import { colourAt, RenderProbe } from "../support/render-probe.ts";
import { SceneProject } from "../support/scene-loading.ts";

const size = { width: 320, height: 192 };

/** A scene in whose middle something moves, with a body of setup(); the first line of the body is line 5 of the file. */
const scene = (body: string, more = ""): string => `interface Kept { readonly only: "for the types" }
import * as THREE from "three";
const scene = new THREE.Scene(), camera = new THREE.PerspectiveCamera(); camera.position.z = 2; scene.background = new THREE.Color("#00ff00"); const dot = new THREE.Mesh(new THREE.PlaneGeometry(0.2, 0.2)); dot.position.x = 0.3; scene.add(dot);
export default { animate: true, async setup(): Promise<object> {
${body}
return { scene, camera, update() { dot.position.x *= -1; }, ${more} }; } };`;

type Troubles = {
  readonly notices: readonly (string | null)[];
  readonly lines: readonly { readonly level: string; readonly text: string }[];
};

/** Runs a scene until what is wanted was told of it, and looks at it then. */
async function troublesOf(text: string, isWanted: (troubles: Troubles) => boolean) {
  using project = new SceneProject({ "scene.ts": text });
  await using probe = await RenderProbe.start(project.url("scene.ts"), { size, maxFps: 30 });
  probe.tell({ kind: "watched", watched: true });
  const troubles = (): Troubles => ({
    notices: probe.rendered.flatMap((message) => (message.kind === "notice" ? [message.text] : [])),
    lines: probe.rendered.flatMap((message) => (message.kind === "console" ? [message] : [])),
  });
  await expect.poll(() => isWanted(troubles())).toBe(true);
  const { number } = await probe.grab();
  const { pixels } = await probe.grabWhen((frame) => frame.number > number + 2);
  return { ...troubles(), colour: colourAt(pixels, size, 0.1, 0.1) };
}

test("timers, rejections, callbacks that throw and a shader with a mistake are told with their place, and the scene goes on", async () => {
  const fragmentShader = "void main() {\\n  gl_FragColor = vec4(foo, 1.0);\\n}";
  const shader = `scene.add(new THREE.Mesh(new THREE.PlaneGeometry(), new THREE.ShaderMaterial({ fragmentShader: "${fragmentShader}" })));`;
  const { notices, lines, colour } = await troublesOf(
    scene(`setTimeout(() => { throw new RangeError("timed"); }, 50);
      setTimeout(() => void Promise.reject(new Error("rejected")), 150);
      setTimeout(() => queueMicrotask(() => { throw { an: "object" }; }), 250);
      setTimeout(() => void Promise.reject({ toString() { throw 1; } }), 350); ${shader}`),
    (troubles) => troubles.notices.length >= 5,
  );
  const told = [
    "The scene threw in a timer: RangeError: timed (scene.ts:5:26).",
    "The scene threw in a promise that nothing waits for: Error: rejected (scene.ts:6:44).",
    "The scene threw in a callback: { an: 'object' }.",
    expect.stringMatching(/^The scene threw in a promise that nothing waits for: \{ toString/),
    `The fragment shader of a ShaderMaterial does not compile: 'foo' : undeclared identifier in line 2, "gl_FragColor = vec4(foo, 1.0);".`,
  ];
  // In which order hangs on when the machine has time.
  expect(notices).toHaveLength(told.length);
  expect(notices).toEqual(expect.arrayContaining(told));
  expect(lines.map(({ text }) => text).join("\n")).toContain(">    2:   gl_FragColor = vec4(foo, 1.0);");
  expect(colour).toEqual([0, 255, 0]);
});

test("what it prints comes with its level, before and while it is set up, and a flood of it is bounded", async () => {
  const leftOut = /\d+ lines were left out/;
  const { lines } = await troublesOf(
    `console.debug("loading");\n${scene('console.warn("setting up"); for (let i = 0; i < 5000; i++) console.log(i, "x".repeat(9000));')}`,
    (troubles) => troubles.lines.some(({ text }) => leftOut.test(text)),
  );
  expect(lines.slice(0, 2)).toEqual([
    { kind: "console", level: "debug", text: "loading" },
    { kind: "console", level: "warn", text: "setting up" },
  ]);
  expect(lines.length).toBeLessThan(260);
  expect(Math.max(...lines.map(({ text }) => text.length))).toBe(4000);
});

test("a file that cannot be loaded is told with its address and why, in setup() too", async () => {
  const server = createServer((_, response) => response.writeHead(404, "Not here").end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/model.glb`;
  const { lines } = await troublesOf(
    scene(`new THREE.FileLoader().load("${address}", () => {});`),
    (troubles) => troubles.lines.length > 0,
  );
  expect(lines).toMatchObject([
    {
      level: "error",
      text: expect.stringMatching(new RegExp(`^Could not load ${address}: .*responded with 404: Not here\\.$`)),
    },
  ]);
  server.close();
  server.closeAllConnections();
  const failing = troublesOf(scene(`await new THREE.FileLoader().loadAsync("${address}");`), () => true);
  await expect(failing).rejects.toThrow(
    new RegExp(
      `^The scene threw in setup\\(\\): TypeError: ${address} cannot be fetched: connect ECONNREFUSED .* \\(fetch failed\\)\\.$`,
    ),
  );
});

function sessionOf(project: SceneProject): Session {
  const { sceneUrl, render, encode, quality, ice } = resolveOptions({
    scene: project.path("scene.ts"),
    render: { size, maxFps: 30 },
  });
  const kept = { watch: true, iceHost: "127.0.0.1", ice, presence: false };
  return Session.start({ config: { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept } });
}

/** Keeps the thread as busy as a loop does, without warming the machine. */
const busyLoop = "for (const cell = new Int32Array(new SharedArrayBuffer(4)); ; ) Atomics.wait(cell, 0, 0, 20);";

test("a setup() that loops is told, and where files are watched a save ends it", async () => {
  using project = new SceneProject({ "scene.ts": scene(busyLoop) });
  await using session = sessionOf(project);
  const told: SessionEvents["startProgressed"][] = [];
  session.on("startProgressed", (report) => told.push(report));
  await expect.poll(() => told.at(-1)?.isBusy).toBe(true);
  expect(told.at(-1)?.sentence).toMatch(/^The scene's setup\(\) has been running for \d+ seconds\./);
  project.write({ "scene.ts": scene("") });
  await session.ready;
  expect(session.status.kind).toBe("live");
});

test("where files are watched, a scene that ends its process at first is tried again with the next save", async () => {
  using project = new SceneProject({ "scene.ts": scene("process.exit(3);") });
  await using session = sessionOf(project);
  const told: string[] = [];
  session.on("startProgressed", ({ sentence }) => told.push(sentence));
  await expect.poll(() => told.at(-1)).toMatch(/exit code 3\. It is tried again when a file is saved\.$/);
  project.write({ "scene.ts": scene("") });
  await session.ready;
  const states: string[] = [];
  session.on("statusChanged", ({ status }) => states.push("error" in status ? status.error.message : status.kind));
  // Now while it is live: it falls, and each process after it, until a save mends it.
  project.write({ "scene.ts": scene("process.exit(4);") });
  await expect.poll(() => states.filter((state) => state.includes("exit code 4")).length).toBeGreaterThan(1);
  project.write({ "scene.ts": scene("") });
  await expect.poll(() => states.at(-1)).toBe("live");
});
