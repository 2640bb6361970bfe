/** A replay into a scene that is a stand-in: the order of what is done, the times, restarts, and a scene that ends. */

import { expect, test } from "vitest";
import type { RecordedStep } from "../../../../server/replay/recording.ts";
import { ReplayPlayer, type ReplaySpeed } from "../../../../server/replay/replay-player.ts";
import type { SessionEvents } from "../../../../server/session/session.ts";
import type { PlayedMessage } from "../../../../server/session/session-protocol.ts";
import { Emitter } from "../../../../shared/emitter.ts";
import { StreamError } from "../../../../shared/errors.ts";
import { keyInput } from "../../../support/input-samples.ts";

class FakeSession extends Emitter<SessionEvents> {
  readonly done: string[] = [];
  isLive = true;
  readonly parameters = {
    set: async (values: object): Promise<void> => {
      this.done.push(`parameters ${JSON.stringify(values)}`);
      throw new TypeError("The scene is another one.");
    },
  };

  play(message: PlayedMessage): boolean {
    if (message.kind === "size-played") this.done.push(`size ${message.size.width}`);
    else
      this.done.push(
        `${message.inputs.map(({ atMs }) => atMs).join(" ")} until ${message.untilMs}${message.isLast ? " last" : ""}`,
      );
    if (this.isLive && message.kind === "inputs-played") setImmediate(() => this.emit("inputsPlayed", {}));
    return this.isLive;
  }
  restart(): void {
    this.done.push("restart");
    const error = new StreamError("room-lost", "A host has it so.");
    setImmediate(() => {
      this.emit("statusChanged", { status: { kind: "restarting", attempt: 1, error } });
      const renderer = { name: "fake", isGpu: false, backend: "vulkan" } as const;
      const ready = {
        kind: "ready",
        renderer,
        title: "",
        size: { width: 2, height: 2 },
        messagesFrom: "control",
      } as const;
      this.emit("statusChanged", { status: { kind: "live", ready } });
    });
  }
  setSceneState(state: string): void {
    this.done.push(`state ${state}`);
  }
  handlePanelChange({ id }: { readonly id: string }): boolean {
    this.done.push(`panel ${id}`);
    return true;
  }
}

function input(ms: number): RecordedStep {
  return { kind: "input", ms, viewerId: "viewer 1", event: keyInput("down") };
}

function playerOf(session: FakeSession, speed: ReplaySpeed, signal = new AbortController().signal): ReplayPlayer {
  return new ReplayPlayer({ session, speed, signal, progressed: () => undefined });
}

test("as fast as it goes everything is done in the order of the log, and time is stepped up to it (RY1, RY2)", async () => {
  const session = new FakeSession();
  const played = await playerOf(session, "max").play([
    input(10),
    input(20),
    { kind: "size", ms: 30, size: { width: 800, height: 600 } },
    { kind: "state", ms: 40, state: "{}" },
    { kind: "parameters", ms: 41, values: { count: 5 } },
    input(100_000),
    { kind: "restart", ms: 100_500 },
    { kind: "panel", ms: 5, change: { id: "/P", value: null, last: true } },
    input(7),
  ]);
  expect(played).toBe(4);
  expect(session.done).toEqual([
    "10 20 until 20",
    " until 30",
    "size 800",
    " until 40",
    "state {}",
    " until 41",
    'parameters {"count":5}',
    "100000 until 100000",
    " until 100500",
    "restart",
    " until 5",
    "panel /P",
    "7 until 7",
    " until 5007 last",
  ]);
});

test("in time nothing is played before its time, and twice as fast in half of it", async () => {
  for (const [speed, leastMs] of [
    [1, 100],
    [2, 50],
  ] as const) {
    const session = new FakeSession();
    const begun = performance.now();
    expect(await playerOf(session, speed).play([input(0), input(100)])).toBe(2);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(leastMs - 2);
    expect(session.done).toEqual(["0 until 0", "100 until 100", " until 5100 last"]);
  }
});

test("a scene that ends, or does not run, ends the replay with its reason; so does the signal", async () => {
  const session = new FakeSession();
  session.isLive = false;
  await expect(playerOf(session, "max").play([input(0)])).rejects.toThrow("The scene is not running");

  const falling = new FakeSession();
  falling.play = () => {
    const error = new StreamError("room-lost", "It fell.");
    setImmediate(() => falling.emit("statusChanged", { status: { kind: "restarting", attempt: 1, error } }));
    return true;
  };
  await expect(playerOf(falling, "max").play([input(0)])).rejects.toThrow("It fell.");

  const stop = new AbortController();
  const playing = playerOf(new FakeSession(), 1, stop.signal).play([input(0), input(60_000)]);
  stop.abort();
  await expect(playing).rejects.toThrow("The replay was stopped.");
});
