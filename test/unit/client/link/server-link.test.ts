/** Owns the checks of where the viewer comes back to, and of when it does not. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ServerLink } from "../../../../client/link/server-link.ts";
import type { ServerMessage } from "../../../../shared/signaling.ts";
import { welcome } from "../people/company-samples.ts";

/** A socket that does what the test says. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: string[] = [];
  readyState = 0;
  readonly bufferedAmount = 0;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (last === undefined) throw new Error("There is no socket.");
    return last;
  }

  open(...messages: readonly ServerMessage[]): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
    for (const message of messages) this.say(message);
  }

  say(message: ServerMessage): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  send(text: string): void {
    this.sent.push(text);
  }

  fail(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  close(): void {
    this.readyState = 3;
  }
}

async function start(): Promise<{ link: ServerLink; socket: FakeSocket }> {
  const hello = () => ({ kind: "hello", protocol: 2, name: "Ann" }) as const;
  const link = new ServerLink({ url: "ws://host/signal", token: null, hello });
  await vi.advanceTimersByTimeAsync(0);
  return { link, socket: FakeSocket.last };
}

describe("the link to the server", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("window", new EventTarget());
    vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
    vi.stubGlobal("fetch", async () => new Response(null, { status: 204 }));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says hello with the name of now", async () => {
    const { link, socket } = await start();
    socket.open(welcome);
    expect(socket.sent.map((text) => JSON.parse(text))).toEqual([{ kind: "hello", protocol: 2, name: "Ann" }]);
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
    expect(link.stillUrl("a-1", "v 1", null, 1).href).toBe("http://host/s/k3v9/exact/a-1?viewer=v+1");
    expect(link.stillUrl("a-1", "v", 2e6, 2).search).toBe("?viewer=v&bps=2000000");
    FakeSocket.last.open(welcome);
    expect(link.stillUrl("a-1", "v", 2e6, 3).search).toBe("?viewer=v&bps=2000000&receipts=3");
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
