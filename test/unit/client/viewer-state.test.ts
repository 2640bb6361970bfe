/** Owns the checks of what a viewer says that it is doing. */

import { expect, it } from "vitest";
import { type ViewerParts, viewerStateOf } from "../../../client/viewer-state.ts";

const live: ViewerParts = {
  link: "open",
  scene: { state: "live", detail: null },
  isShown: true,
  wasShown: true,
  refusal: null,
};

it("is connecting until the first picture and reconnecting after it", () => {
  expect(viewerStateOf({ ...live, isShown: false, wasShown: false }).kind).toBe("connecting");
  expect(viewerStateOf(live).kind).toBe("live");
  expect(viewerStateOf({ ...live, isShown: false }).kind).toBe("reconnecting");
});

it("is not live without a socket, even while pictures come", () => {
  expect(viewerStateOf({ ...live, link: "waiting", scene: null }).kind).toBe("reconnecting");
});

it("waits for a scene that starts or restarts, with its reason", () => {
  const scene = { state: "restarting", detail: "It fell." } as const;
  expect(viewerStateOf({ ...live, scene })).toEqual({ kind: "waiting", sentence: "It fell." });
});

it("is gone with a sentence when the scene failed, and lives again with it", () => {
  const scene = { state: "failed", detail: null } as const;
  expect(viewerStateOf({ ...live, scene })).toEqual({
    kind: "gone",
    code: "scene-failed",
    sentence: "The scene failed.",
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
