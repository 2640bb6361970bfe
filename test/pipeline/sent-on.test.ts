/** What is sent on to servers of others (ON1 to ON3, NL1, NL2, TX1): by RTMP to nginx, by SRT to FFmpeg, each read as players do. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createStreamServer, type OutputInfo, type StreamServer } from "../../server/index.ts";
import { findFreePort } from "../support/free-port.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { readStream, type StreamRead } from "../support/stream-reader.ts";
import { psnr } from "../support/thin-pictures.ts";
import type { DecodedPicture } from "../support/video-decoder.ts";

const KEY = "a-secret-key";

function serve(scene: string, outputs: readonly string[]): Promise<StreamServer> {
  return createStreamServer({
    scene: sceneFixture(scene),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 320, height: 192 }, maxFps: 30 },
    outputs,
  });
}

async function untilSending(server: StreamServer, index = 0): Promise<OutputInfo> {
  await expect.poll(() => server.room().outputs[index]?.state, { timeout: 30_000 }).toBe("sending");
  const info = server.room().outputs[index];
  if (info === undefined) throw new Error("It is gone.");
  return info;
}

/** In dB, against the snapshot. */
async function likeness(server: StreamServer, picture: DecodedPicture | undefined): Promise<number> {
  if (picture === undefined) throw new Error("There is no picture.");
  const drawn = sharp(await server.room().snapshot())
    .flip()
    .ensureAlpha()
    .raw();
  return psnr(picture, Uint8Array.from(await drawn.toBuffer()));
}

const enough = (count: number) => (read: StreamRead) => read.pictures.length >= count;

test("a scene that rests is read from nginx as it was drawn, with five pictures a second and a key frame every two", async () => {
  await using nginx = await RtmpServer.start();
  await using server = await serve("quadrants", [`${nginx.url}/${KEY}`]);
  await untilSending(server);
  const { times, keyFrameTimes, pictures, beganMs } = await readStream(`${nginx.url}/${KEY}`, enough(30));
  const dB = await likeness(server, pictures.at(-1));
  console.log(`RTMP at rest: ${dB.toFixed(1)} dB, seen after ${beganMs.toFixed(0)} ms`);
  expect(dB).toBeGreaterThan(30);
  // FFmpeg looks at twenty pictures first; without sound it would look for a minute and a half.
  expect(beganMs).toBeLessThan(30_000);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(500);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  const keyGaps = keyFrameTimes.slice(1).map((at, index) => at - (keyFrameTimes[index] ?? 0));
  expect(keyGaps.length).toBeGreaterThanOrEqual(1);
  expect(Math.max(...keyGaps)).toBeLessThan(2600);
});

test("ON3: after nginx was started again the picture is there within five seconds", async () => {
  await using nginx = await RtmpServer.start();
  await using server = await serve("animated", [`${nginx.url}/${KEY}`]);
  await untilSending(server);
  expect((await readStream(`${nginx.url}/${KEY}`, enough(30))).pictures.length).toBeGreaterThanOrEqual(30);
  const states: string[] = [];
  server.on("outputChanged", ({ output }) => states.push(output.state));
  await nginx.restart(1500);
  const begun = performance.now();
  await expect.poll(() => states.at(-1), { timeout: 10_000, interval: 20 }).toBe("sending");
  const sendingMs = performance.now() - begun;
  const { pictures, times } = await readStream(`${nginx.url}/${KEY}`, enough(1));
  const backMs = performance.now() - begun;
  console.log(`back after ${sendingMs.toFixed(0)} ms, seen by a player after ${backMs.toFixed(0)} ms`);
  expect(backMs).toBeLessThan(5000);
  expect(pictures).toHaveLength(1);
  // ON1
  expect(times[0]).toBeLessThan(5000);
  expect(states).toContain("connecting");
  expect(server.room().outputs[0]).toMatchObject({ state: "sending", connections: 2 });
});

test("it goes on when the scene's process was killed, and ends with the room in order", async () => {
  await using nginx = await RtmpServer.start();
  await using server = await serve("animated", [`${nginx.url}/${KEY}`]);
  const before = await untilSending(server);
  const states: string[] = [];
  server.on("outputChanged", ({ output }) => states.push(output.state));
  process.kill(server.room().pid ?? 0, "SIGKILL");
  await expect.poll(() => states).toEqual(["waiting", "connecting", "sending"]);
  const { pictures } = await readStream(`${nginx.url}/${KEY}`, enough(10));
  expect(pictures.length).toBeGreaterThanOrEqual(10);
  expect(server.room().outputs[0]).toMatchObject({ id: before.id, state: "sending", connections: 2, error: null });
  const begun = performance.now();
  await server.close();
  expect(performance.now() - begun).toBeLessThan(5000);
});

test("by RTMPS it is sent where the certificate is trusted, and told where it is not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-rtmps-"));
  const [key, certificate] = ["key.pem", "cert.pem"].map((name) => join(folder, name)) as [string, string];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [...request, ...names, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  await using nginx = await RtmpServer.start();
  const { port } = new URL(nginx.url);
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    const plain = connect(Number(port), "127.0.0.1");
    for (const end of [socket, plain]) end.on("error", () => undefined);
    socket.pipe(plain).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(tls, "listening");
  const address = `rtmps://localhost:${(tls.address() as AddressInfo).port}/live/${KEY}`;
  try {
    {
      await using server = await serve("animated", [address]);
      await expect
        .poll(() => server.room().outputs[0]?.error, { timeout: 20_000 })
        .toMatch(/\/•••: its certificate is one that nobody vouches for\.$/);
    }
    // A scene's process reads it when it starts.
    process.env["NODE_EXTRA_CA_CERTS"] = certificate;
    await using server = await serve("animated", [address]);
    await untilSending(server);
    expect((await readStream(`${nginx.url}/${KEY}`, enough(10))).pictures.length).toBeGreaterThanOrEqual(10);
  } finally {
    delete process.env["NODE_EXTRA_CA_CERTS"];
    tls.close();
    rmSync(folder, { recursive: true });
  }
});

