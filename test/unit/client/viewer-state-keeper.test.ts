/** Owns the checks of what a viewer says that it is doing. */

import { expect, it } from "vitest";
import type { ViewerState } from "../../../client/viewer-state.ts";
import {
  isSameState,
  type LiveParts,
  type ViewerParts,
  ViewerStateKeeper,
  viewerStateOf,
} from "../../../client/viewer-state-keeper.ts";

const live: ViewerParts = {
  link: "open",
  scene: { status: "live", detail: null },
  isShown: true,
  trouble: null,
  isPaused: false,
  wasShown: true,
  refusal: null,
  queue: null,
};

it("is connecting until the first picture and reconnecting after it", () => {
  expect(viewerStateOf({ ...live, isShown: false, wasShown: false }).kind).toBe("connecting");
  expect(viewerStateOf(live).kind).toBe("live");
  expect(viewerStateOf({ ...live, isShown: false }).kind).toBe("reconnecting");
});

it("is not live without a socket, even while pictures come", () => {
  expect(viewerStateOf({ ...live, link: "waiting", scene: null }).kind).toBe("reconnecting");
});

it("says why the way that was chosen brings no picture, while it tries that again", () => {
  const trouble = { way: "webrtc", reason: "webrtc-blocked" } as const;
  const state = viewerStateOf({ ...live, isShown: false, wasShown: false, trouble });
  expect(state).toEqual({ kind: "connecting", trouble });
  expect(isSameState(state, { kind: "connecting", trouble: null })).toBe(false);
});

it("waits for a scene that starts or restarts, with its reason", () => {
  const scene = { status: "restarting", detail: "It fell." } as const;
  expect(viewerStateOf({ ...live, scene })).toEqual({
    kind: "waiting",
    sentence: "It fell.",
    isDown: false,
  });
  const down = { status: "down", detail: "It fell." } as const;
  expect(viewerStateOf({ ...live, scene: down })).toMatchObject({ kind: "waiting", isDown: true });
});

it("is gone with a sentence when the scene failed, and lives again with it", () => {
  const scene = { status: "failed", detail: null } as const;
  expect(viewerStateOf({ ...live, scene })).toEqual({
    kind: "gone",
    code: "scene-failed",
    sentence: "The scene stopped with an error.",
  });
  expect(viewerStateOf(live).kind).toBe("live");
});

it("is locked while the server wants a token", () => {
  expect(viewerStateOf({ ...live, link: "locked", scene: null }).kind).toBe("locked");
});

it("lives when one stream was refused and another is shown", () => {
  const refusal = { code: "no-common-codec", sentence: "No codec." } as const;
  expect(viewerStateOf({ ...live, refusal }).kind).toBe("live");
});

it("a refusal outweighs everything else without a picture", () => {
  const refusal = { code: "protocol-version", sentence: "Reload the page." } as const;
  expect(viewerStateOf({ ...live, isShown: false, link: "closed", refusal })).toEqual({ kind: "gone", ...refusal });
});

it("says its place in the queue for as long as it waits there", () => {
  const queue = { position: 2, waiting: 5 };
  const waiting: ViewerParts = { ...live, scene: null, isShown: false, queue };
  expect(viewerStateOf(waiting)).toEqual({ kind: "queued", position: 2, waiting: 5 });
  expect(viewerStateOf({ ...waiting, link: "waiting" }).kind).toBe("reconnecting");
});

it("changes with the place in the queue", () => {
  const second = { kind: "queued", position: 2, waiting: 5 } as const;
  expect(isSameState(second, { ...second })).toBe(true);
  expect(isSameState(second, { ...second, position: 1 })).toBe(false);
});

it("is live while it looks away, although the stream rests, once there was a picture", () => {
  expect(viewerStateOf({ ...live, isShown: false, isPaused: true }).kind).toBe("live");
  expect(viewerStateOf({ ...live, isShown: false, isPaused: true, wasShown: false }).kind).toBe("connecting");
});

it("stays gone after a host removed it", () => {
  const refusal = { code: "kicked", sentence: "A host removed you from this room." } as const;
  expect(viewerStateOf({ ...live, link: "halted", isShown: false, refusal })).toEqual({ kind: "gone", ...refusal });
});

it("is gone when its room was closed", () => {
  const scene = { status: "closed", detail: null } as const;
  expect(viewerStateOf({ ...live, scene, isShown: false })).toEqual({
    kind: "gone",
    code: "closed",
    sentence: "The room was closed.",
  });
});

it("is told once of each change, and remembers that there was a picture", () => {
  let parts: LiveParts = { link: "open", isShown: false, trouble: null, isPaused: false };
  const told: ViewerState["kind"][] = [];
  const keeper = new ViewerStateKeeper(
    () => parts,
    (state) => told.push(state.kind),
  );
  keeper.update({ scene: { status: "live", detail: null } });
  parts = { ...parts, isShown: true };
  keeper.update();
  keeper.update();
  parts = { ...parts, isShown: false };
  keeper.update();
  keeper.update({ refusal: { code: "kicked", sentence: "Removed." } });
  expect(told).toEqual(["live", "reconnecting", "gone"]);
  expect(keeper.state).toEqual({ kind: "gone", code: "kicked", sentence: "Removed." });
});
