/** Owns the checks of a viewer's messages by HTTP. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { HttpMessages } from "../../../../client/link/http-messages.ts";
import type { ClientMessage } from "../../../../shared/signaling.ts";

const name = (text: string): ClientMessage => ({ kind: "name", name: text });

type Answer = (answer: boolean | Error) => Promise<void>;

function start(): { messages: HttpMessages; posted: ClientMessage[][]; answer: Answer; refusals: () => number } {
  const posted: ClientMessage[][] = [];
  let refusals = 0;
  let settle: { resolve: (isKnown: boolean) => void; reject: (error: Error) => void } | null = null;
  const messages = new HttpMessages({
    post: (body) => {
      posted.push(JSON.parse(body) as ClientMessage[]);
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    refused: () => {
      refusals += 1;
    },
  });
  const answer: Answer = async (answer) => {
    if (answer instanceof Error) settle?.reject(answer);
    else settle?.resolve(answer);
    await vi.advanceTimersByTimeAsync(5000);
  };
  return { messages, posted, answer, refusals: () => refusals };
}

describe("messages by HTTP", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it("go in order, one request at a time, together where they were said together", async () => {
    const { messages, posted, answer } = start();
    messages.send(name("a"));
    messages.send(name("b"));
    await vi.advanceTimersByTimeAsync(0);
    messages.send(name("c"));
    messages.send(name("d"));
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual([[name("a"), name("b")]]);
    await answer(true);
    expect(posted[1]).toEqual([name("c"), name("d")]);
  });

  it("are no more than 32 in a request", async () => {
    const { messages, posted, answer } = start();
    for (let index = 0; index < 40; index += 1) messages.send(name(String(index)));
    await vi.advanceTimersByTimeAsync(0);
    await answer(true);
    expect(posted.map((batch) => batch.length)).toEqual([32, 8]);
  });

  it("that are long go apart", async () => {
    const { messages, posted, answer } = start();
    const long: ClientMessage = { kind: "message", json: JSON.stringify("x".repeat(16_000)) };
    for (let index = 0; index < 3; index += 1) messages.send(long);
    await vi.advanceTimersByTimeAsync(0);
    await answer(true);
    await answer(true);
    expect(posted.map((batch) => batch.length)).toEqual([2, 1]);
  });

  it("are sent again when the server was not reached, and given up after four attempts", async () => {
    const { messages, posted, answer } = start();
    messages.send(name("a"));
    await vi.advanceTimersByTimeAsync(0);
    messages.send(name("b"));
    for (let attempt = 0; attempt < 4; attempt += 1) await answer(new Error("lost"));
    expect(posted).toEqual([[name("a")], [name("a")], [name("a")], [name("a")], [name("b")]]);
  });

  it("end when the server does not know the viewer", async () => {
    const { messages, posted, answer, refusals } = start();
    messages.send(name("a"));
    await vi.advanceTimersByTimeAsync(0);
    await answer(false);
    messages.send(name("b"));
    await vi.advanceTimersByTimeAsync(100);
    expect(refusals()).toBe(1);
    expect(posted).toHaveLength(1);
  });

  it("that make connections are left to the WebSocket", async () => {
    const { messages, posted } = start();
    messages.send({ kind: "disconnect", connection: 1 });
    messages.send({ kind: "stream", connection: 1, codecs: ["vp8"] });
    await vi.advanceTimersByTimeAsync(100);
    expect(posted).toEqual([]);
  });
});
