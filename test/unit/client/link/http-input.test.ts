/** Owns the checks of input by HTTP. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { HttpInput } from "../../../../client/link/http-input.ts";
import type { InputMessage } from "../../../../shared/input.ts";
import { parseInputPost } from "../../../../shared/input-post.ts";
import { parseClientSocketMessage } from "../../../../shared/socket-message.ts";
import { pointerInput } from "../input/pointer-input.ts";

const move = (sequence: number, ordered = 0, pointerId = 1): InputMessage => ({
  sequence,
  ordered,
  event: pointerInput({ phase: "move", pointerId }),
});
const release = (sequence: number, ordered: number): InputMessage => ({
  sequence,
  ordered,
  event: { kind: "release" },
});

/** The sequences in a body. */
function sequencesOf(body: Uint8Array): number[] {
  return parseInputPost(body)
    .map(parseClientSocketMessage)
    .flatMap((message) => (message.kind === "input" ? message.input.sequence : []));
}

type Answer = (isTaken: boolean | Error) => Promise<void>;

function start(): { input: HttpInput; posted: number[][]; answer: Answer; received: number[]; refused: () => number } {
  const posted: number[][] = [];
  const received: number[] = [];
  let refusals = 0;
  let settle: { resolve: (isTaken: boolean) => void; reject: (error: Error) => void } | null = null;
  const input = new HttpInput({
    post: (body) => {
      posted.push(sequencesOf(body));
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    received: (ordered) => received.push(ordered),
    refused: () => {
      refusals += 1;
    },
  });
  const answer: Answer = async (isTaken) => {
    if (isTaken instanceof Error) settle?.reject(isTaken);
    else settle?.resolve(isTaken);
    await vi.advanceTimersByTimeAsync(5000);
  };
  return { input, posted, answer, received, refused: () => refusals };
}

describe("HttpInput", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it("has one request under way, and in the next one all that came meanwhile, of moves the newest", async () => {
    const { input, posted, answer } = start();
    for (const sequence of [1, 2, 3]) input.sendOrdered(move(sequence));
    input.sendOrdered(release(4, 0));
    input.sendOrdered(move(5, 1));
    expect(posted).toEqual([[1]]);
    await answer(true);
    expect(posted).toEqual([[1], [3, 4, 5]]);
  });

  it("merges the moves of a pointer in a gap only", async () => {
    const { input, posted, answer } = start();
    input.sendOrdered(release(1, 0));
    for (const message of [move(2, 1, 7), move(3, 1, 8), release(4, 1), move(5, 2, 7)]) input.sendOrdered(message);
    await answer(true);
    expect(posted[1]).toEqual([2, 3, 4, 5]);
  });

  it("sends again, in order, what a lost request carried", async () => {
    const { input, posted, answer } = start();
    input.sendOrdered(release(1, 0));
    input.sendOrdered(release(2, 1));
    await answer(new Error("no network"));
    expect(posted).toEqual([[1], [1, 2]]);
  });

  it("tells how many ordered events the server has", async () => {
    const { input, answer, received } = start();
    input.sendOrdered(release(1, 0));
    input.sendOrdered(release(2, 1));
    input.sendOrdered(move(3, 2));
    await answer(true);
    await answer(true);
    expect(received).toEqual([1, 2]);
  });

  it("stops when the server does not know the viewer any more", async () => {
    const { input, posted, answer, refused } = start();
    input.sendOrdered(release(1, 0));
    await answer(false);
    input.sendOrdered(release(2, 1));
    expect([posted.length, refused()]).toEqual([1, 1]);
  });
});
