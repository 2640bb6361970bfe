/** A host has the scene started again; others cannot, and all are told when it hangs. */

import { expect, test } from "vitest";
import type { Health } from "../../../../server/monitoring/health.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { TestClient } from "../../../support/signaling-client.ts";

test("a viewer of a link may not have the scene started again, a host may, and so may the program", async () => {
  const token = "correct-horse-battery";
  await using server = await startFakeServer({ more: { access: { token } } });
  const statuses: string[] = [];
  server.on("statusChanged", ({ status }) => statuses.push(status));
  const { link } = await server.createLink({ role: "controller" });
  const bearer = (shown: string) => ({ authorization: `Bearer ${shown}` });
  const guest = await TestClient.join(server.url, bearer(link.split("#token=")[1] ?? ""));
  guest.send({ kind: "restart" });
  const refusal = await guest.received((message) => message.kind === "error");
  expect(refusal).toMatchObject({ code: "not-allowed", message: "Only a host may have the scene started again." });
  expect(statuses).toEqual([]);
  const host = await TestClient.join(server.url, bearer(token));
  host.send({ kind: "restart" });
  await expect.poll(() => statuses).toEqual(["restarting", "live"]);
  server.room().restart();
  await expect.poll(() => statuses).toEqual(["restarting", "live", "restarting", "live"]);
  for (const client of [guest, host]) client.socket.close();
});

test("a scene that is stopped is told of in a notice and in /healthz, and both are taken back", async () => {
  await using server = await startFakeServer();
  const client = await TestClient.join(server.url);
  const pid = server.room().pid ?? 0;
  const health = async (): Promise<unknown> => {
    const { ok, rooms } = (await (await fetch(new URL("healthz", server.url))).json()) as Health;
    return [ok, rooms[0]?.status];
  };
  // So that it has had the time to say that it lives.
  await expect.poll(health).toEqual([true, "live"]);
  process.kill(pid, "SIGSTOP");
  await client.received((message) => message.kind === "notice" && message.text !== null);
  expect(await health()).toEqual([false, "hanging"]);
  process.kill(pid, "SIGCONT");
  await client.received((message) => message.kind === "notice" && message.text === null);
  expect([await health(), server.room().pid]).toEqual([[true, "live"], pid]);
  client.socket.close();
});
