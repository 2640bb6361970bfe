/** The sources of a studio with stand-ins for their processes: when they are started, given up and started again. */

import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PictureReader, PictureWriter } from "../../../../server/frames/picture-memory.ts";
import type { Layout, StudioItem } from "../../../../server/studio/layout.ts";
import { ProcessSource } from "../../../../server/studio/process-source.ts";
import { RoomSource } from "../../../../server/studio/room-source.ts";
import { SharedPictures } from "../../../../server/studio/shared-pictures.ts";
import { StudioView } from "../../../../server/studio/studio-view.ts";
import { noCrop } from "../../../../shared/picture-cut.ts";

class FakeProcess extends EventEmitter {
  readonly pid = 1;
  readonly connected = true;
  readonly sent: { readonly kind: string }[] = [];
  isKilled = false;

  send(message: { readonly kind: string }): void {
    this.sent.push(message);
  }
  kill(): void {
    this.isKilled = true;
    this.emit("exit", null, "SIGKILL");
  }
}

const processes: FakeProcess[] = [];
vi.mock("../../../../server/platform/fork-module.ts", () => ({
  forkModule: () => {
    const child = new FakeProcess();
    processes.push(child);
    return child;
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  // No jitter.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  processes.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

const showing = { width: 16, height: 16, fit: "contain", crop: noCrop } as const;
const failed: string[] = [];
const movie = (watched = true): ProcessSource =>
  new ProcessSource({
    source: { kind: "movie", file: "/a.mp4" },
    ...{ showing, maxFps: 30, watched, failed: (reason) => void failed.push(reason) },
  });

describe("a source with a process", () => {
  it("is started again after half a second, and then after ever longer (UR1, UR2)", () => {
    const source = movie();
    const waits = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const [at, wait] of waits.entries()) {
      processes.at(-1)?.emit("message", { kind: "failed", reason: "No." });
      processes.at(-1)?.emit("exit", null, "SIGKILL");
      expect(source.trouble).toBe("No.");
      vi.advanceTimersByTime(wait - 1);
      expect(processes).toHaveLength(at + 1);
      vi.advanceTimersByTime(1);
      expect(processes).toHaveLength(at + 2);
    }
    // Well for a while, it begins anew.
    for (let second = 0; second < 12; second += 1) {
      processes.at(-1)?.emit("message", { kind: "alive" });
      vi.advanceTimersByTime(1000);
    }
    processes.at(-1)?.emit("exit", 1, null);
    expect(source.trouble).toBe("Its process ended unexpectedly.");
    vi.advanceTimersByTime(500);
    expect(processes).toHaveLength(waits.length + 2);
    source.close();
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(waits.length + 2);
  });

  it("that sends nothing is ended, but not while nobody looks (UR3)", () => {
    const source = movie(false);
    vi.advanceTimersByTime(60_000);
    expect(processes[0]?.isKilled).toBe(false);
    source.setWatched(true);
    vi.advanceTimersByTime(9000);
    processes[0]?.emit("message", { kind: "alive" });
    vi.advanceTimersByTime(9000);
    expect(processes[0]?.isKilled).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(processes[0]?.isKilled).toBe(true);
    expect(source.trouble).toBe("Nothing comes from it.");
    source.close();
  });
});

describe("a room as a source", () => {
  it("is asked for only while somebody looks (UV1), and again where it is in trouble", () => {
    const asked: (string | null)[] = [];
    const ask = (id: string, _room: string, wish: object | null): void => void asked.push(wish === null ? null : id);
    const source = new RoomSource({ mirrorId: "1", room: "hall", showing, maxFps: 30, watched: false, ask });
    expect(asked).toEqual([]);
    source.setWatched(true);
    source.setWatched(true);
    expect(asked).toEqual(["1"]);
    source.handleTold("There is no such scene.");
    expect([source.take(), source.trouble]).toEqual([null, "There is no such scene."]);
    vi.advanceTimersByTime(500);
    expect(asked).toEqual(["1", "1"]);
    source.handleTold(null);
    expect(source.trouble).toBe(null);
    source.setWatched(false);
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual(["1", "1", null]);
    source.close();
  });
});

it("the picture of before stays until there is one in larger memory (UM1)", () => {
  const pictures = new SharedPictures({ width: 4, height: 4 });
  const put = (side: number, value: number): void => {
    const writer = PictureWriter.open(pictures.init);
    writer.begin({ width: side, height: side })?.fill(value);
    writer.publish({ width: side, height: side });
    writer.close();
  };
  put(4, 1);
  const { path } = pictures.init;
  pictures.fit({ width: 400, height: 400 });
  expect(pictures.init.path).not.toBe(path);
  expect(pictures.take()).toMatchObject({ width: 4, height: 4 });
  // Larger still, before there was one.
  pictures.fit({ width: 800, height: 800 });
  expect(pictures.take()).toMatchObject({ width: 4, height: 4 });
  put(400, 2);
  expect(pictures.take()).toMatchObject({ width: 400, height: 400 });
  expect(pictures.take()?.pixels.at(-1)).toBe(0x02020202);
  pictures.close();
});

const item = (name: string, kind: "movie" | "text"): StudioItem => ({
  name,
  source:
    kind === "movie"
      ? { kind, file: "/a.mp4" }
      : { kind, text: name, color: "#fff", backdrop: "#f00", size: 10, font: "serif", bold: false, align: "left" },
  ...{
    x: 0,
    y: 0,
    width: 40,
    height: 20,
    fit: "contain",
    crop: noCrop,
    opacity: 1,
    hidden: false,
    border: null,
    fade: 0,
  },
});
const layout = (...items: StudioItem[]): Layout => ({ width: 100, height: 100, fps: 30, background: 0, items });

describe("a view", () => {
  it("keeps the sources that stay, whatever their order (UW1)", () => {
    const view = new StudioView({ ask: () => undefined, failed: () => undefined });
    view.setLayout(layout(item("a", "movie"), item("b", "movie"), item("c", "text")));
    view.setWatched(true);
    expect(processes).toHaveLength(2);
    view.setLayout(layout(item("b", "movie"), { ...item("a", "movie"), x: 50 }));
    expect(processes).toHaveLength(2);
    view.setLayout(layout(item("a", "movie")));
    expect(processes.map(({ isKilled }) => isKilled)).toEqual([false, true]);
    view.close();
    expect(processes.every(({ isKilled }) => isKilled)).toBe(true);
  });

  it("shows a card for a source without memory, and the others as they are (UW2)", () => {
    vi.spyOn(PictureReader, "make").mockImplementation(() => {
      throw new Error("ENOSPC");
    });
    const told: string[] = [];
    const view = new StudioView({
      ask: () => undefined,
      failed: (name, reason) => void told.push(`${name}: ${reason}`),
    });
    view.setLayout(layout(item("a", "movie"), { ...item("b", "text"), x: 50 }));
    view.update(0);
    expect(view.drawings.map(({ seen }) => seen.x)).toEqual([0, 50]);
    expect(told).toEqual(["a: There is no shared memory left for its pictures. ENOSPC"]);
    view.close();
  });
});
