import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { StrayErrors } from "../../../../server/pipeline/stray-errors.ts";
import { type Culprit, chargedTo, currentCulprit, uncharged } from "../../../../server/transport/culprit.ts";
import { milliseconds } from "../../../../shared/time.ts";

test("ER1: what a socket's packets, timers and promises throw is charged to whom the socket was made for", async () => {
  const charged: Culprit = { handleStray: () => undefined };
  const socket = chargedTo(charged, () => createSocket("udp4"));
  const found: (Culprit | null)[] = [];
  socket.on("message", () => {
    found.push(currentCulprit());
    setTimeout(() => found.push(currentCulprit()), 1);
    void Promise.resolve().then(() => found.push(currentCulprit()));
    uncharged(() => setTimeout(() => found.push(currentCulprit()), 5));
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.send("packet", (socket.address() as AddressInfo).port, "127.0.0.1");
  await vi.waitFor(() => expect(found).toEqual([charged, charged, charged, null]), 5000);
  socket.close();
});

const thrower = (): never => {
  throw new Error("gotcha");
};

test("ER1, ER3: each error goes to its culprit, and the log has few of them and says how many are missing", () => {
  let time = 0;
  const logged: string[] = [];
  const charged = vi.fn();
  let culprit: Culprit | null = { handleStray: charged };
  const strays = new StrayErrors({
    culprit: () => culprit,
    log: (level, text) => logged.push(`${level} ${text}`),
    clock: () => milliseconds(time),
  });
  for (let count = 0; count < 500; count += 1) strays.handle(new Error("peer"));
  expect(charged).toHaveBeenCalledTimes(500);
  expect(logged).toHaveLength(10);
  expect(logged[0]).toMatch(/^debug An error of a viewer's connection: Error: peer/);
  time = 1000;
  culprit = null;
  strays.handle("x".repeat(5_000_000));
  expect(logged.at(-1)).toMatch(/^warn An error that nothing caught \(490 more since the last of these lines\): 'xxx/);
  expect(logged.at(-1)?.length).toBeLessThan(4_200);
  time = 2000;
  const throwing = Object.defineProperty(new Error(), "stack", { get: thrower });
  strays.handle(throwing);
  expect(logged.at(-1)).toMatch(/^warn An error that nothing caught: /);
});
