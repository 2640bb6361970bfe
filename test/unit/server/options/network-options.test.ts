import { expect, test } from "vitest";
import { inWordsOfCommandLine, parseCommandLine } from "../../../../server/command/command-line.ts";
import { startLines } from "../../../../server/command/serve-command.ts";
import { publicStun } from "../../../../server/options/network-options.ts";
import { type ResolvedOptions, resolveOptions, type StreamServerOptions } from "../../../../server/options/options.ts";
import { iceHostOf, linkTo, originOf, pageUrl } from "../../../../server/share/addresses.ts";

/** What the options of a command line come to. Throws `TypeError` in its words. */
function resolved(line: string, environment: Record<string, string> = {}): ResolvedOptions {
  return resolvedFrom(
    line.split(" ").filter((word) => word !== ""),
    environment,
  );
}

function resolvedFrom(words: readonly string[], environment: Record<string, string> = {}): ResolvedOptions {
  const command = parseCommandLine(words, environment);
  if (command.kind !== "serve") throw new Error("not serve");
  try {
    return resolveOptions(command.options);
  } catch (error) {
    throw new TypeError(inWordsOfCommandLine((error as Error).message));
  }
}

test("a token is asked for where others than this machine reach the server", () => {
  expect(resolved("").access.token).toBe(null);
  expect(resolved("--host localhost").access.token).toBe(null);
  for (const line of ["--host 0.0.0.0", "--host ::", "--host 10.0.0.1", "--share"]) {
    expect(resolved(line).access.token).toMatch(/^[\w-]{22,}$/);
  }
  expect(resolved("--share").access.token).not.toBe(resolved("--share").access.token);
});

test("a token is named by flag or environment, and no token must be said aloud", () => {
  expect(resolved("--token correct-horse").access.token).toBe("correct-horse");
  expect(resolved("", { SCENECAST_TOKEN: "from-outside" }).access.token).toBe("from-outside");
  expect(resolved("--token correct-horse", { SCENECAST_TOKEN: "from-outside" }).access.token).toBe("correct-horse");
  expect(resolved("--host 0.0.0.0 --no-token", { SCENECAST_TOKEN: "from-outside" }).access.token).toBe(null);
});

test("a token that was named may be the same at the next start, a random one is not", () => {
  expect(resolved("--token correct-horse").access.isOwnToken).toBe(true);
  expect(resolved("--host 0.0.0.0").access.isOwnToken).toBe(false);
  expect(resolved("").access.isOwnToken).toBe(false);
});

test("an application that says who asks needs no token, wherever it listens", () => {
  const authenticate = (): null => null;
  const { access } = resolveOptions({ scene: "a.ts", http: { host: "0.0.0.0" }, access: { authenticate } });
  expect(access).toEqual({ token: null, isOwnToken: false, authenticate });
});

test("the share link's account comes from flag or environment, and only with --share", () => {
  expect(resolved("", { NGROK_AUTHTOKEN: "abc" }).share).toBe(null);
  const account = (line: string) => resolved(line, { NGROK_AUTHTOKEN: "abc" }).share?.way;
  expect(account("--share")).toEqual({ kind: "ngrok", ngrokToken: "abc", ngrokDomain: null });
  expect(account("--share --ngrok-token x --ngrok-domain a.ngrok.app")).toEqual({
    kind: "ngrok",
    ngrokToken: "x",
    ngrokDomain: "a.ngrok.app",
  });
});

test("what goes through ngrok is held to what its free plan gives, through another tunnel only where that is said", () => {
  const bounds = (line: string) => [resolved(line).share?.bitrateBps, resolved(line).share?.monthlyBytes];
  expect(bounds("--share")).toEqual([1_000_000, 1_000_000_000]);
  expect(bounds("--share --share-bitrate none --share-allowance 5G")).toEqual([null, 5_000_000_000]);
  expect(bounds("--share-command cloudflared")).toEqual([null, null]);
  expect(bounds("--share-command cloudflared --share-bitrate 800k --share-allowance 200M")).toEqual([
    800_000, 200_000_000,
  ]);
});

