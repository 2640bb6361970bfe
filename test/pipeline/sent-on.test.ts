/** What is sent on to servers of others (ON1 to ON3, NL1, NL2, TX1): by RTMP to nginx, by SRT to FFmpeg, each read as players do. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OutputInfo, StreamServer } from "../../server/index.ts";
import { findFreePort } from "../support/free-port.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { serveSmall } from "../support/served-scene.ts";
import { readStream, type StreamRead } from "../support/stream-reader.ts";
import { psnr } from "../support/thin-pictures.ts";
import type { DecodedPicture } from "../support/video-decoder.ts";

const [KEY, HOST] = ["a-secret-key", "the-token-of-hosts"];

function serve(scene: string): Promise<StreamServer> {
  return serveSmall({
    scene: sceneFixture(scene),
    access: { token: HOST },
  });
}

/** What a room is sent on to, until it is disposed of. */
class SentOn {
  readonly #room: ReturnType<StreamServer["room"]>;
  readonly #id: string;

  constructor(server: StreamServer, address: string) {
    this.#room = server.room();
    this.#id = this.#room.startOutput(address).id;
  }

  get info(): OutputInfo | undefined {
    return this.#room.outputs.find(({ id }) => id === this.#id);
  }

  async untilSending(): Promise<void> {
    await expect.poll(() => this.info?.state, { timeout: 30_000 }).toBe("sending");
  }

