/** Who takes long to say what it asks for does not keep a place. */

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startFakeServer } from "../support/fake-scene.ts";

test("a request whose head does not come whole is cut off after ten seconds, not half a minute later", async () => {
  await using server = await startFakeServer();
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  const begun = performance.now();
  socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
  socket.on("error", () => undefined);
  socket.resume();
  await once(socket, "close");
  expect(performance.now() - begun).toBeGreaterThan(9_000);
  expect(performance.now() - begun).toBeLessThan(14_000);
});