test("a tunnel's command is split into words as it stands, and wants a token as ngrok does", () => {
  const share = (command: string) => resolvedFrom(["--share-command", command], { NGROK_AUTHTOKEN: "abc" });
  const { share: shared, access, http } = share("ssh -R '80:127.0.0.1:{port}' \"a b\"c $(id);");
  expect(shared?.way).toEqual({
    kind: "command",
    words: ["ssh", "-R", "80:127.0.0.1:{port}", "a bc", "$(id);"],
    url: null,
  });
  expect([access.token?.length, http.host]).toEqual([24, "127.0.0.1"]);
  for (const bad of ["", "  ", "ssh 'a", "''"]) {
    expect(() => share(bad)).toThrow("must be a program with its arguments, and every quote closed.");
  }
  expect(resolved("--share-command x --share-url https://scene.example/").share?.way).toMatchObject({
    url: "https://scene.example",
  });
});

test("an origin that is compared has no wildcard, which would never be met; who may show the page may have one", () => {
  for (const flag of ["--frame-driver", "--allowed-origin"]) {
    expect(() => resolved(`${flag} https://*.example.org`), flag).toThrow('not "https://*.example.org"');
  }
  expect(resolved("--frame-ancestor https://*.example.org").http.frameAncestors).toEqual(["https://*.example.org"]);
});

test("the pages of an application may show ours by its scheme, and those of everybody by none", () => {
  expect(resolved("--frame-ancestor vscode-webview: --frame-ancestor https://a.org").http.frameAncestors).toEqual([
    "vscode-webview:",
    "https://a.org",
  ]);
  for (const scheme of ["https:", "http:", "data:", "blob:", "file:", "*", "vscode-webview:;", "VSCODE:"]) {
    expect(() => resolved(`--frame-ancestor ${scheme}`), scheme).toThrow("--frame-ancestor");
  }
  expect(() => resolved("--frame-driver vscode-webview:")).toThrow("must be an origin like https://example.org");
});

test("with a share link two public STUN servers are asked, and nobody's where that is not wanted", () => {
  const asked = (line: string) => resolved(line).ice.stun;
  expect(asked("")).toEqual([]);
  expect(asked("--share")).toEqual(publicStun);
  expect(asked("--share-command x")).toEqual(publicStun);
  expect(asked("--share --no-stun")).toEqual([]);
  expect(asked("--share --stun stun:a.org")).toEqual(["stun:a.org"]);
  expect(asked("--share --turn turn:a.org --turn-secret s --ice-policy relay")).toEqual([]);
});

test.each(["a.ts", "a.ts b.ts"])("who is asked for a way past the tunnel is told at the start of %s", (scenes) => {
  const server = { title: "A", size: { width: 640, height: 360 }, renderer: null };
  const said = (line: string) => startLines(server, resolved(`${scenes} ${line}`));
  expect(said("--share")).toMatch(
    /\n {2}opening the share link …\n {2}stun\.cloudflare\.com and stun\.l\.google\.com are asked .*--no-stun/,
  );
  expect(said("--share --stun stun:a.org")).toMatch(/\n {2}opening the share link …\n\n/);
  expect(said("")).not.toContain("share link");
});

test("proxies and TLS find their place", () => {
  const line =
    "--base-path /a/b/ --trust-proxy loopback,10.0.0.0/8 --allowed-host Example.org --allowed-host b.org " +
    "--allowed-origin https://example.org --frame-ancestor https://example.org:444/ --frame-driver https://a.org --tls-cert c.pem --tls-key k.pem";
  expect(resolved(line).http).toEqual({
    port: 8080,
    host: "127.0.0.1",
    basePath: "/a/b",
    publicUrl: null,
    tls: { cert: "c.pem", key: "k.pem" },
    trustProxy: ["loopback", "10.0.0.0/8"],
    allowedHosts: ["example.org", "b.org"],
    allowedOrigins: ["https://example.org"],
    frameAncestors: ["https://example.org:444", "https://a.org"],
    frameDrivers: ["https://a.org"],
  });
  expect(resolved("--trust-proxy 2").http.trustProxy).toBe(2);
});

