/** Owns the checks of where the viewer comes back to, and of when it does not. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ServerLink } from "../../../../client/link/server-link.ts";
import { PROTOCOL_VERSION } from "../../../../shared/signaling.ts";
import { welcome } from "../people/people-samples.ts";
import { FakeSocket, installFakeBrowser } from "./fake-socket.ts";

async function start(url = "ws://host/signal"): Promise<{ link: ServerLink; socket: FakeSocket }> {
  const hello = () => ({ kind: "hello", protocol: PROTOCOL_VERSION, name: "Ann" }) as const;
  const link = new ServerLink({ url, token: null, hello });
  await vi.advanceTimersByTimeAsync(0);
  return { link, socket: FakeSocket.last };
}

describe("the link to the server", () => {
  beforeEach(installFakeBrowser);
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("says hello with the name of now", async () => {
    const { link, socket } = await start();
    socket.open(welcome);
    expect(socket.sent.map((text) => JSON.parse(text))).toEqual([
      { kind: "hello", protocol: PROTOCOL_VERSION, name: "Ann" },
    ]);
    link.close();
  });

  it("stays on a socket that lets it wait in the queue", async () => {
    const { link, socket } = await start();
    socket.open({ kind: "queued", position: 2, waiting: 3 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.state).toBe("open");
    expect(FakeSocket.all).toHaveLength(1);
    link.close();
  });

  it("comes back to the room that the server gave it, with everything that stands there", async () => {
    const { link, socket } = await start();
    socket.open({ ...welcome, room: "k3v9" });
    link.enterRoom("k3v9");
    socket.fail();
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.last.url).toBe("ws://host/s/k3v9/signal");
    expect(link.addressOf("links").href).toBe("http://host/s/k3v9/links");
    expect(link.mjpegUrl("v 1")).toBe("http://host/s/k3v9/stream.mjpg?viewer=v%201");
    expect(link.exactUrl("a-1", "v 1", null, 1).href).toBe("http://host/s/k3v9/exact/a-1?viewer=v+1");
    expect(link.exactUrl("a-1", "v", 2e6, 2).search).toBe("?viewer=v&bps=2000000");
    FakeSocket.last.open(welcome);
    expect(link.exactUrl("a-1", "v", 2e6, 3).search).toBe("?viewer=v&bps=2000000&receipts=3");
    link.close();
  });

  it("says the query of the page wherever it may open a room, by WebSocket and by HTTP, and nowhere else", async () => {
    const asked: string[] = [];
    const fetch = vi.fn(async (address: URL) => {
      asked.push(address.href);
      return new Response(null, { status: 503 });
    });
    vi.stubGlobal("fetch", fetch);
    const { link, socket } = await start("ws://host/signal?count=200");
    expect(socket.url).toBe("ws://host/signal?count=200");
    link.enterRoom("k3v9");
    await vi.advanceTimersByTimeAsync(2500);
    expect(asked).toContain(`http://host/s/k3v9/viewer?count=200&protocol=${PROTOCOL_VERSION}`);
    expect(link.mjpegUrl("v")).toBe("http://host/s/k3v9/stream.mjpg?viewer=v");
    expect(link.exactUrl("a-1", "v", null, 1).search).toBe("?viewer=v");
    link.close();
  });

  it("begins anew where the page lies once the room is no more", async () => {
    const { link, socket } = await start();
    socket.open(welcome);
    link.enterRoom("k3v9");
    socket.fail();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await vi.advanceTimersByTimeAsync(700);
      FakeSocket.last.fail();
    }
    await vi.advanceTimersByTimeAsync(1500);
    expect(FakeSocket.last.url).toBe("ws://host/signal");
    link.close();
  });

  it("does not come back after it was told to try no more, until another token is right", async () => {
    const { link, socket } = await start();
    socket.open(welcome);
    link.halt();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([link.state, FakeSocket.all.length]).toEqual(["halted", 1]);
    expect(await link.unlock("another")).toBe(true);
    expect([link.state, FakeSocket.all.length]).toEqual(["connecting", 2]);
    link.close();
  });
});