test("by SRT it is read by FFmpeg as it was drawn, also with a passphrase", async () => {
  const port = await findFreePort();
  const secret = "a-passphrase-of-ours";
  const reading = readStream(`srt://127.0.0.1:${port}?mode=listener&passphrase=${secret}&pbkeylen=16`, enough(8), {
    format: "mpegts",
  });
  await using server = await serve("quadrants", [`srt://127.0.0.1:${port}?passphrase=${secret}&pbkeylen=16`]);
  const { pictures } = await reading;
  const dB = await likeness(server, pictures.at(-1));
  console.log(`SRT at rest: ${dB.toFixed(1)} dB`);
  expect(dB).toBeGreaterThan(30);
  // Nobody listens any more: it is told, and tried again.
  await expect
    .poll(() => server.room().outputs[0], { timeout: 20_000 })
    .toMatchObject({ state: "connecting", address: `srt://127.0.0.1:${port}?•••` });
  expect(server.room().outputs[0]?.error).not.toContain(secret);
});

test("one that hangs, one that refuses and one where nobody is hold up nothing, and no key is told", async () => {
  const sockets: Socket[] = [];
  const hanging = createServer((socket) => void sockets.push(socket.pause())).listen(0, "127.0.0.1");
  await once(hanging, "listening");
  const { port } = hanging.address() as AddressInfo;
  const closed = await findFreePort();
  await using nginx = await RtmpServer.start();
  const addresses = [
    `${nginx.url}/${KEY}`,
    ...Array.from({ length: 3 }, () => `rtmp://127.0.0.1:${port}/live/${KEY}`),
    `rtmp://127.0.0.1:${closed}/live/${KEY}?token=${KEY}`,
    `${nginx.url.replace("/live", "/closed")}/${KEY}`,
    `srt://127.0.0.1:${closed}?passphrase=${KEY}`,
  ];
  await using server = await serve("animated", addresses);
  const told: OutputInfo[] = [];
  server.on("outputChanged", ({ output }) => told.push(output));
  await untilSending(server);
  const { times } = await readStream(
    `${nginx.url}/${KEY}`,
    (read) => (read.times.at(-1) ?? 0) - (read.times[0] ?? 0) > 9000,
  );
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(500);
  const { outputs } = server.room();
  expect(outputs.map(({ state }) => state)).toEqual(["sending", ...Array.from({ length: 6 }, () => "connecting")]);
  expect(outputs.slice(1).map(({ error }) => error)).toEqual([
    ...Array.from({ length: 3 }, () => `rtmp://127.0.0.1:${port}/live/•••: no answer came.`),
    `rtmp://127.0.0.1:${closed}/live/•••: nothing listens there.`,
    expect.stringMatching(
      /\/closed\/•••: the server (?:refuses the stream.*|ended the connection|cut the connection)\.$/,
    ),
    expect.stringContaining(`srt://127.0.0.1:${closed}?•••: no connection could be made`),
  ]);
  expect(JSON.stringify([told, outputs])).not.toContain(KEY);
  for (const socket of sockets) socket.destroy();
  hanging.close();
});

test("hosts begin, list and end outputs over HTTP, and nobody else does; health and metrics count them", async () => {
  await using nginx = await RtmpServer.start();
  await using server = await createStreamServer({
    scene: sceneFixture("quadrants"),
    logLevel: "silent",
    http: { port: 0 },
    access: { token: "the-token-of-hosts" },
  });
  const { link } = await server.createLink({ role: "controller" });
  const guest = new URL(link).hash.replace(/^#?(?:token=)?/, "") || (new URL(link).searchParams.get("token") ?? "");
  const ask = (path: string, method: string, token: string, body?: unknown) =>
    fetch(new URL(path, server.url), {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const host = "the-token-of-hosts";
  expect((await ask("outputs", "GET", guest)).status).toBe(403);
  const bad = await ask("outputs", "POST", host, { address: `http://127.0.0.1/${KEY}` });
  expect([bad.status, await bad.text()]).toEqual([400, expect.not.stringContaining(KEY)]);
  const made = await ask("outputs", "POST", host, { address: `${nginx.url}/${KEY}` });
  expect([made.status, await made.json()]).toEqual([
    201,
    expect.objectContaining({ address: `${nginx.url}/•••`, id: "1" }),
  ]);
  await untilSending(server);
  const listed = await (await ask("outputs", "GET", host)).text();
  expect(JSON.parse(listed)).toMatchObject({ outputs: [{ state: "sending", error: null }] });
  expect(listed).not.toContain(KEY);
  const health = await (await ask("healthz", "GET", host)).json();
  expect(health).toMatchObject({ rooms: [{ outputs: { sending: 1, troubled: 0 } }] });
  const metrics = await (await ask("metrics", "GET", host)).text();
  expect(metrics).toMatch(/^scenecast_outputs_sending 1$/m);
  expect((await ask("outputs/1", "DELETE", guest)).status).toBe(403);
  expect((await ask("outputs/1", "DELETE", host)).status).toBe(204);
  expect((await ask("outputs/1", "DELETE", host)).status).toBe(404);
  await expect.poll(async () => (await ask("outputs", "GET", host)).json()).toEqual({ outputs: [] });
});
