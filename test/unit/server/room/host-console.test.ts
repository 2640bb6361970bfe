/** What a scene prints goes to hosts, and to nobody else. */

import { expect, test, vi } from "vitest";
import { HostConsole } from "../../../../server/room/host-console.ts";
import { ViewerDirectory, type ViewerLine } from "../../../../server/room/viewer-directory.ts";
import type { Role } from "../../../../shared/people.ts";

function line() {
  return { tell: vi.fn<ViewerLine["tell"]>(), send: vi.fn(), cut: vi.fn(), end: vi.fn() };
}

const identityOf = (role: Role) => ({ role, name: null, linkId: null }) as never;

test("to hosts that are there, and the newest fifty lines to those that come", () => {
  const viewers = new ViewerDirectory();
  const output = new HostConsole(viewers);
  const [host, other, late, watcher] = [line(), line(), line(), line()];
  viewers.add("1", { way: "page", identity: identityOf("host"), person: 1, line: host });
  viewers.add("2", { way: "page", identity: identityOf("controller"), person: 2, line: other });
  viewers.add("3", { way: "whep", identity: identityOf("host"), person: 3, line: null });
  for (let count = 1; count <= 60; count += 1) output.handle({ level: "info", text: String(count) });
  expect(host.tell).toHaveBeenCalledTimes(60);
  expect(host.tell).toHaveBeenLastCalledWith({ kind: "console", level: "info", text: "60" });
  expect(other.tell).not.toHaveBeenCalled();
  output.greet(identityOf("host"), late);
  expect(late.tell).toHaveBeenCalledTimes(50);
  expect(late.tell.mock.calls[0]).toEqual([{ kind: "console", level: "info", text: "11" }]);
  output.greet(identityOf("viewer"), watcher);
  expect(watcher.tell).not.toHaveBeenCalled();
});
