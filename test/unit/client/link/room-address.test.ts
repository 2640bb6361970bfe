/** Owns the checks of where a room lies. */

import { expect, it } from "vitest";
import { roomUrl } from "../../../../client/link/room-address.ts";

it.each([
  ["the common scene stays where it is", "ws://host/signal", null, "ws://host/signal"],
  ["a private room lies under the root", "ws://host/signal", "k3v9", "ws://host/s/k3v9/signal"],
  ["a private room lies under a prefix", "wss://host/a/b/signal", "k3v9", "wss://host/a/b/s/k3v9/signal"],
  ["a page in the room is there already", "ws://host/s/blue/signal", "blue", "ws://host/s/blue/signal"],
  ["a prefix may look like another room", "ws://host/s/blue/signal", "red", "ws://host/s/blue/s/red/signal"],
  ["another name of the socket is kept", "ws://host/x/socket?a=1", "red", "ws://host/x/s/red/socket?a=1"],
])("%s", (_rule, url, room, address) => {
  expect(roomUrl(url, room)).toBe(address);
});
