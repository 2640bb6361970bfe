import { afterEach, expect, test } from "vitest";
import type { StreamServer } from "../../../server/index.ts";
import { startFakeServer } from "../../support/fake-scene.ts";
import { TestClient } from "../../support/signaling-client.ts";

let server: StreamServer | undefined;
afterEach(() => server?.close());

test("one trace is taken at a time, it ends when it is to, and bad options are refused", async () => {
  server = await startFakeServer();
  const stop = new AbortController();
  const first = server.trace({ seconds: 60, signal: stop.signal });
  await expect(server.trace()).rejects.toMatchObject({ code: "not-allowed" });
  await expect(server.trace({ seconds: 61 })).rejects.toThrow(
    new TypeError("options.seconds must be a number from 0.1 to 60."),
  );
  stop.abort();
  expect(await first).toMatchObject({ displayTimeUnit: "ms" });
  expect(await server.trace({ seconds: 0.1 })).toMatchObject({ displayTimeUnit: "ms" });
  await server.close();
  await expect(server.trace()).rejects.toMatchObject({ code: "closed" });
});

test("pages are asked while a trace runs, and what they tell on their own clocks is on the time line of all", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  const ahead = 3_600_000;
  const press = [0, Date.now() + ahead, Date.now() + ahead + 5, 1, 0];
  const answer = (asked: number, at: number) => ({ kind: "traced", asked, received: at, sent: at, spans: [press] });
  // Nobody asked.
  client.send(answer(0, Date.now()));
  const stop = new AbortController();
  const taken = server.trace({ seconds: 60, signal: stop.signal });
  const question = await client.received(({ kind }) => kind === "trace");
  if (question.kind !== "trace") throw new Error("another message");
  client.send(answer(question.at, Date.now() + ahead));
  await client.received((message) => message.kind === "trace" && message.at > question.at);
  stop.abort();
  await client.received((message) => message.kind === "trace" && !message.on);
  const { traceEvents } = await taken;
  const presses = traceEvents.filter(({ name }) => name === "press");
  expect(presses).toHaveLength(1);
  expect(presses[0]?.ts).toBeLessThan(60_000_000);
});