test("a public address is ours by its host name and its origin, and makes a token", () => {
  const { http, access, control } = resolved("--public-url https://Example.org/a");
  expect(http.publicUrl).toBe("https://example.org/a/");
  expect([http.allowedHosts, http.allowedOrigins]).toEqual([["example.org"], ["https://example.org"]]);
  expect(access.token).toMatch(/^[\w-]{24}$/);
  expect(control.mode).toBe("one");
  expect(resolved("--public-url https://example.org --no-token").access.token).toBe(null);
});

test("STUN and TURN find their place", () => {
  const line =
    "--stun stun:a.org:3478 --stun stun:[2001:db8::1]:3478 --turn turn:a.org?transport=tcp --turn turns:a.org:443 " +
    "--turn-secret s --turn-ttl 600 --ice-ports 50000-50100 --public-ip 203.0.113.5 --ice-policy relay";
  expect(resolved(line).ice).toEqual({
    stun: ["stun:a.org:3478", "stun:[2001:db8::1]:3478"],
    turn: ["turn:a.org?transport=tcp", "turns:a.org:443"],
    credentials: { kind: "secret", secret: "s", ttlSeconds: 600 },
    ports: { first: 50_000, last: 50_100 },
    publicIp: "203.0.113.5",
    policy: "relay",
  });
  expect(
    resolved("--turn turn:a.org --turn-username u --turn-password p", { TURN_SECRET: "s" }).ice.credentials,
  ).toEqual({
    kind: "static",
    username: "u",
    password: "p",
  });
});

test.each([
  ["--token short", "--token must be 8 to 256 visible ASCII characters without spaces."],
  ["--token longenough --no-token", "--token and --no-token cannot be used together."],
  ["--ngrok-domain a.org", "--ngrok-domain only works together with --share or --share-command."],
  ["--share-bitrate 1M", "--share-bitrate only works together with --share or --share-command."],
  ["--share --share-url https://a.org", "--share-url only works together with --share-command."],
  ["--share-command x --share-url a.org", "--share-url must be an address like https://scene.example."],
  [
    "--share-command x --ngrok-domain a.org",
    "--share-command cannot be combined with --ngrok-token and --ngrok-domain.",
  ],
  ["--share --share-bitrate fast", "--share-bitrate must be written like 8000000, 800k or 8M."],
  ["--share --share-bitrate 5", "--share-bitrate must be a whole number from 100000 to 200000000."],
  ["--share --share-allowance 1k", "--share-allowance must be a whole number from 1000000 to 9007199254740991."],
  ["--stun stun:a.org --no-stun", "--stun and --no-stun cannot be used together."],
  ["--share --ngrok-domain https://a.org", "--ngrok-domain must be a domain name."],
  ["--base-path scene", "--base-path must be a path that begins with a slash, like /scene."],
  ["--base-path /a/../b", "--base-path must be a path that begins with a slash, like /scene."],
  [
    "--trust-proxy everybody",
    "--trust-proxy must be loopback, linklocal, uniquelocal, addresses or subnets, or a number from 1 to 16.",
  ],
  [
    "--trust-proxy 0",
    "--trust-proxy must be loopback, linklocal, uniquelocal, addresses or subnets, or a number from 1 to 16.",
  ],
  ["--allowed-host a.org:80", '--allowed-host must be a host name without a port, not "a.org:80".'],
  ["--allowed-origin a.org", '--allowed-origin must be an origin like https://example.org, not "a.org".'],
  [
    "--frame-ancestor https://a.org/x",
    '--frame-ancestor must be an origin like https://example.org, or the scheme of an application\'s pages, like vscode-webview:, not "https://a.org/x".',
  ],
  ["--tls-cert c.pem", "--tls-cert and --tls-key must be given together."],
  ["--stun a.org", '--stun must be written like stun:host:port, not "a.org".'],
  [
    "--turn turns:a.org?transport=udp --turn-secret s",
    '--turn must be written like turn:host:port?transport=udp, …=tcp or turns:host:port, not "turns:a.org?transport=udp".',
  ],
  ["--turn turn:a.org", "--turn needs --turn-username and --turn-password, or --turn-secret."],
  ["--turn-username u", "--turn-username and --turn-password must be given together."],
  [
    "--turn-username u --turn-password p --turn-secret s",
    "--turn-secret cannot be combined with --turn-username and --turn-password.",
  ],
  ["--turn-ttl 5", "--turn-ttl must be a whole number from 60 to 604800."],
  ["--ice-ports 50000", "--ice-ports must be written like 50000-50100."],
  ["--ice-ports 50100-50000", "--ice-ports must be two ports from 1024 to 65535, the lower one first."],
  ["--public-ip here", "--public-ip must be an IP address."],
  ["--ice-policy none", "--ice-policy must be one of all, relay."],
  ["--ice-policy relay", "--ice-policy relay needs --turn."],
])("%s is refused in one line", (line, sentence) => {
  expect(() => resolved(line)).toThrow(new TypeError(sentence));
});

