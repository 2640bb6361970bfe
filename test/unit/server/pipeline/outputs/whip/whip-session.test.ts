/** What is said to WHIP endpoints over HTTP (WI1 to WI3), to ones that keep the rules and ones that do not. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  addressIn,
  refusalOf,
  turnServersOf,
  WhipRefusal,
} from "../../../../../../server/pipeline/outputs/whip/whip-answer.ts";
import { askBy, askOverNet } from "../../../../../../server/pipeline/outputs/whip/whip-request.ts";
import { deleteSession, postOffer } from "../../../../../../server/pipeline/outputs/whip/whip-session.ts";
import { findFreePort } from "../../../../../support/free-port.ts";
import { type Asked, WhipStandIn } from "../../../../../support/whip-stand-in.ts";

const ANSWER = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";
const token = "the-token";
let end: WhipStandIn;
let other: WhipStandIn;

beforeAll(async () => {
  [end, other] = await Promise.all([WhipStandIn.start(), WhipStandIn.start()]);
});
afterAll(async () => {
  await Promise.all([end, other].map((one) => one[Symbol.asyncDispose]()));
});
beforeEach(() => {
  for (const one of [end, other]) {
    one.asked.length = 0;
    one.answer = (asked, response) =>
      void (asked.method === "POST" ? created(response) : response.writeHead(200).end());
  }
});

function created(response: ServerResponse, headers: Record<string, string> = {}, body: string = ANSWER): void {
  response.writeHead(201, { "Content-Type": "application/sdp", Location: "/session/1", ...headers }).end(body);
}

const target = () => ({ endpoint: `${end.origin}/a/whip?room=7`, token });

async function refusal(deadlineMs: number = 10_000): Promise<WhipRefusal> {
  const error: unknown = await postOffer(target(), "v=0", { ask: askOverNet, deadlineMs }).catch(
    (reason: unknown) => reason,
  );
  if (error instanceof WhipRefusal) return error;
  throw new Error(`It was not refused but: ${String(error)}`);
}

test("the offer is posted with its type and the token, and the session deleted with the token", async () => {
  const { answer, place } = await postOffer(target(), "v=0 an offer");
  expect(answer).toBe(ANSWER);
  expect(end.asked[0]).toMatchObject({
    method: "POST",
    path: "/a/whip?room=7",
    body: "v=0 an offer",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` },
  });
  if (place === null) throw new Error("There is no session.");
  await deleteSession(target(), place);
  expect(end.asked[1]).toMatchObject({
    method: "DELETE",
    path: "/session/1",
    headers: { authorization: `Bearer ${token}` },
  });
});

test("without a token there is no header for it", async () => {
  await postOffer({ ...target(), token: null }, "v=0");
  expect(end.asked[0]?.headers).not.toHaveProperty("authorization");
});

describe("the address of the session", () => {
  test.each([
    ["session/9?a=b", "/a/session/9?a=b"],
    ["/session/9", "/session/9"],
    ["//127.0.0.1:1/x", "//127.0.0.1:1/x"],
  ])("%s is taken by the address that was asked", async (location) => {
    end.answer = (_, response) => created(response, { Location: location });
    const { place } = await postOffer(target(), "v=0");
    expect(place?.url.href).toBe(new URL(location, target().endpoint).href);
  });

  test.each(["ftp://127.0.0.1/x", "http://[", "http://name:word@127.0.0.1/x"])(
    "%s is none, and nothing is deleted then",
    async (location) => {
      end.answer = (_, response) => created(response, { Location: location });
      expect((await postOffer(target(), "v=0")).place).toBeNull();
    },
  );

  test("WI1: at another origin it is deleted without the token", async () => {
    end.answer = (_, response) => created(response, { Location: `${other.origin}/session/3` });
    const { place } = await postOffer(target(), "v=0");
    if (place === null) throw new Error("There is no session.");
    await deleteSession(target(), place);
    expect(other.asked).toMatchObject([{ method: "DELETE", path: "/session/3" }]);
    expect(other.asked[0]?.headers).not.toHaveProperty("authorization");
  });
});

describe("passed on (WI2)", () => {
  const passOn = (status: number, to: string) => (asked: Asked, response: ServerResponse) => {
    if (asked.path.startsWith("/a/")) response.writeHead(status, { Location: to }).end("moved");
    else created(response);
  };

  test.each([307, 308])("by %i the same offer goes with the token within the origin", async (status) => {
    end.answer = passOn(status, "../b/whip");
    const { place } = await postOffer(target(), "v=0 an offer");
    expect(end.asked[1]).toMatchObject({
      path: "/b/whip",
      body: "v=0 an offer",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(place?.url.href).toBe(`${end.origin}/session/1`);
  });

  test("WI1: to another origin it goes without the token, which is told where that wants one", async () => {
    end.answer = passOn(307, `${other.origin}/whip`);
    await postOffer(target(), "v=0");
    expect(other.asked[0]?.headers).not.toHaveProperty("authorization");
    other.answer = (_, response) => void response.writeHead(401).end();
    const { message, isFinal } = await refusal();
    expect([message, isFinal]).toEqual([
      expect.stringMatching(/passed us on .* told to the first alone \(401\)$/),
      true,
    ]);
  });

  test.each([301, 302, 303])("by %i it does not go", async (status) => {
    end.answer = passOn(status, "../b/whip");
    expect((await refusal()).message).toBe(`the server passes us on in a way that offers cannot go (${status})`);
    expect(end.asked).toHaveLength(1);
  });

  test("round in circles it ends", async () => {
    end.answer = passOn(307, "/a/again");
    expect(await refusal()).toMatchObject({ message: "the server passes us on again and again", isFinal: true });
    expect(end.asked).toHaveLength(6);
  });

  test.each(["file:///etc/passwd", "http://[", ""])("to %j it does not go", async (to) => {
    end.answer = passOn(307, to);
    expect((await refusal()).message).toMatch(/to where offers do not go \(307\)$|again and again/);
  });

  test.each([
    ["http://a.example/whip", null],
    ["https://b.example/whip", "https://b.example/whip"],
    ["/session", "https://a.example/session"],
    ["file:///etc/passwd", null],
    ["https://name:word@a.example/", null],
    ["data:,v=0", null],
    ["https://[", null],
    [null, null],
  ])("from HTTPS by %j it goes to %j", (location, to) => {
    expect(addressIn(location, new URL("https://a.example/whip"))?.href ?? null).toBe(to);
  });
});

describe("WN1: what a server of the internet leads to", () => {
  let far: WhipStandIn;
  beforeAll(async () => {
    far = await WhipStandIn.start("127.0.0.2");
  });
  afterAll(() => far[Symbol.asyncDispose]());
  beforeEach(() => {
    far.asked.length = 0;
  });
  /** For which that is all of the internet. */
  const ask = askBy((address) => address === "127.0.0.2");
  const speech = { ask, deadlineMs: 10_000 };
  const outside = () => ({ endpoint: `${far.origin}/whip`, token });
  const inside = () => [
    other.origin,
    other.origin.replace("127.0.0.1", "localhost"),
    other.origin.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
  ];

  test("in our networks is not passed on to, by number or by name", async () => {
    for (const origin of inside()) {
      far.answer = (_, response) => void response.writeHead(307, { Location: `${origin}/whip` }).end();
      await expect(postOffer(outside(), "v=0", speech)).rejects.toThrow(
        "the server passes us on into a network of this machine",
      );
    }
    expect([far.asked.length, other.asked]).toEqual([3, []]);
  });

  test("in our networks is no session that would be deleted", async () => {
    for (const origin of inside()) {
      far.answer = (_, response) => created(response, { Location: `${origin}/all` });
      const { place } = await postOffer(outside(), "v=0", speech);
      if (place === null) throw new Error("There is no session.");
      await deleteSession(outside(), place, ask);
    }
    expect(other.asked).toEqual([]);
  });

  test("at its own origin is asked as ever", async () => {
    far.answer = ({ path, method }, response) => {
      if (path === "/whip") response.writeHead(307, { Location: "/other" }).end();
      else if (method === "POST") created(response, { Location: "/session/5" });
      else response.writeHead(200).end();
    };
    const { place } = await postOffer(outside(), "v=0", speech);
    if (place === null) throw new Error("There is no session.");
    await deleteSession(outside(), place, ask);
    expect(far.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /whip",
      "POST /other",
      "DELETE /session/5",
    ]);
  });

  test("where the server is in our networks itself, so may be the next, and the internet after that leads nowhere back", async () => {
    end.answer = (_, response) => void response.writeHead(307, { Location: `${far.origin}/whip` }).end();
    far.answer = (_, response) => void response.writeHead(307, { Location: `${other.origin}/whip` }).end();
    await expect(postOffer(target(), "v=0", speech)).rejects.toThrow(
      "the server passes us on into a network of this machine",
    );
    end.answer = (_, response) => void response.writeHead(307, { Location: `${other.origin}/whip` }).end();
    await postOffer(target(), "v=0", speech);
    expect(other.by("POST")).toHaveLength(1);
  });
});

