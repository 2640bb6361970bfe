/** Owns the checks of a link to a server one version on, which says things that this version does not know. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpSignaling } from "../../../../client/link/http-signaling.ts";
import { ServerLink } from "../../../../client/link/server-link.ts";
import { closeCodes } from "../../../../server/http/close-codes.ts";
import { encodeFeedback } from "../../../../shared/feedback.ts";
import { ENDED_CLOSE_CODE, PROTOCOL_VERSION } from "../../../../shared/signaling.ts";
import { welcome } from "../people/people-samples.ts";
import { FakeSocket, installFakeBrowser } from "./fake-socket.ts";

beforeEach(installFakeBrowser);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

type Heard = { readonly link: ServerLink; readonly kinds: string[]; readonly ended: () => number };

async function start(): Promise<Heard> {
  const hello = () => ({ kind: "hello", protocol: PROTOCOL_VERSION }) as const;
  const link = new ServerLink({ url: "ws://host/signal", token: null, hello });
  const kinds: string[] = [];
  let ended = 0;
  link.on("messageReceived", ({ message }) => kinds.push(message.kind));
  link.on("feedbackReceived", ({ feedback }) => kinds.push(feedback.kind));
  link.on("ended", () => {
    ended += 1;
  });
  await vi.advanceTimersByTimeAsync(0);
  return { link, kinds, ended: () => ended };
}

describe("PV1", () => {
  it("a server one version on is understood in what is known, and the rest passes without a word", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { link, kinds } = await start();
    const socket = FakeSocket.last;
    socket.open();
    for (const message of [
      { kind: "greeting", motto: "Two versions, one picture." },
      { ...welcome, protocol: PROTOCOL_VERSION + 1, role: "director", features: ["hdr"] },
      { kind: "hologram", connection: 1 },
      { kind: "status", status: "moving", detail: "To another machine.", machine: 2 },
      { kind: "error", code: "budget-spent", message: "The budget is spent." },
      { kind: "title", title: "Spheres", subtitle: "in glass" },
    ]) {
      socket.sayRaw(message);
    }
    socket.sayRaw(Uint8Array.of(9, 9, 9));
    socket.sayRaw(Uint8Array.of(2, 77));
    socket.sayRaw(Uint8Array.of(2, ...encodeFeedback({ kind: "received", ordered: 4 }), 1, 2, 3, 4));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds).toEqual(["welcome", "status", "error", "title", "received"]);
    expect([link.state, FakeSocket.all.length, socket.readyState]).toEqual(["open", 1, FakeSocket.OPEN]);
    expect(warn).not.toHaveBeenCalled();
    link.close();
  });

  it("a message that cannot be read is left out, and the connection stays", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { link, kinds } = await start();
    FakeSocket.last.open(welcome);
    FakeSocket.last.sayRaw({ kind: "title", title: { text: "Spheres", language: "en" } });
    FakeSocket.last.say({ kind: "title", title: "Spheres" });
    expect(kinds).toEqual(["welcome", "title"]);
    expect([warn.mock.calls.length, link.state]).toEqual([1, "open"]);
    link.close();
  });

  it("that the server parts with a viewer is told by the code with which it closes", async () => {
    expect(closeCodes.ended).toBe(ENDED_CLOSE_CODE);
    const { link, ended } = await start();
    FakeSocket.last.open(welcome);
    FakeSocket.last.fail();
    expect(ended()).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    FakeSocket.last.open(welcome);
    FakeSocket.last.fail(ENDED_CLOSE_CODE);
    expect(ended()).toBe(1);
    link.close();
  });
});

it("PV2: by HTTP, too, the protocol is told, and why the server refuses it", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    return new Response("This page is older than the server. Reload the page.\n", { status: 400 });
  });
  const http = new HttpSignaling(() => new URL("http://host/s/blue/viewer"), fetch);
  const message = await http.next("messageReceived");
  expect(asked[0]).toBe(`http://host/s/blue/viewer?protocol=${PROTOCOL_VERSION}`);
  expect(message).toEqual({
    message: {
      kind: "error",
      code: "protocol-version",
      message: "This page is older than the server. Reload the page.",
    },
  });
  http.abandon();
});
