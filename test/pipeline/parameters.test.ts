/** The parameters of a real scene, and what a program does with its room: pictures are decoded and looked at. */

import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { afterEach, expect, test } from "vitest";
import type { RoomHandle, StreamServer, StreamServerOptions } from "../../server/index.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneProject } from "../support/scene-loading.ts";
import { serveSmall } from "../support/served-scene.ts";
import { TestClient } from "../support/signaling-client.ts";

const colours = { red: [255, 0, 0], lime: [0, 255, 0], blue: [0, 0, 255] } as const;

let server: StreamServer;
let room: RoomHandle;
afterEach(() => server?.close());

async function start(options: Partial<StreamServerOptions>): Promise<void> {
  server = await serveSmall({ scene: sceneFixture("parametered"), ...options });
  room = server.room();
}

/** The size, the format and the colour in the middle of a picture. */
async function look(bytes: Uint8Array): Promise<readonly [string, string, readonly number[]]> {
  const { format } = await sharp(bytes).metadata();
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 3;
  return [`${info.width}x${info.height}`, format, [...data.subarray(at, at + 3)]];
}

async function colourNow(): Promise<readonly number[]> {
  return (await look(await room.snapshot()))[2];
}

test("a program sets parameters, takes pictures, speaks with pages and gives the picture a size", async () => {
  await start({ parameters: { colour: "lime" } });
  expect(room.parameters).toEqual({ colour: "lime", count: 3, hears: true });
  expect(await look(await room.snapshot())).toEqual(["320x192", "png", colours.lime]);

  // Live: the scene hears of it.
  await room.setParameters({ colour: "blue", count: 4 });
  expect([await colourNow(), room.parameters, room.state]).toEqual([
    colours.blue,
    { colour: "blue", count: 4, hears: true },
    { begun: 1 },
  ]);
  await expect(room.setParameters({ colour: "green" })).rejects.toThrow(
    new TypeError('The parameter colour must be one of red, lime, blue, not "green".'),
  );
  await expect(room.setParameters({ count: 7 })).rejects.toMatchObject({
    code: "scene-failed",
    message: expect.stringMatching(/parametersChanged\(\): Error: seven is too much \(parametered\.ts:\d+:\d+\)/),
  });
  expect(room.parameters).toEqual({ colour: "blue", count: 4, hears: true });

  // In the process that takes its place, too.
  await room.setParameters({ hears: false });
  const live = new Promise<void>((resolve) => {
    server.on("statusChanged", ({ status }) => void (status === "live" && resolve()));
  });
  process.kill(room.pid ?? 0, "SIGKILL");
  await live;
  expect([room.parameters, await colourNow()]).toEqual([{ colour: "blue", count: 4, hears: false }, colours.blue]);
  await expect.poll(() => room.state).toEqual({ begun: 2 });

  // Anew, with its state, where the scene does not hear of it.
  await room.setParameters({ colour: "red" });
  expect(await colourNow()).toEqual(colours.red);
  await expect.poll(() => room.state).toEqual({ begun: 3 });
  await expect(room.setParameters({ count: 7 })).rejects.toMatchObject({ code: "scene-failed" });
  expect([room.parameters, await colourNow()]).toEqual([{ colour: "red", count: 4, hears: false }, colours.red]);

  // Pictures of other sizes and forms.
  const [shape, format, [red = 0, green = 0, blue = 0]] = await look(
    await room.snapshot({ format: "jpeg", size: { width: 160, height: 160 }, quality: 80 }),
  );
  expect([shape, format]).toEqual(["160x96", "jpeg"]);
  expect([red > 245, green < 10, blue < 10]).toEqual([true, true, true]);
  expect((await look(await room.snapshot({ format: "webp" })))[1]).toBe("webp");
  room.resize({ width: 200, height: 100 });
  expect((await look(await room.snapshot({ size: { width: 100, height: 100 } })))[0]).toBe("100x50");
  expect((await look(await room.snapshot()))[0]).toBe("200x100");
  expect(room.size).toEqual({ width: 200, height: 100 });

  // Messages, both ways.
  const heard: unknown[] = [];
  server.on("messageReceived", (event) => heard.push(event));
  const page = await TestClient.join(server.url);
  room.send({ hello: "pages" });
  expect(await page.received(({ kind }) => kind === "message")).toEqual({
    kind: "message",
    from: "server",
    json: '{"hello":"pages"}',
  });
  page.send({ kind: "message", json: '"hello program"' });
  const [viewer] = room.viewers();
  await expect.poll(() => heard).toEqual([{ viewerId: viewer?.viewerId, room: "", data: "hello program" }]);

  // It takes the shape of a window again.
  page.send({
    kind: "view",
    shown: null,
    window: { width: 300, height: 600, ratio: 1 },
    preference: "auto",
    maxBitrateBps: null,
  });
  expect(room.size).toEqual({ width: 200, height: 100 });
  room.resize(null);
  await expect.poll(() => room.size).toEqual({ width: 300, height: 600 });
});

test("a link begins a room with what the scene lets links set, and a page finds what the server gave as its query", async () => {
  const html = `<script type="module">
    import * as THREE from "three";
    const scene = new THREE.Scene();
    scene.background = new THREE.Color(new URLSearchParams(location.search).get("colour"));
    const renderer = new THREE.WebGLRenderer();
    document.body.append(renderer.domElement);
    renderer.render(scene, new THREE.PerspectiveCamera());
  </script>`;
  using project = new SceneProject({ "index.html": html });
  await start({ scene: project.path("index.html"), parameters: { colour: "blue" } });
  expect([await colourNow(), room.parameters]).toEqual([colours.blue, { colour: "blue" }]);
  await room.setParameters({ colour: "lime" });
  expect(await colourNow()).toEqual(colours.lime);
  await expect(room.setParameters({ size: 1 })).rejects.toThrow('The scene has no parameter "size". It has colour.');
  await server.close();

  await start({ rooms: { kind: "private" } });
  const page = await fetch(`${server.url}?count=5&colour=blue`);
  expect(page.url).toMatch(/\/s\/[\w-]{22}\/\?count=5&colour=blue$/);
  await TestClient.join(page.url);
  await expect.poll(() => server.room().parameters).toEqual({ colour: "blue", count: 3, hears: true });
  room = server.room();
  expect(await colourNow()).toEqual(colours.blue);
});

test("a save that takes a parameter away drops its value, and says so once in the log", async () => {
  const scene = (declared: string) => `import { defineScene } from "scenecast/scene";
    import { Camera, Scene } from "three";
    export default defineScene({ parameters: { ${declared} }, setup: () => ({ scene: new Scene(), camera: new Camera() }) });`;
  const count = 'count: { type: "number", default: 1 }';
  using project = new SceneProject({ "scene.ts": scene(`${count}, dark: { type: "boolean", default: false }`) });
  await start({ scene: project.path("scene.ts"), watch: true, parameters: { count: 2 } });
  await room.setParameters({ dark: true });
  const printed: string[] = [];
  server.on("consolePrinted", ({ text }) => printed.push(text));
  writeFileSync(project.path("scene.ts"), scene(count));
  await expect.poll(() => room.parameters).toEqual({ count: 2 });
  expect(printed).toEqual(['The scene has no parameter "dark". It has count. The value true is left out.']);
  writeFileSync(project.path("scene.ts"), scene(`${count}, dark: { type: "boolean", default: false }`));
  await expect.poll(() => room.parameters).toEqual({ count: 2, dark: true });
});