describe("what a server refuses", () => {
  test.each([
    [401, "the server refuses the token (401)", true],
    [403, "the server refuses the token (403)", true],
    [404, "the server takes no WHIP at this address (404)", true],
    [406, "the server takes none of the codecs, or no WHIP (406)", true],
    [409, "the server has another sender there already (409)", false],
    [415, "the server takes no offers of WebRTC (415)", true],
    [418, "the server refuses us (418)", true],
    [429, "the server is asked too often (429)", false],
    [500, "the server failed (500)", false],
    [503, "the server is too busy, or not ready (503)", false],
    [200, "the server gives no WHIP answer (200)", false],
  ])("%i: %s", async (status, words, isFinal) => {
    end.answer = (_, response) => void response.writeHead(status).end(`no entry for ${token}`);
    const { message, isFinal: is, retryAfterMs } = await refusal();
    expect([message, is, retryAfterMs]).toEqual([words, isFinal, null]);
  });

  test.each([
    ["7", 7000],
    ["0", 1000],
    ["999999", 600_000],
    [new Date(90_000).toUTCString(), 60_000],
    [new Date(0).toUTCString(), 1000],
    ["soon", null],
    [null, null],
  ])("Retry-After %j leaves it alone for %j ms", (value, ms) => {
    const headers = new Headers(value === null ? {} : { "Retry-After": value });
    expect(refusalOf({ status: 503, headers }, "none", 30_000).retryAfterMs).toBe(ms);
  });

  test("nobody there, and one that hangs up, are told in words", async () => {
    const gone = await postOffer({ endpoint: `http://127.0.0.1:${await findFreePort()}/`, token }, "v=0").catch(
      (error: Error) => error.message,
    );
    expect(gone).toBe("nothing listens there");
    end.answer = (_, response) => void response.destroy();
    expect((await refusal()).message).toBe("the server cut the connection");
  });
});