  [Symbol.dispose](): void {
    this.#room.endOutput(this.#id);
  }
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

/** RTMPS on loopback before a server of RTMP, with a certificate that only those trust who are told of it. */
class TlsFront {
  readonly certificate: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "scenecast-rtmps-"));
  readonly #server: TlsServer;

  constructor(toPort: number) {
    const [key, certificate] = ["key.pem", "cert.pem"].map((name) => join(this.#folder, name)) as [string, string];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", [...made, ...names, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    this.certificate = certificate;
    this.#server = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
      const plain = connect(toPort, "127.0.0.1");
      for (const end of [socket, plain]) end.on("error", () => undefined);
      socket.pipe(plain).pipe(socket);
    }).listen(0, "127.0.0.1");
  }

  get address(): string {
    return `rtmps://localhost:${(this.#server.address() as AddressInfo).port}/live/tls-${KEY}`;
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

let nginx: RtmpServer;
let tls: TlsFront;
beforeAll(async () => {
  nginx = await RtmpServer.start();
  tls = new TlsFront(Number(new URL(nginx.url).port));
});
afterAll(async () => {
  tls?.close();
  await nginx?.close();
});

describe("of a scene at rest", () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await serve("quadrants");
  });
  afterAll(() => server?.close());

  // They wait for nearly all of their time.
  test.concurrent("by RTMP it is read from nginx as it was drawn, with five pictures a second and a key frame every two", async ({
    expect,
  }) => {
    using out = new SentOn(server, `${nginx.url}/rest-${KEY}`);
    await out.untilSending();
    const { times, keyFrameTimes, pictures, beganMs } = await readStream(
      `${nginx.url}/rest-${KEY}`,
      (read) => enough(24)(read) && read.keyFrameTimes.length > 1,
    );
    const dB = await likeness(server, pictures.at(-1));
    console.log(`RTMP at rest: ${dB.toFixed(1)} dB, seen after ${beganMs.toFixed(0)} ms`);
    expect(dB).toBeGreaterThan(30);
    // FFmpeg looks at twenty pictures first; without sound it would look for a minute and a half.
    expect(beganMs).toBeLessThan(30_000);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1500);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    const keyGaps = keyFrameTimes.slice(1).map((at, index) => at - (keyFrameTimes[index] ?? 0));
    expect(keyGaps.length).toBeGreaterThanOrEqual(1);
    expect(Math.max(...keyGaps)).toBeLessThan(3600);
  });

  test.concurrent("by SRT it is read by FFmpeg as it was drawn, also with a passphrase", async ({ expect }) => {
    const port = await findFreePort();
    const secret = "a-passphrase-of-ours";
    const reading = readStream(`srt://127.0.0.1:${port}?mode=listener&passphrase=${secret}&pbkeylen=16`, enough(8), {
      format: "mpegts",
    });
    using out = new SentOn(server, `srt://127.0.0.1:${port}?passphrase=${secret}&pbkeylen=16`);
    const { pictures } = await reading;
    const dB = await likeness(server, pictures.at(-1));
    console.log(`SRT at rest: ${dB.toFixed(1)} dB`);
    expect(dB).toBeGreaterThan(30);
    // Nobody listens any more: it is told, and tried again.
    await expect
      .poll(() => out.info, { timeout: 20_000 })
      .toMatchObject({ state: "connecting", address: `srt://127.0.0.1:${port}?•••` });
    expect(out.info?.error).not.toContain(secret);
  });

  test.concurrent("one that hangs, one that refuses, one whose certificate nobody vouches for and one where nobody is hold up nothing, and no key is told", async ({
    expect,
  }) => {
    const sockets: Socket[] = [];
    const hanging = createServer((socket) => void sockets.push(socket.pause())).listen(0, "127.0.0.1");
    await once(hanging, "listening");
    const { port } = hanging.address() as AddressInfo;
    const closed = await findFreePort();
    const told: OutputInfo[] = [];
    const off = server.on("outputChanged", ({ output }) => told.push(output));
    using good = new SentOn(server, `${nginx.url}/good-${KEY}`);
    using stack = new DisposableStack();
    const bad = [
      `rtmp://127.0.0.1:${port}/live/${KEY}`,
      tls.address,
      `rtmp://127.0.0.1:${closed}/live/${KEY}?token=${KEY}`,
      `${nginx.url.replace("/live", "/closed")}/${KEY}`,
      `srt://127.0.0.1:${closed}?passphrase=${KEY}`,
    ].map((address) => stack.use(new SentOn(server, address)));
    await good.untilSending();
    const isAllTold = () => bad.every(({ info }) => typeof info?.error === "string");
    const { times } = await readStream(`${nginx.url}/good-${KEY}`, isAllTold);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1500);
    expect(good.info?.state).toBe("sending");
    expect(bad.map(({ info }) => info?.state)).toEqual(bad.map(() => "connecting"));
    expect(bad.map(({ info }) => info?.error)).toEqual([
      `rtmp://127.0.0.1:${port}/live/•••: no answer came.`,
      `${tls.address.replace(/[^/]*$/, "•••")}: its certificate is one that nobody vouches for.`,
      `rtmp://127.0.0.1:${closed}/live/•••: nothing listens there.`,
      expect.stringMatching(
        /\/closed\/•••: the server (?:refuses the stream.*|ended the connection|cut the connection)\.$/,
      ),
      expect.stringContaining(`srt://127.0.0.1:${closed}?•••: no connection could be made`),
    ]);
    off();
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify([told, server.room().outputs])).not.toContain(KEY);
    for (const socket of sockets) socket.destroy();
    hanging.close();
  });

  test("hosts begin, list and end outputs over HTTP, and nobody else does; health and metrics count them", async () => {
    const { link } = await server.createLink({ role: "controller" });
    const guest = new URL(link).hash.replace(/^#?(?:token=)?/, "") || (new URL(link).searchParams.get("token") ?? "");
    const ask = (path: string, method: string, token: string, body?: unknown) =>
      fetch(new URL(path, server.url), {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect((await ask("outputs", "GET", guest)).status).toBe(403);
    const bad = await ask("outputs", "POST", HOST, { address: `http://127.0.0.1/${KEY}` });
    expect([bad.status, await bad.text()]).toEqual([400, expect.not.stringContaining(KEY)]);
    const made = await ask("outputs", "POST", HOST, { address: `${nginx.url}/${KEY}` });
    const { id, address } = (await made.json()) as OutputInfo;
    expect([made.status, address]).toEqual([201, `${nginx.url}/•••`]);
    await expect.poll(() => server.room().outputs.map(({ state }) => state), { timeout: 30_000 }).toEqual(["sending"]);
    const listed = await (await ask("outputs", "GET", HOST)).text();
    expect(JSON.parse(listed)).toMatchObject({ outputs: [{ id, state: "sending", error: null }] });
    expect(listed).not.toContain(KEY);
    const health = await (await ask("healthz", "GET", HOST)).json();
    expect(health).toMatchObject({ rooms: [{ outputs: { sending: 1, troubled: 0 } }] });
    const metrics = await (await ask("metrics", "GET", HOST)).text();
    expect(metrics).toMatch(/^scenecast_outputs_sending 1$/m);
    expect((await ask(`outputs/${id}`, "DELETE", guest)).status).toBe(403);
    expect((await ask(`outputs/${id}`, "DELETE", HOST)).status).toBe(204);
    expect((await ask(`outputs/${id}`, "DELETE", HOST)).status).toBe(404);
    await expect.poll(async () => (await ask("outputs", "GET", HOST)).json()).toEqual({ outputs: [] });
  });
});

describe("of a scene that moves", () => {
  let server: StreamServer;
  beforeAll(async () => {
    // A scene's process reads it when it starts.
    process.env["NODE_EXTRA_CA_CERTS"] = tls.certificate;
    server = await serve("animated");
  });
  afterAll(async () => {
    delete process.env["NODE_EXTRA_CA_CERTS"];
    await server?.close();
  });

  test.concurrent("by RTMPS it is sent where the certificate is trusted", async ({ expect }) => {
    using out = new SentOn(server, tls.address);
    await out.untilSending();
    const { pictures } = await readStream(`${nginx.url}/tls-${KEY}`, enough(10));
    expect(pictures.length).toBeGreaterThanOrEqual(10);
  });

  test.concurrent("ON3: after nginx was started again the picture is there soon", async ({ expect }) => {
    await using nginx = await RtmpServer.start();
    using out = new SentOn(server, `${nginx.url}/${KEY}`);
    await out.untilSending();
    expect((await readStream(`${nginx.url}/${KEY}`, enough(5))).pictures.length).toBeGreaterThanOrEqual(5);
    const states: string[] = [];
    const off = server.on("outputChanged", ({ output: { id, state } }) => id === out.info?.id && states.push(state));
    await nginx.restart(1500);
    const begun = performance.now();
    await expect.poll(() => states.at(-1), { interval: 20 }).toBe("sending");
    const sendingMs = performance.now() - begun;
    const { pictures, times } = await readStream(`${nginx.url}/${KEY}`, enough(1));
    const backMs = performance.now() - begun;
    console.log(`back after ${sendingMs.toFixed(0)} ms, seen by a player after ${backMs.toFixed(0)} ms`);
    // It tries every two seconds; the rest is what a busy machine takes.
    expect(backMs).toBeLessThan(14_000);
    expect(pictures).toHaveLength(1);
    // ON1
    expect(times[0]).toBeLessThan(5000);
    expect(states).toContain("connecting");
    expect(out.info).toMatchObject({ state: "sending", connections: 2 });
    off();
  });

  test("it goes on when the scene's process was killed, and ends with the room in order", async () => {
    const out = new SentOn(server, `${nginx.url}/${KEY}`);
    await out.untilSending();
    const states: string[] = [];
    server.on("outputChanged", ({ output }) => states.push(output.state));
    process.kill(server.room().pid ?? 0, "SIGKILL");
    await expect.poll(() => states).toEqual(["waiting", "connecting", "sending"]);
    const { pictures } = await readStream(`${nginx.url}/${KEY}`, enough(10));
    expect(pictures.length).toBeGreaterThanOrEqual(10);
    expect(out.info).toMatchObject({ state: "sending", connections: 2, error: null });
    const begun = performance.now();
    await server.close();
    expect(performance.now() - begun).toBeLessThan(14_000);
  });
});
