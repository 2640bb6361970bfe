import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HttpViewer, httpViewerDefaults } from "../../../../../server/http/viewers/http-viewer.ts";
import type { ServerMessage } from "../../../../../shared/signaling.ts";

const statusOf = (status: "live" | "restarting"): ServerMessage => ({ kind: "status", status, detail: null });
const notice = (text: string): ServerMessage => ({ kind: "notice", text });
const nobody = () => new AbortController().signal;

let viewer: HttpViewer;
beforeEach(() => {
  vi.useFakeTimers();
  viewer = new HttpViewer();
});
afterEach(() => {
  viewer.close();
});

test("a poll is answered at once when there is something new, and given again when the answer was lost (HV1, HV2)", async () => {
  viewer.sendMessage(statusOf("live"));
  viewer.sendMessage(notice("a"));
  const answer = { next: 2, messages: [statusOf("live"), notice("a")] };
  expect(await viewer.poll(0, nobody())).toEqual(answer);
  expect(await viewer.poll(0, nobody())).toEqual(answer);
  expect(await viewer.poll(1, nobody())).toEqual({ next: 2, messages: [notice("a")] });
});

test("a poll waits for the next message, or 20 s (HV1)", async () => {
  const first = viewer.poll(0, nobody());
  viewer.sendMessage(statusOf("live"));
  expect(await first).toEqual({ next: 1, messages: [statusOf("live")] });
  const second = viewer.poll(1, nobody());
  await vi.advanceTimersByTimeAsync(19_999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await second).toEqual({ next: 1, messages: [] });
});

test("a poll takes the place of the one that waits, and one whose asker is gone ends", async () => {
  const first = viewer.poll(0, nobody());
  const gone = new AbortController();
  const second = viewer.poll(0, gone.signal);
  expect(await first).toEqual({ next: 0, messages: [] });
  gone.abort();
  expect(await second).toEqual({ next: 0, messages: [] });
});

test("of too many messages the newest status and notice are left, in their order (HV2)", async () => {
  viewer.sendMessage(statusOf("restarting"));
  viewer.sendMessage(statusOf("live"));
  for (let count = 1; count <= 200; count += 1) viewer.sendMessage(notice(String(count)));
  const { next, messages } = await viewer.poll(0, nobody());
  expect([next, messages.length]).toEqual([202, httpViewerDefaults.maxMessages]);
  expect(messages[0]).toEqual(statusOf("live"));
  expect(messages.at(-1)).toEqual(notice("200"));
});

test("who does not poll for 10 s is gone, a poll that waits counts as polling (HV3)", async () => {
  let isClosed = false;
  viewer.on("closed", () => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(9_000);
  // One takes the other's place, and waits on.
  void viewer.poll(0, nobody());
  void viewer.poll(0, nobody());
  await vi.advanceTimersByTimeAsync(29_000);
  expect(isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(isClosed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  viewer.sendMessage(statusOf("live"));
  expect(await viewer.poll(0, nobody())).toEqual({ next: 0, messages: [] });
});

test("it may send so much and no more, and after a while again (HV4)", () => {
  expect(viewer.allowsMessages(1000)).toBe(true);
  expect(viewer.allowsMessages(1)).toBe(false);
  for (let count = 0; count < 400; count += 1) expect(viewer.allowsRequest()).toBe(true);
  expect(viewer.allowsRequest()).toBe(false);
});