test.each<[unknown, string]>([
  [{ http: { basePath: 1 } }, "options.http.basePath must be a path that begins with a slash, like /scene."],
  [{ http: { allowedHosts: "a" } }, "options.http.allowedHosts must be a list of at most 32."],
  [{ access: { tokn: "" } }, "options.access.tokn is unknown. There are token, authenticate."],
  [{ access: { authenticate: "me" } }, "options.access.authenticate must be a function."],
  [
    { access: { authenticate: () => null, token: "correct-horse" } },
    "options.access.authenticate cannot be combined with options.access.token.",
  ],
  [{ share: 1 }, "options.share must be an object."],
  [{ share: { ngrokToken: "" } }, "options.share.ngrokToken must be an ngrok authtoken."],
  [{ ice: { stun: "stun:a" } }, "options.ice.stun must be a list of at most 8."],
  [{ ice: { turns: [] } }, expect.stringContaining("options.ice.turns is unknown.")],
])("%o is refused in words", (options, message) => {
  expect(() => resolveOptions({ scene: "a.ts", ...(options as Partial<StreamServerOptions>) })).toThrow(
    expect.objectContaining({ name: "TypeError", message }),
  );
});

test("links have the base path, and the token in the fragment", () => {
  const { http } = resolved("--host :: --base-path /a");
  expect(pageUrl({ http }, 80)).toBe("http://[::1]:80/a/");
  expect(originOf({ host: "0.0.0.0", tls: { cert: "", key: "" } }, 80)).toBe("https://127.0.0.1:80");
  expect(linkTo("http://a/", null)).toBe("http://a/");
  expect(linkTo("http://a/", "a&b#c+d")).toBe("http://a/#token=a%26b%23c%2Bd");
  expect(new URLSearchParams(new URL(linkTo("http://a/", "a&b#c+d")).hash.slice(1)).get("token")).toBe("a&b#c+d");
});

test("candidates keep to loopback unless viewers come from elsewhere", () => {
  expect(iceHostOf(resolved(""))).toBe("127.0.0.1");
  expect(iceHostOf(resolved("--host ::1"))).toBe("::1");
  for (const line of ["--host 0.0.0.0", "--share", "--trust-proxy 1", "--public-ip 203.0.113.5", "--stun stun:a"]) {
    expect(iceHostOf(resolved(line))).toBe(null);
  }
});
