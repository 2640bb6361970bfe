/** What the page around a frame commands before the scene is there. */

import { beforeEach, expect, test, vi } from "vitest";
import { marked } from "../../../../client/frame/frame-messages.ts";
import type { Viewer, ViewerEvents } from "../../../../client/index.ts";
import { ParentLink } from "../../../../client/page/parent-link.ts";
import { Emitter } from "../../../../shared/emitter.ts";

const origin = "https://app.example";

class FakeViewer {
  readonly #emitter = new Emitter<ViewerEvents>();
  readonly set: unknown[] = [];
  state: Viewer["state"] = { kind: "connecting", trouble: null };
  readonly snapshot = () => Promise.resolve(new Blob());
  readonly panels = { all: [] as object[], setAll: (values: unknown) => this.set.push(values) };
  readonly on = this.#emitter.on.bind(this.#emitter);

  become(state: Viewer["state"]): void {
    this.state = state;
    this.#emitter.emit("stateChanged", { state });
  }
}

let command: (data: object) => void;
const answers: unknown[] = [];

beforeEach(() => {
  answers.length = 0;
  const parent = { postMessage: (message: { kind: string }) => message.kind === "answer" && answers.push(message) };
  const window = {
    parent,
    addEventListener: (_name: string, listener: (event: object) => void) => {
      command = (data) => listener({ source: parent, origin, data: marked(data as never) });
    },
  };
  vi.stubGlobal("window", window);
  vi.stubGlobal("location", { origin });
  return () => vi.unstubAllGlobals();
});

test("FM3: controls are set when the scene is there, not refused before", async () => {
  const viewer = new FakeViewer();
  new ParentLink(viewer as unknown as Viewer);
  command({ kind: "set-controls", number: 1, values: { "/scene/speed": 2 } });
  await vi.waitFor(() => expect(viewer.set).toEqual([]));
  viewer.become({ kind: "waiting", sentence: null, isDown: false });
  await Promise.resolve();
  expect(viewer.set).toEqual([]);
  viewer.become({ kind: "live" });
  await vi.waitFor(() => expect(answers).toMatchObject([{ number: 1, error: null }]));
  expect(viewer.set).toEqual([{ "/scene/speed": 2 }]);
});

test("FM3: controls need no picture yet, a snapshot does", async () => {
  const viewer = new FakeViewer();
  viewer.panels.all.push({});
  new ParentLink(viewer as unknown as Viewer);
  command({ kind: "snapshot", number: 1 });
  command({ kind: "set-controls", number: 2, values: {} });
  await vi.waitFor(() => expect(answers).toMatchObject([{ number: 2, error: null }]));
  viewer.become({ kind: "live" });
  await vi.waitFor(() => expect(answers).toMatchObject([{ number: 2 }, { number: 1, result: expect.any(Blob) }]));
});

test("FM3: a frame that does not come by itself keeps no command waiting", async () => {
  const viewer = new FakeViewer();
  new ParentLink(viewer as unknown as Viewer);
  command({ kind: "send", number: 2, data: 1 });
  viewer.become({ kind: "locked" });
  await vi.waitFor(() => expect(answers).toMatchObject([{ number: 2, error: expect.any(String) }]));
});
