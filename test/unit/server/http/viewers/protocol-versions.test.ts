/** Owns the checks of which protocol versions a server lets in, by WebSocket and by HTTP. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeCodes } from "../../../../../server/http/close-codes.ts";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import { MIN_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../../../../shared/signaling.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";
import { TestClient } from "../../../../support/signaling-client.ts";

let server: StreamServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const tooOld = "This page is older than the server. Reload the page.";
const tooNew = /^This page is newer than the server\./;

describe("PV2", () => {
  it.each([
    [MIN_PROTOCOL_VERSION - 1, tooOld],
    [PROTOCOL_VERSION + 1, tooNew],
  ])("by WebSocket a viewer of version %i is told which end is too old", async (protocol, message) => {
    const client = await TestClient.open(server.url);
    client.send({ kind: "hello", protocol });
    expect(await client.closed()).toBe(closeCodes.protocolVersion);
    expect(client.messages).toEqual([
      { kind: "error", code: "protocol-version", message: expect.stringMatching(message) },
    ]);
  });

  it.each([
    ["?protocol=1", tooOld],
    [`?protocol=${PROTOCOL_VERSION + 1}`, tooNew],
    ["?protocol=new", tooOld],
  ])("by HTTP a viewer that asks with %s is, too", async (query, message) => {
    const response = await fetch(`${server.url}viewer${query}`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(message)]);
  });

  it.each([MIN_PROTOCOL_VERSION, PROTOCOL_VERSION])("version %i is let in either way", async (protocol) => {
    const client = await TestClient.open(server.url);
    client.send({ kind: "hello", protocol });
    await client.received(({ kind }) => kind === "welcome");
    const response = await fetch(`${server.url}viewer?protocol=${protocol}`, { method: "POST" });
    expect(response.status).toBe(201);
  });

  it("a viewer by HTTP that does not say its version is let in, as of the present one", async () => {
    expect((await fetch(`${server.url}viewer`, { method: "POST" })).status).toBe(201);
  });
});
