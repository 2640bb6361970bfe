/** Slow uploads by a link for data, in a real server: a host's data comes through all the same, and is kept waiting for seconds at most. */

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { StreamServer } from "../../server/index.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { serveSmall } from "../support/served-scene.ts";

const token = "correct-horse-battery";
const maxBytes = 8 * 2 ** 20;
const rowsBytes = 256 * 1024;
let server: StreamServer;
let linked: string;

beforeAll(async () => {
  server = await serveSmall({
    scene: sceneFixture("filled"),
    access: { token },
    data: { maxBytes },
  });
  const { link } = await server.createLink({ role: "viewer", data: true });
  linked = new URL(link).hash.slice("#token=".length);
}, 60_000);
afterAll(() => server?.close());

/** An upload of all that the room may hold beside rows, 100 KB a second of it; `text` is what it was answered. */
class SlowUpload implements Disposable {
  text = "";
  readonly #socket: Socket;
  readonly #pace: NodeJS.Timeout;

  constructor(name: string, shown: string) {
    const { hostname, port } = new URL(server.url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.on("error", () => undefined);
    this.#socket.on("data", (chunk) => {
      this.text += chunk.toString("latin1");
    });
    const head = [`PUT /data/${name} HTTP/1.1`, "Host: 127.0.0.1", `Authorization: Bearer ${shown}`];
    const body = ["Content-Type: application/octet-stream", `Content-Length: ${maxBytes - rowsBytes - 4096}`];
    this.#socket.write(`${[...head, ...body].join("\r\n")}\r\n\r\n`);
    this.#pace = setInterval(() => this.#socket.write(new Uint8Array(10_000)), 100);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pace);
    this.#socket.destroy();
  }
}

function put(name: string, shown: string = token, withinMs: number = 30_000): Promise<number> {
  const headers = { authorization: `Bearer ${shown}`, "content-type": "application/octet-stream" };
  const sent = { method: "PUT", headers, body: new Uint8Array(rowsBytes), signal: AbortSignal.timeout(withinMs) };
  return fetch(new URL(`data/${name}`, server.url), sent).then(({ status }) => status);
}

describe("while a link fills something slowly", () => {
  test.each(["rows", "blob"])(
    "a host who fills rows comes through, though the link holds %s (UO1, DU4)",
    async (name) => {
      using slow = new SlowUpload(name, linked);
      await sleep(300);
      expect(await put("rows")).toBe(200);
      await expect.poll(() => slow.text).toMatch(/^HTTP\/1\.1 503 [\s\S]*A host had to wait for this upload/);
      expect(await put("rows", linked)).toBe(200);
    },
  );

  test("so does a host's socket (UO1)", async () => {
    using slow = new SlowUpload("rows", linked);
    await sleep(300);
    const address = new URL("data/rows", server.url.replace("http", "ws"));
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
    const answer = new Promise<string>((resolve) => socket.once("message", (text) => resolve(String(text))));
    socket.once("open", () => socket.send(Buffer.concat([Buffer.from('{"shape":[1,2]}\n'), new Uint8Array(8)])));
    expect(JSON.parse(await answer)).toMatchObject({ name: "rows", taken: true, shape: [1, 2] });
    await expect.poll(() => slow.text).toMatch(/^HTTP\/1\.1 503 /);
    socket.terminate();
  });

  test("a host's own upload gives way to nobody (UO2)", async () => {
    using slow = new SlowUpload("rows", token);
    await sleep(300);
    // Longer than a host waits for a link's.
    await expect(put("rows", token, 4_500)).rejects.toThrow("timeout");
    expect(slow.text).toBe("");
  });
});
