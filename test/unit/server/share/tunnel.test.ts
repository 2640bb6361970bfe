import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { shareLines } from "../../../../server/command/serve-command.ts";
import { Tunnel, type TunnelOptions } from "../../../../server/share/tunnel.ts";
import { TunnelMeter } from "../../../../server/share/tunnel-meter.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { FakeNgrok, ngrokError } from "../../../support/fake-ngrok.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { rawRequest, upgradeHeaders } from "../../../support/raw-request.ts";
import { TestClient } from "../../../support/signaling-client.ts";

let ngrok: FakeNgrok;
let tunnel: Tunnel | null = null;
let server: StreamServer | null = null;
afterEach(async () => {
  await tunnel?.close();
  await server?.close();
  ngrok?.close();
  [tunnel, server] = [null, null];
});

const noNetwork = () => ngrokError("failed to connect session: failed to establish tcp connection");

/** A tunnel that writes down what it says. */
function makeTunnel(options: Partial<TunnelOptions> = {}): string[] {
  ngrok = new FakeNgrok();
  const said: string[] = [];
  const target = "http://127.0.0.1:9";
  tunnel = new Tunnel({ target, ngrokToken: "2abc", ngrokDomain: null, retryMs: 10, load: ngrok.load, ...options });
  tunnel.on("opened", ({ url }) => said.push(`opened ${url}`));
  tunnel.on("failed", ({ sentence, retryMs }) => said.push(`${sentence} ${retryMs}`));
  return said;
}

test("a tunnel opens with the account's token and domain, and closes whole", async () => {
  const said = makeTunnel({ ngrokDomain: "mine.ngrok.app" });
  ngrok.publicUrl = "https://mine.ngrok.app";
  await tunnel?.open();
  expect(said).toEqual(["opened https://mine.ngrok.app"]);
  expect([ngrok.authtokens, ngrok.domains]).toEqual([["2abc"], ["mine.ngrok.app"]]);
  await Promise.all([tunnel?.close(), tunnel?.close()]);
  expect([ngrok.closedListeners, ngrok.closedSessions]).toEqual([1, 1]);
  expect(said).toHaveLength(1);
});

