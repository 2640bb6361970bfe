/** A tunnel that a program of the user's opens: what is taken from its output, how it ends, and what is said of it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandTunnel, type CommandTunnelOptions } from "../../../../server/share/command-tunnel.ts";
import { publicAddressIn } from "../../../../server/share/public-address.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { processExists } from "../../../support/processes.ts";
import { rawRequest, upgradeHeaders } from "../../../support/raw-request.ts";

const program = fileURLToPath(new URL("../../../fixtures/tunnels/cloudflared.mjs", import.meta.url));

let tunnel: CommandTunnel | null = null;
let server: StreamServer | null = null;
let pids: string;
beforeEach(() => {
  pids = join(mkdtempSync(join(tmpdir(), "scenecast-tunnel-")), "pids");
});
afterEach(async () => {
  await tunnel?.close();
  await server?.close();
  [tunnel, server] = [null, null];
});

/** The processes that the program wrote down. */
const started = (): number[] => {
  try {
    return readFileSync(pids, "utf8").trim().split("\n").map(Number);
  } catch {
    return [];
  }
};

/** A tunnel that writes down what it says. */
function open(words: readonly string[], more: Partial<CommandTunnelOptions> = {}): string[] {
  const said: string[] = [];
  tunnel = new CommandTunnel({ words, url: null, target: "http://127.0.0.1:8080", retryMs: 30, ...more });
  tunnel.on("opened", ({ url }) => said.push(`opened ${url}`));
  tunnel.on("failed", ({ sentence, retryMs }) => said.push(`${sentence} ${retryMs}`));
  void tunnel.open();
  return said;
}

const cloudflared = (how: string, ...args: string[]): string[] => [process.execPath, program, how, pids, ...args];

test.each([
  ["cloudflared", "INF |  https://seasonal-deck.trycloudflare.com   |", "https://seasonal-deck.trycloudflare.com"],
  ["localhost.run", "a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life", "https://a1b2.lhr.life"],
  [
    "serveo, in colour",
    "\u001b[32mForwarding HTTP traffic from https://ab.serveo.net\u001b[0m",
    "https://ab.serveo.net",
  ],
  ["tailscale funnel", "https://desk.tail1234.ts.net/", "https://desk.tail1234.ts.net"],
  ["localtunnel", "your url is: https://brave-fox-1.loca.lt", "https://brave-fox-1.loca.lt"],
  ["a tunnel with a port", "connect to (https://a.b.example:8443).", "https://a.b.example:8443"],
  ["its own page", "Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].", null],
  ["its dashboard", "To set up and manage custom domains go to https://admin.localhost.run/", null],
  ["its manual", "following: https://developers.cloudflare.com/cloudflare-one/connections", null],
  ["its terms", "(https://www.cloudflare.com/website-terms/)", null],
  ["a page to log in", "To enable, visit: https://login.tailscale.com/f/funnel?node=n1", null],
  ["ngrok's agent", "addr=http://localhost:8080 url=https://a1.ngrok-free.app", "https://a1.ngrok-free.app"],
  ["bore-like JSON", '{"msg":"up","url":"https://a1.tunnel.example"}', "https://a1.tunnel.example"],
  ["what a visitor asked for", "ERR failed dest=https://a.trycloudflare.com/?https://evil.trycloudflare.com", null],
  [
    "what a visitor named",
    "GET /a?b=https://evil.lhr.life HTTP/1.1 referer=https://a.lhr.life/#https://c.lhr.life",
    null,
  ],
  ["what a visitor listed", "GET https://a.lhr.life/?a,https://evil.lhr.life", null],
  ["this machine", "url:http://localhost:8080, https://127.0.0.1:8080 and https://a.b.localhost", null],
])("of what tunnels print, %s is taken for what it is", (_name, line, address) => {
  expect(publicAddressIn(line)).toBe(address);
});

test("the address that the program prints is the tunnel's, and it ends with the tunnel, and so does what it started", async () => {
  const said = open(cloudflared("deaf"));
  await expect.poll(() => said, { timeout: 20_000 }).toEqual(["opened https://seasonal-deck.trycloudflare.com"]);
  await expect.poll(started, { timeout: 20_000 }).toHaveLength(2);
  expect(started().every(processExists)).toBe(true);
  await Promise.all([tunnel?.close(), tunnel?.close()]);
  await expect.poll(() => started().some(processExists)).toBe(false);
  expect(said).toHaveLength(1);
});

