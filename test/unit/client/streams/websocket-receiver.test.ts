/** Owns the checks of video by the WebSocket whose decoder goes silent, with a screen that does what the test says. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CanvasScreen } from "../../../../client/picture/canvas-screen.ts";
import { WebSocketReceiver } from "../../../../client/streams/websocket-receiver.ts";
import { Emitter } from "../../../../shared/emitter.ts";
import type { ClientMessage } from "../../../../shared/signaling.ts";
import { now } from "../../../../shared/time.ts";

type Events = { readonly frameDecoded: { readonly decodeMs: number; readonly isDrawn: boolean } };

class FakeScreen extends Emitter<Events> {
  readonly size = null;
  backlog = 0;

  start(): void {
    this.backlog = 0;
  }

  stop(): void {}

  decode(): void {
    this.backlog += 1;
  }

  giveDecoded(): void {
    this.backlog -= 1;
    this.emit("frameDecoded", { decodeMs: 1, isDrawn: true });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => vi.useRealTimers());

function startStream() {
  const screen = new FakeScreen();
  const sent: ClientMessage[] = [];
  let connections = 0;
  let deaths = 0;
  const receiver = new WebSocketReceiver({
    screen: screen as unknown as CanvasScreen,
    codecs: ["h264"],
    nextConnection: () => ++connections,
    send: (message) => void sent.push(message),
    acknowledge: () => undefined,
  });
  receiver.on("died", () => void deaths++);
  const answer = () => receiver.handleStreaming(connections, "h264");
  const giveFrame = (frame: number) =>
    receiver.handleFrame({
      kind: "frame",
      time: now(),
      codec: "h264",
      frame,
      isKeyFrame: frame === 0,
      data: new Uint8Array(4),
    });
  answer();
  return { screen, receiver, answer, giveFrame, asked: () => sent.length, deaths: () => deaths };
}

it("asks for the stream anew where a decoder that gave pictures gives no more of them, and later each time", () => {
  const { screen, receiver, answer, giveFrame, asked, deaths } = startStream();
  giveFrame(0);
  screen.giveDecoded();
  vi.advanceTimersByTime(60_000);
  expect(asked(), "a scene at rest sends nothing").toBe(1);
  giveFrame(1);
  giveFrame(2);
  vi.advanceTimersByTime(3000);
  screen.giveDecoded();
  vi.advanceTimersByTime(3900);
  expect(asked(), "one is still waited for").toBe(1);
  vi.advanceTimersByTime(500);
  expect(asked()).toBe(2);
  answer();
  giveFrame(0);
  vi.advanceTimersByTime(7900);
  expect(asked()).toBe(2);
  vi.advanceTimersByTime(500);
  expect(asked()).toBe(3);
  expect(deaths()).toBe(0);
  receiver.close();
});

it("dies where the decoder never gave a picture", () => {
  const { receiver, giveFrame, asked, deaths } = startStream();
  giveFrame(0);
  vi.advanceTimersByTime(4100);
  expect([asked(), deaths()]).toEqual([1, 1]);
  receiver.close();
});