test.each([
  [
    "no token",
    { ngrokToken: null },
    null,
    /^A share link needs the authtoken of an ngrok account \(https:\S+\)\. null$/,
  ],
  [
    "no package",
    { load: () => Promise.reject(new Error("Cannot find package '@ngrok/ngrok'")) },
    null,
    /^A share link needs the package @ngrok\/ngrok: npm install @ngrok\/ngrok\. null$/,
  ],
  [
    "a bad authtoken",
    {},
    ngrokError(
      "failed to connect session: authentication failed: The authtoken you specified is not one.",
      "ERR_NGROK_105",
    ),
    /^ngrok refused the authtoken because it is not valid\. Yours is at https:\S+ \(ERR_NGROK_105\)\. null$/,
  ],
  [
    "a suspended account",
    {},
    ngrokError("failed to connect session: authentication failed: Suspended.", "ERR_NGROK_102"),
    /^ngrok refused the account because it is suspended \(ERR_NGROK_102\)\. null$/,
  ],
  [
    "a domain of somebody else",
    {},
    ngrokError("failed to start listener: The domain is reserved for another account.", "ERR_NGROK_320"),
    /^ngrok refused the domain because it belongs to another account \(ERR_NGROK_320\)\. null$/,
  ],
])("%s is one sentence, and is not tried again", async (_name, options, failure, sentence) => {
  const said = makeTunnel(options as Partial<TunnelOptions>);
  if (failure !== null) ngrok.failures.push(failure);
  await tunnel?.open();
  expect(said).toEqual([expect.stringMatching(sentence)]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(said).toHaveLength(1);
});

test("without a network it is tried again at growing intervals until it opens", async () => {
  const said = makeTunnel();
  ngrok.failures.push(
    noNetwork(),
    ngrokError("failed to connect session: too many sessions", "ERR_NGROK_108"),
    noNetwork(),
  );
  await tunnel?.open();
  await expect.poll(() => said.length).toBe(4);
  expect(said).toEqual([
    "ngrok cannot be reached: failed to establish tcp connection. 10",
    "ngrok refused because the account already has as many tunnels open as it is allowed (ERR_NGROK_108). 20",
    "ngrok cannot be reached: failed to establish tcp connection. 40",
    expect.stringMatching(/^opened http/),
  ]);
});

test("the interval never grows over a minute", async () => {
  makeTunnel({ retryMs: 59_000 });
  ngrok.failures.push(noNetwork());
  const waits: (number | null)[] = [];
  tunnel?.on("failed", ({ retryMs }) => waits.push(retryMs));
  await tunnel?.open();
  ngrok.failures.push(noNetwork());
  await tunnel?.open();
  expect(waits).toEqual([59_000, 60_000]);
});

test("a tunnel that breaks and heals by itself says both", async () => {
  const said = makeTunnel();
  await tunnel?.open();
  expect(ngrok.breakConnection()).toBe(true);
  expect(tunnel?.url).toBe(null);
  ngrok.beat();
  ngrok.beat();
  expect(said).toEqual([
    expect.stringMatching(/^opened/),
    "The tunnel lost its connection: listener closed: end of file. 0",
    expect.stringMatching(/^opened/),
  ]);
  expect(ngrok.opened).toBe(1);
});

test("a tunnel that is given up is opened again under its new address", async () => {
  const said = makeTunnel();
  ngrok.publicUrl = "https://first.ngrok.app";
  await tunnel?.open();
  ngrok.publicUrl = "https://second.ngrok.app";
  ngrok.breakConnection();
  ngrok.giveUp();
  await expect.poll(() => tunnel?.url).toBe("https://second.ngrok.app");
  expect(said.at(-2)).toBe("ngrok cannot be reached: error on join: reconnect error. 10");
  expect([ngrok.opened, ngrok.closedListeners, ngrok.closedSessions]).toEqual([2, 1, 1]);
});

test("closed while it opens it leaves nothing open", async () => {
  const said = makeTunnel();
  let goOn = (): void => undefined;
  ngrok.delay = new Promise((resolve) => {
    goOn = resolve;
  });
  const opening = tunnel?.open();
  await tunnel?.close();
  goOn();
  await opening;
  expect([ngrok.opened, ngrok.closedListeners, ngrok.closedSessions, said]).toEqual([1, 1, 1, []]);
});

test("the real SDK without a network, or refused, gives a sentence and not an exception", async () => {
  tunnel = new Tunnel({ target: "http://127.0.0.1:9", ngrokToken: "not-a-token", ngrokDomain: null });
  const failed = new Promise<string>((resolve) => tunnel?.on("failed", ({ sentence }) => resolve(sentence)));
  await tunnel.open();
  expect(await failed).toMatch(/^(ngrok (cannot be reached|refused)|A share link needs the package)\b.*\.$/);
});

test("a shared server has a public link with a token that lets in", async () => {
  ngrok = new FakeNgrok();
  server = await startFakeServer({ more: { share: { ngrokToken: "2abc" } }, share: { load: ngrok.load } });
  await expect.poll(() => server?.shareLink).not.toBe(null);
  const link = new URL(server.shareLink ?? "");
  expect(link.port).not.toBe(String(server.port));
  const token = new URLSearchParams(link.hash.slice(1)).get("token") ?? "";
  expect(token.length).toBeGreaterThanOrEqual(22);
  const picture = new URL("snapshot.png", link);
  expect((await rawRequest(picture)).status).toBe(401);
  expect((await rawRequest(picture, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  await server.close();
  expect([ngrok.closedListeners, ngrok.closedSessions]).toEqual([1, 1]);
});

test("a share link that cannot be had is told, and the server goes on", async () => {
  ngrok = new FakeNgrok();
  ngrok.failures.push(ngrokError("failed to connect session: no such authtoken", "ERR_NGROK_107"));
  server = await startFakeServer({ more: { share: { ngrokToken: "2abc" } }, share: { load: ngrok.load } });
  const details: (string | null)[] = [];
  server.on("shareChanged", ({ detail }) => details.push(detail));
  await expect.poll(() => details).toHaveLength(1);
  expect(details[0]).toMatch(/^ngrok refused the authtoken because .* There is no share link\.$/);
  expect((await rawRequest(new URL("healthz", server.url))).status).toBe(200);
});

test("the tunnel's name is answered to, and its visitors are told apart, while it is open", async () => {
  ngrok = new FakeNgrok();
  ngrok.publicUrl = "https://abc.ngrok-free.app";
  const more = { access: { token: null }, share: { ngrokToken: "2abc" } };
  server = await startFakeServer({ more, share: { load: ngrok.load, retryMs: 60_000 } });
  await expect.poll(() => server?.shareLink).toBe("https://abc.ngrok-free.app/");
  const headers = { ...upgradeHeaders, host: "abc.ngrok-free.app", origin: "https://abc.ngrok-free.app" };
  const signal = new URL("signal", server.url);
  expect((await rawRequest(signal, { headers })).status).toBe(101);
  expect((await rawRequest(signal, { headers: { ...headers, host: "evil.example" } })).status).toBe(403);
  expect((await rawRequest(signal, { headers: { ...headers, host: signal.host } })).status).toBe(101);
  ngrok.breakConnection();
  ngrok.giveUp();
  for (const host of ["abc.ngrok-free.app", signal.host]) {
    expect((await rawRequest(signal, { headers: { ...headers, host } })).status, host).toBe(403);
  }

  await server.close();
  server = await startFakeServer({
    more: { ...more, access: { token: "correct-horse" } },
    share: { load: ngrok.load },
  });
  await expect.poll(() => server?.shareLink).not.toBe(null);
  const guess = async (visitor: string): Promise<[number, string | undefined]> => {
    const { status, headers } = await rawRequest(new URL("access", server?.url ?? ""), {
      method: "POST",
      headers: {
        host: "abc.ngrok-free.app",
        "content-type": "application/json",
        "x-forwarded-for": `9.9.9.9, ${visitor}`,
        "x-forwarded-proto": "https",
      },
      body: JSON.stringify({ token: visitor === "192.0.2.3" ? "correct-horse" : "wrong-token" }),
    });
    return [status, headers["set-cookie"]?.[0]];
  };
  for (let i = 0; i < 10; i += 1) expect((await guess("192.0.2.1"))[0]).toBe(401);
  expect((await guess("192.0.2.1"))[0]).toBe(429);
  expect((await guess("192.0.2.2"))[0]).toBe(401);
  expect(await guess("192.0.2.3")).toEqual([204, expect.stringMatching(/; Secure$/)]);
});

test("what goes through the tunnel is counted and told to hosts, and who comes by it is held; who is local is neither", async () => {
  ngrok = new FakeNgrok();
  ngrok.publicUrl = "https://abc.ngrok-free.app";
  const share = { ngrokToken: "2abc", bitrateBps: 400_000, monthlyBytes: 1_000_000 };
  server = await startFakeServer({
    query: "jpegBytes=20000",
    more: { access: { token: "correct-horse" }, share, ice: { stun: [] } },
    share: { load: ngrok.load },
  });
  await expect.poll(() => server?.shareLink).not.toBe(null);
  const used: (string | null)[] = [];
  server.on("shareUsed", ({ warning }) => used.push(warning));
  const host = await TestClient.join(server.url, { authorization: "Bearer correct-horse" });
  const bytesIn = async (url: string, forMs: number, more: Record<string, string> = {}): Promise<number> => {
    const headers = { authorization: "Bearer correct-horse", accept: "application/octet-stream", ...more };
    let bytes = 0;
    const asked = get(new URL(url, server?.url), { headers }, (response) => {
      response.on("data", (chunk: Buffer) => void (bytes += chunk.byteLength));
    });
    await new Promise((resolve) => setTimeout(resolve, forMs));
    asked.destroy();
    return bytes;
  };
  const metric = async (): Promise<number> => {
    const { body } = await rawRequest(new URL("metrics", server?.url), {
      headers: { authorization: "Bearer correct-horse" },
    });
    return Number(/^scenecast_tunnel_bytes_total\{direction="out"\} (\d+)$/m.exec(body)?.[1] ?? 0);
  };
  expect(await bytesIn("stream.mjpg", 1000)).toBeGreaterThan(200_000);
  expect(await metric()).toBe(0);
  // 400 kbit/s are 50 kB a second, and the first picture goes at once.
  const held = await bytesIn("stream.mjpg", 2000, { host: "abc.ngrok-free.app" });
  expect(held).toBeGreaterThan(30_000);
  expect(held).toBeLessThan(150_000);
  await expect.poll(metric).toBeGreaterThanOrEqual(held);
  const told = () => host.messages.filter(({ kind }) => kind === "tunnel");
  await expect.poll(() => told().at(-1)).toMatchObject({ allowanceBytes: 1_000_000 });
  expect(server.shareUsage?.monthBytes).toBeGreaterThanOrEqual(held);
  expect(used.every((warning) => warning === null)).toBe(true);
  host.socket.close();
});

test("a server that finds its port taken leaves nothing of its share link running", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const closed = vi.spyOn(TunnelMeter.prototype, "close");
  const { port } = taken.address() as AddressInfo;
  await expect(startFakeServer({ port, more: { share: true } })).rejects.toMatchObject({ code: "port-taken" });
  expect(closed).toHaveBeenCalled();
  taken.close();
});

test("a terminal gets the link as a QR code too", () => {
  const link = "https://abc.ngrok-free.app/#token=abcdefghijklmnopqrstuvwx";
  expect(shareLines(link, false)).toBe(`  share link: ${link.replace(/#.*$/, "")}\n\n`);
  const lines = shareLines(link, true).trimEnd().split("\n");
  expect(lines[0]).toBe(`  share link: ${link}`);
  const code = lines.slice(2);
  expect(code.length).toBeGreaterThan(15);
  for (const line of code) expect(line).toMatch(/^ {2}[█▀▄ ]+$/);
});