test("by HTTPS nothing is said to one whose certificate nobody vouches for, which is told in words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-whip-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...request, "-subj", "/CN=localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
  const asked: string[] = [];
  const secure = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    ({ url }) => void asked.push(url ?? ""),
  );
  try {
    secure.listen(0, "127.0.0.1");
    await once(secure, "listening");
    const endpoint = `https://localhost:${(secure.address() as AddressInfo).port}/whip`;
    await expect(postOffer({ endpoint, token }, "v=0")).rejects.toThrow(
      "its certificate is one that nobody vouches for",
    );
    expect(asked).toEqual([]);
  } finally {
    secure.close();
    rmSync(folder, { recursive: true });
  }
});

describe("a hostile answer (WI3)", () => {
  const endless = (response: ServerResponse) => {
    response.writeHead(201, { "Content-Type": "application/sdp", Location: "/session/1" });
    const timer = setInterval(() => response.write(`v=0${"\r\na=x".repeat(3000)}`), 1);
    response.on("close", () => clearInterval(timer));
  };

  test("without end is cut, and its session deleted", async () => {
    end.answer = ({ method }, response) => void (method === "POST" ? endless(response) : response.writeHead(200).end());
    expect((await refusal()).message).toBe("the server's answer is too long");
    await expect.poll(() => end.by("DELETE").length).toBe(1);
  });

  test("that comes drop by drop, or never, is waited for no longer than is said", async () => {
    const begun = performance.now();
    end.answer = (_, response) => {
      response.writeHead(201, { "Content-Type": "application/sdp", Location: "/session/1" });
      const timer = setInterval(() => response.write("v"), 20);
      response.on("close", () => clearInterval(timer));
    };
    expect((await refusal(300)).message).toBe("no answer came");
    end.answer = () => undefined;
    expect((await refusal(300)).message).toBe("no answer came");
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test.each([
    ["text/html", "<html>"],
    ["application/sdp", "<html>"],
    ["application/sdp", ""],
  ])("of %s with %j is no session description", async (type, body) => {
    end.answer = ({ method }, response) =>
      void (method === "POST" ? created(response, { "Content-Type": type }, body) : response.writeHead(200).end());
    expect((await refusal()).message).toBe("the server's answer is no session description");
    await expect.poll(() => end.by("DELETE").length).toBe(1);
  });
});

describe("TURN servers that an answer names", () => {
  const turn =
    '<turn:a.example:3478?transport=udp>; rel="ice-server"; username="u"; credential="c"; credential-type="password"';

  test("are taken with their credentials, and STUN servers left out", () => {
    expect(
      turnServersOf(
        `<stun:a.example>; rel="ice-server", ${turn}, <turns:b.example>;rel=ice-server;username=v;credential=d`,
      ),
    ).toEqual([
      { urls: "turn:a.example:3478?transport=udp", username: "u", credential: "c" },
      { urls: "turns:b.example", username: "v", credential: "d" },
    ]);
  });

  test.each([
    null,
    "",
    '<turn:a.example>; rel="ice-server"',
    '<turn:a.example>; rel="next"; username="u"; credential="c"',
    '<http://a.example>; rel="ice-server"; username="u"; credential="c"',
    turn.padEnd(20_000),
    `<${"a".repeat(5000)}`,
  ])("%#: are none in what names none", (link) => {
    expect(turnServersOf(link)).toEqual([]);
  });

  test("are eight at most, and come with the answer", async () => {
    end.answer = (_, response) => created(response, { Link: Array.from({ length: 20 }, () => turn).join(", ") });
    expect((await postOffer(target(), "v=0")).turnServers).toHaveLength(8);
  });
});
