import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Links } from "../../../../server/access/links.ts";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { link } from "../../../../server/command/link-command.ts";
import { keepRecord } from "../../../../server/command/server-record.ts";
import { type LinkServer, startLinkServer } from "../../../support/link-server.ts";

const token = "correct-horse-battery";
const closings: (() => void)[] = [];
let runtime: string;

beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), "scenecast-link-"));
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closings.splice(0)) close();
});

async function serve(
  tls: Parameters<typeof startLinkServer>[1] = null,
  scenes: ReadonlySet<string> | null = null,
): Promise<LinkServer & { links: Links }> {
  const links = new Links({ token, folder: null, scenes });
  const server = await startLinkServer({ kind: "token", links }, tls);
  closings.push(() => server.close());
  return { ...server, links };
}

function keep({ url }: { readonly url: string }): void {
  const record = { port: Number(new URL(url).port), url, token, pid: process.pid, startedAt: Date.now() };
  const kept = keepRecord(record);
  closings.push(() => kept[Symbol.dispose]());
}

/** Runs a line like `link --list`, in this process. */
async function run(line: string, environment: Record<string, string> = {}) {
  const command = parseCommandLine(line.split(" "), environment);
  if (command.kind !== "link") throw new Error("not link");
  let [out, error] = ["", ""];
  const code = await link(command, {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  for (const text of [out, error]) expect(text).not.toContain(token);
  return { code, out, error };
}

describe("arguments", () => {
  const parse = (line: string, environment = {}) => parseCommandLine(line.split(" "), environment);
  const make = { kind: "make", role: "viewer", expiresSeconds: 86_400, room: null, data: false };
  const here = { kind: "here", port: null };

  test("by itself it makes a link to watch, for a day, at the server that runs here", () => {
    expect(parse("link")).toEqual({ kind: "link", action: make, target: here });
    expect(parse("link", { SCENECAST_TOKEN: token })).toEqual({ kind: "link", action: make, target: here });
  });

  test("with --data it is for data, too", () => {
    expect(parse("link --data")).toMatchObject({ action: { ...make, data: true } });
    expect(() => parse("link --data --list")).toThrow("--data and --list cannot be used together.");
  });

  test.each([
    ["60s", 60],
    ["90s", 90],
    ["30m", 1_800],
    ["2h", 7_200],
    ["7d", 604_800],
    ["365d", 31_536_000],
  ])("--expires %s is %d seconds", (text, expiresSeconds) => {
    expect(parse(`link --expires ${text}`)).toMatchObject({ action: { expiresSeconds } });
  });

  test("role, room, port, list and revoke find their place", () => {
    expect(parse("link --role host --room hall --port 9000")).toMatchObject({
      action: { role: "host", room: "hall" },
      target: { kind: "here", port: 9000 },
    });
    expect(parse("link --list")).toMatchObject({ action: { kind: "list" } });
    expect(parse("link --revoke abc_-1")).toMatchObject({ action: { kind: "revoke", id: "abc_-1" } });
  });

  test("a scene among several stands before the room, or for all of its rooms", () => {
    const roomOf = (line: string) => {
      const command = parse(line);
      return command?.kind === "link" && command.action.kind === "make" ? command.action.room : undefined;
    };
    expect(roomOf("link --scene spheres")).toBe("spheres/*");
    expect(roomOf("link --scene spheres --room hall")).toBe("spheres/hall");
    expect(roomOf("link --scene spheres --room=")).toBe("spheres/");
    expect(roomOf("link --room spheres/hall")).toBe("spheres/hall");
  });

  test("the server's token comes from its flag, from the address, or from the environment", () => {
    const url = "https://a.org/scene/";
    const target = (shown: string) => ({ target: { kind: "url", url, token: shown } });
    const environment = { SCENECAST_TOKEN: "from-environment" };
    expect(parse("link --url https://a.org/scene --token given", environment)).toMatchObject(target("given"));
    expect(parse("link --url https://a.org/scene/#token=in-it", environment)).toMatchObject(target("in-it"));
    expect(parse("link --url https://a.org/scene/", environment)).toMatchObject(target("from-environment"));
  });

  test.each([
    ["link --role admin", "--role must be one of host, controller, viewer."],
    ["link --expires 2", "--expires must be written like 90s, 30m, 2h or 7d, from 60s to 365d."],
    ["link --expires 59s", "--expires must be written like 90s, 30m, 2h or 7d, from 60s to 365d."],
    ["link --expires 366d", "--expires must be written like 90s, 30m, 2h or 7d, from 60s to 365d."],
    [
      "link --expires -1h",
      "What follows --expires begins with a dash; if that is meant, write --expires=… See scenecast link --help.",
    ],
    [
      "link --room a/b/c",
      '--room must be a name of 1 to 64 letters, digits, "-" and "_", or "" for the shared room; of several scenes with ' +
        "the scene's name and a slash before it.",
    ],
    ["link --scene a/b", "--scene must be the name of a scene, as in the address of its page."],
    ["link --port 0", "--port must be a whole number from 1 to 65535."],
    ["link --port 8080 --url http://a.org", "--port and --url cannot be used together."],
    ["link --url ftp://a.org --token x", "--url must be an address like https://example.org/scene/."],
    ["link --url http://a.org", "--url needs the server's token, in --token or SCENECAST_TOKEN."],
    ["link --token abc", "--token only works together with --url."],
    ["link --list --revoke x", "--list and --revoke cannot be used together."],
    ["link --list --role viewer", "--role and --list cannot be used together."],
    ["link --revoke x --expires 2h", "--expires and --revoke cannot be used together."],
    ["link --revoke ../x", "--revoke must be the id of a link, as shown by --list."],
    ["link --nonsense", "Unknown option '--nonsense'. See scenecast link --help."],
    ["link scene.ts", "Unexpected argument 'scene.ts'. See scenecast link --help."],
  ])("%s is refused in one line", (line, sentence) => {
    expect(() => parse(line)).toThrow(new TypeError(sentence));
  });
});

describe("with a server that runs here", () => {
  test("the link, and nothing else, goes to stdout", async () => {
    const server = await serve();
    keep(server);
    const { code, out, error } = await run("link --role controller --expires 2h --room hall");
    expect(code).toBe(0);
    expect(out).toMatch(/^https:\/\/example\.org\/hall#token=ey[\w.-]+\n$/);
    const [made] = server.links.list();
    expect(made).toMatchObject({ role: "controller", room: "hall" });
    expect(error).toMatch(/^A controller in room hall, until .*\. To revoke it: scenecast link --revoke [\w-]{16}\n$/);
    expect(error).toContain(made?.id);
    const shown = out.trim().split("#token=")[1] ?? "";
    expect(await server.links.identityOf(shown)).toMatchObject({ role: "controller", room: "hall" });
  });

  test.each([
    ["--scene spheres", "A viewer in every room of the scene spheres, until "],
    ["--scene spheres --room=", "A viewer in the shared room of the scene spheres, until "],
    ["--scene spheres --room hall", "A viewer in room hall of the scene spheres, until "],
  ])("with %s it is said where it leads", async (flags, sentence) => {
    const server = await serve(null, new Set(["spheres"]));
    keep(server);
    expect((await run(`link ${flags}`)).error).toContain(sentence);
  });

  test("links are listed and revoked", async () => {
    const server = await serve(null, new Set(["spheres"]));
    keep(server);
    expect(await run("link --list")).toEqual({ code: 0, out: "", error: "There are no links.\n" });
    const { id } = await server.links.make({ role: "viewer" });
    expect((await run("link --list")).out).toMatch(new RegExp(`^${id}  A viewer in every room, until .*\\.\n$`));
    expect(await run(`link --revoke ${id}`)).toEqual({ code: 0, out: "", error: `The link ${id} no longer works.\n` });
    expect(server.links.list()[0]?.isRevoked).toBe(true);
    expect((await run("link --list")).out).toContain(". Revoked.\n");
    expect(await run("link --revoke AAAAAAAAAAAAAAAA")).toEqual({
      code: 1,
      out: "",
      error: "scenecast: There is no such link. Links that have expired are forgotten.\n",
    });
  });

  test("of several one is named by its port", async () => {
    const [one, two] = [await serve(), await serve()];
    keep(one);
    keep(two);
    const ports = [one, two].map(({ url }) => Number(new URL(url).port)).sort((a, b) => a - b);
    expect(await run("link")).toEqual({
      code: 1,
      out: "",
      error: `scenecast: Several servers are running here, on ports ${ports.join(", ")}. Choose one with --port.\n`,
    });
    expect((await run(`link --port ${new URL(two.url).port}`)).code).toBe(0);
    expect([one.links.list().length, two.links.list().length]).toEqual([0, 1]);
  });

  test("none, or none on that port, is said", async () => {
    expect((await run("link")).error).toMatch(
      /^scenecast: None of your servers that ask for a token is running here\. Start/,
    );
    keep(await serve());
    expect(await run("link --port 1")).toMatchObject({
      code: 1,
      error: expect.stringContaining("is running on port 1."),
    });
  });
});

describe("with a server elsewhere", () => {
  test("it is reached with its token, and a wrong one is said", async () => {
    const { url, links } = await serve();
    expect((await run(`link --url ${url}`, { SCENECAST_TOKEN: token })).code).toBe(0);
    const { token: shown } = await links.make({ role: "viewer" });
    expect(await run(`link --url ${url} --token wrong`)).toMatchObject({
      code: 1,
      error: "scenecast: The token is wrong.\n",
    });
    expect(await run(`link --url ${url}#token=${shown}`)).toMatchObject({
      code: 1,
      error: "scenecast: Only hosts may make, list and revoke links.\n",
    });
  });

  test("nobody there is said", async () => {
    const { url, close } = await serve();
    close();
    expect(await run(`link --url ${url} --token ${token}`)).toEqual({
      code: 1,
      out: "",
      error: `scenecast: ${new URL(url).origin} could not be reached: ECONNREFUSED.\n`,
    });
  });

  test.each<[string, RequestListener, RegExp]>([
    ["HTML", (_request, response) => response.end("<h1>Hello</h1>"), /is not a Scenecast server/],
    ["other JSON", (_request, response) => response.end('{"link":"javascript:alert(1)"}'), /is not a Scenecast server/],
    ["a page that is missing", (_request, response) => response.writeHead(404).end("?"), /answered 404\./],
    [
      "a terminal's secrets",
      (_request, response) => response.writeHead(500, { "content-type": "text/plain" }).end("\u001b[2Joops"),
      /: \?\[2Joops\n/,
    ],
    [
      "the way to another server",
      (_request, response) => response.writeHead(307, { location: "http://127.0.0.1:1/links" }).end(),
      /could not be reached: unexpected redirect\./,
    ],
  ])("one that answers %s is refused", async (_name, listener, sentence) => {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    closings.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, out, error } = await run(`link --url http://127.0.0.1:${port} --token ${token}`);
    expect([code, out]).toEqual([1, ""]);
    expect(error).toMatch(sentence);
  });

  test("a certificate that nobody vouches for is said, with what to do", async () => {
    const [cert, key] = [join(runtime, "cert.pem"), join(runtime, "key.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...names];
    execFileSync("openssl", [...request, "-keyout", key, "-out", cert], { stdio: "ignore" });
    const { url } = await serve({ cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") });
    const { code, error } = await run(`link --url ${url} --token ${token}`);
    expect(code).toBe(1);
    expect(error).toMatch(/^scenecast: The certificate of https:\S+ is not trusted \(\w+\)\. .*NODE_EXTRA_CA_CERTS/);
    const script = fileURLToPath(new URL("../../../../server/cli.ts", import.meta.url));
    const args = ["--conditions=scenecast-source", script, "link", "--url", url];
    const environment = { ...process.env, NODE_EXTRA_CA_CERTS: cert, SCENECAST_TOKEN: token };
    const child = spawn(process.execPath, args, { env: environment });
    let out = "";
    child.stdout.on("data", (chunk) => void (out += String(chunk)));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(out).toMatch(/^https:\/\/example\.org\/#token=\S+\n$/);
  });
});