test("it is run with the server's address, and without a shell", async () => {
  const script =
    "console.log(['https:/', process.argv.slice(1).map(encodeURIComponent).join('.') + '.x.example'].join('/'))";
  const said = open([process.execPath, "-e", script, "{port}", "$(id)"]);
  // No name of a host has such characters, so nothing was taken for an address: what a shell had made of it would be.
  await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(said[0]).toMatch(
    /^The tunnel's program node ended with code 0; it said: https:\/\/8080\.%24\(id\)\.x\.example\. 30$/,
  );
});

test("one that ends is run again, ever more seldom; what it said is told, and nothing of its command", async () => {
  const said = open(cloudflared("fails", "eyJhIjoic2VjcmV0In0"));
  await expect.poll(() => said.length, { timeout: 30_000 }).toBe(3);
  expect(said[0]).toMatch(
    /^The tunnel's program node ended with code 1; it said: .* \/ .*failed to request quick Tunnel\. 30$/,
  );
  expect(said.map((sentence) => sentence.split(" ").at(-1))).toEqual(["30", "60", "120"]);
  expect(said.join()).toContain("response with …: error code: 1015");
  expect(said.join()).not.toContain("eyJhIjoic2VjcmV0In0");
});

test("of what it said neither a secret of its command is told nor the part of a word that is one", async () => {
  const script = "console.log('token s3cretS3cret of --token=s3cretS3cret is wrong'); process.exit(1)";
  const said = open([process.execPath, "-e", script, "--", "--token=s3cretS3cret"]);
  await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(said[0]).toContain("it said: token … of … is wrong");
});

test("one that is not there is told once", async () => {
  const said = open(["/nowhere/cloudflared", "tunnel"]);
  await expect.poll(() => said).toEqual(["The tunnel's program cloudflared was not found. null"]);
});

test("one that prints no address is told of, and another way to name it helps", async () => {
  const silent = open(cloudflared("silent"), { patienceMs: 300 });
  await expect.poll(() => silent.length, { timeout: 20_000 }).toBe(1);
  expect(silent[0]).toMatch(/^node has printed no public address for 0 s.* --share-url \(share\.url\)\. null$/);
  await tunnel?.close();
  const named = open(cloudflared("silent"), { url: "https://scene.example" });
  await expect.poll(() => named, { timeout: 20_000 }).toEqual(["opened https://scene.example"]);
});

test("it ends with the server's process even where that is killed outright", async () => {
  const source = `
    import { TunnelProgram } from ${JSON.stringify(new URL("../../../../server/share/tunnel-program.ts", import.meta.url).href)};
    new TunnelProgram({ words: ${JSON.stringify(cloudflared("deaf"))}, printed: () => undefined });
    console.log("It watches.");
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ["--conditions=scenecast-source", "--input-type=module", "-e", source]);
  await Promise.all([once(parent.stdout, "data"), expect.poll(started).toHaveLength(2)]);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => started().some(processExists)).toBe(false);
});

test("a server that is shared by a program has its public link, with a token, and lets that page in", async () => {
  const command = cloudflared("opens")
    .map((word) => `"${word}"`)
    .join(" ");
  server = await startFakeServer({ more: { share: { command }, ice: { stun: [] } } });
  await expect.poll(() => server?.shareLink, { timeout: 20_000 }).not.toBe(null);
  const link = new URL(server.shareLink ?? "");
  expect(link.origin).toBe("https://seasonal-deck.trycloudflare.com");
  const token = new URLSearchParams(link.hash.slice(1)).get("token") ?? "";
  const signal = new URL("signal", server.url);
  const bearer = { authorization: `Bearer ${token}` };
  // As cloudflared names the host, and as one does that names the server's own.
  for (const host of ["seasonal-deck.trycloudflare.com", signal.host]) {
    const headers = { ...upgradeHeaders, ...bearer, host, origin: link.origin };
    expect((await rawRequest(signal, { headers })).status, host).toBe(101);
  }
  const evil = { ...upgradeHeaders, ...bearer, origin: "https://evil.trycloudflare.com" };
  expect((await rawRequest(signal, { headers: evil })).status).toBe(403);
  expect((await rawRequest(signal, { headers: { ...upgradeHeaders, origin: link.origin } })).status).toBe(401);
  await server.close();
  await expect.poll(() => started().some(processExists)).toBe(false);
});
