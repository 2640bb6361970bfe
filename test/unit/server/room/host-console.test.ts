/** What a scene prints goes to hosts, and to nobody else. */

import { expect, test, vi } from "vitest";
import type { ViewerConnection } from "../../../../server/access/viewer-connection.ts";
import { HostConsole } from "../../../../server/room/host-console.ts";
import { ViewerDirectory } from "../../../../server/room/viewer-directory.ts";
import type { Role } from "../../../../shared/people.ts";

function connection() {
  const sendMessage = vi.fn<ViewerConnection["sendMessage"]>();
  return { setSeat: vi.fn(), sendMessage, sendBytes: vi.fn(), cut: vi.fn(), end: vi.fn() };
}

const identityOf = (role: Role) => ({ role, name: null, linkId: null }) as never;

test("to hosts that are there, and the newest fifty lines to those that come", () => {
  const viewers = new ViewerDirectory();
  const output = new HostConsole(viewers);
  const [host, other, late, watcher] = [connection(), connection(), connection(), connection()];
  viewers.add("1", { way: "page", identity: identityOf("host"), address: "", person: 1, connection: host });
  viewers.add("2", { way: "page", identity: identityOf("controller"), address: "", person: 2, connection: other });
  viewers.add("3", { way: "whep", identity: identityOf("host"), address: "", person: 3, connection: null });
  for (let count = 1; count <= 60; count += 1) output.handle({ level: "info", text: String(count) });
  expect(host.sendMessage).toHaveBeenCalledTimes(60);
  expect(host.sendMessage).toHaveBeenLastCalledWith({ kind: "console", level: "info", text: "60" });
  expect(other.sendMessage).not.toHaveBeenCalled();
  output.greet(identityOf("host"), late);
  expect(late.sendMessage).toHaveBeenCalledTimes(50);
  expect(late.sendMessage.mock.calls[0]).toEqual([{ kind: "console", level: "info", text: "11" }]);
  output.greet(identityOf("viewer"), watcher);
  expect(watcher.sendMessage).not.toHaveBeenCalled();
});
