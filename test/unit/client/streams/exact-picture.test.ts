import { beforeEach, describe, expect, test } from "vitest";
import { ExactPicture } from "../../../../client/streams/exact-picture.ts";

type Asked = { picture: string; signal: AbortSignal; answer(bitmap: ImageBitmap | null): void };

let asked: Asked[];
let over: ImageBitmap | null;
let still: ExactPicture;

beforeEach(() => {
  asked = [];
  over = null;
  still = new ExactPicture({
    layer: {
      show: (bitmap) => {
        over = bitmap;
      },
      hide: () => {
        over = null;
      },
    },
    fetch: (picture, signal) => new Promise((answer) => asked.push({ picture, signal, answer })),
  });
  still.setShown("webrtc");
});

const settle = () => new Promise((resolve) => setTimeout(resolve));

function bitmapOf(): ImageBitmap & { isClosed: boolean } {
  const bitmap = { width: 1, height: 1, isClosed: false, close: () => void (bitmap.isClosed = true) };
  return bitmap;
}

async function rest(): Promise<ImageBitmap & { isClosed: boolean }> {
  const bitmap = bitmapOf();
  still.handleRest("webrtc", 100, "p1");
  still.handleFrame("webrtc", 100);
  asked.at(-1)?.answer(bitmap);
  await settle();
  expect(over).toBe(bitmap);
  return bitmap;
}

describe("EP1", () => {
  test("the still is shown when its frame is on the screen, whichever comes first", async () => {
    const bitmap = bitmapOf();
    still.handleRest("webrtc", 100, "p1");
    asked[0]?.answer(bitmap);
    await settle();
    expect(over).toBeNull();
    still.handleFrame("webrtc", 90);
    expect(over).toBeNull();
    still.handleFrame("webrtc", 100);
    expect(over).toBe(bitmap);
  });

  test("another frame takes it away at once, one that was announced does not", async () => {
    const bitmap = await rest();
    still.handleRest("webrtc", 200, "p1");
    still.handleFrame("webrtc", 200);
    expect(over).toBe(bitmap);
    expect(asked).toHaveLength(1);
    still.handleFrame("webrtc", 300);
    expect(over).toBeNull();
    still.handleRest("webrtc", 400, "p2");
    expect(bitmap.isClosed).toBe(true);
  });

  test("a frame that is announced too late takes it away for as long, and nothing is fetched again", async () => {
    const bitmap = await rest();
    still.handleFrame("webrtc", 200);
    expect(over).toBeNull();
    still.handleRest("webrtc", 200, "p1");
    expect(over).toBe(bitmap);
    expect(asked).toHaveLength(1);
  });

  test("a frame that the browser does not name takes it away", async () => {
    await rest();
    still.handleFrame("webrtc", null);
    expect(over).toBeNull();
  });

  test("it stays over the better way when that shows the same picture, and goes when it does not", async () => {
    const bitmap = await rest();
    still.handleRest("websocket", 7, "p1");
    still.handleFrame("websocket", 7);
    still.setShown("websocket");
    expect(over).toBe(bitmap);
    still.handleArrival("websocket", 8);
    expect(over).toBeNull();
  });

  test("the frames of a connection that is over say nothing about the next one", async () => {
    const bitmap = await rest();
    still.forget("webrtc");
    expect(over).toBeNull();
    still.handleRest("webrtc", 5, "p1");
    expect(over).toBeNull();
    still.handleFrame("webrtc", 5);
    expect(over).toBe(bitmap);
  });
});

describe("EP2", () => {
  test("what was given up is fetched again when the word that the scene still rests was late", async () => {
    still.handleRest("webrtc", 100, "p1");
    still.handleFrame("webrtc", 200);
    still.handleRest("webrtc", 200, "p1");
    expect(asked).toHaveLength(2);
    const bitmap = bitmapOf();
    asked[1]?.answer(bitmap);
    await settle();
    expect(over).toBe(bitmap);
  });

  test("what is fetched is given up when the scene moves, and a late answer is not shown", async () => {
    still.handleRest("webrtc", 100, "p1");
    still.handleFrame("webrtc", 100);
    still.handleFrame("webrtc", 101);
    expect(asked[0]?.signal.aborted).toBe(true);
    const late = bitmapOf();
    asked[0]?.answer(late);
    await settle();
    expect([over, late.isClosed]).toEqual([null, true]);
  });

  test("a picture that is being drawn is asked for before it is there, once, and given up for the next", async () => {
    still.handleBegun("p1");
    still.handleRest("webrtc", 100, "p1");
    still.handleFrame("webrtc", 100);
    expect(asked).toHaveLength(1);
    const bitmap = bitmapOf();
    asked[0]?.answer(bitmap);
    await settle();
    expect(over).toBe(bitmap);
    still.handleBegun("p2");
    still.handleBegun("p3");
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    expect([over, bitmap.isClosed]).toEqual([null, true]);
  });

  test("what was asked for too early is asked for again when it is there", async () => {
    still.handleBegun("p1");
    asked[0]?.answer(null);
    await settle();
    still.handleRest("webrtc", 100, "p1");
    still.handleFrame("webrtc", 100);
    expect(asked).toHaveLength(2);
    const bitmap = bitmapOf();
    asked[1]?.answer(bitmap);
    await settle();
    expect(over).toBe(bitmap);
  });

  test("what was asked for too early is asked for again where the word that it is there came before the answer", async () => {
    still.handleBegun("p1");
    still.handleRest("webrtc", 100, "p1");
    still.handleFrame("webrtc", 100);
    asked[0]?.answer(null);
    await settle();
    expect(asked).toHaveLength(2);
    const bitmap = bitmapOf();
    asked[1]?.answer(bitmap);
    await settle();
    expect(over).toBe(bitmap);
  });

  test("another picture at rest takes its place", async () => {
    await rest();
    const next = bitmapOf();
    still.handleRest("webrtc", 400, "p2");
    expect(over).toBeNull();
    asked[1]?.answer(next);
    still.handleFrame("webrtc", 400);
    await settle();
    expect(over).toBe(next);
  });
});

test("EP3: a picture that the server has no more is not asked for again", async () => {
  still.handleRest("webrtc", 100, "p1");
  still.handleFrame("webrtc", 100);
  asked[0]?.answer(null);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect([asked.length, over]).toEqual([1, null]);
});
