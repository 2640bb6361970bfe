/** What the attributes of `<scene-cast>` mean. */

import { describe, expect, it } from "vitest";
import { type CastAttributes, castOptions } from "../../../../client/element/cast-options.ts";

const none: CastAttributes = {
  src: "/",
  token: null,
  name: null,
  transport: null,
  preference: null,
  "max-bitrate": null,
  "own-keys": null,
};
const base = "https://app.example/pages/page.html";
const optionsOf = (attributes: Partial<CastAttributes>) => castOptions({ ...none, ...attributes }, base);

describe("the address of a <scene-cast>", () => {
  it.each([
    ["https://box.example", "https://box.example/signal"],
    ["https://box.example/scene/", "https://box.example/scene/signal"],
    ["https://box.example/s/blue", "https://box.example/s/blue/signal"],
    ["https://box.example/index.html?count=200", "https://box.example/signal?count=200"],
    ["https://box.example/scene/signal", "https://box.example/scene/signal"],
    ["../cast/", "https://app.example/cast/signal"],
  ])("is that of the page %s, under whatever prefix", (src, url) => {
    expect(optionsOf({ src }).url).toBe(url);
  });

  it("may be a share link, whose token is used and sent to nobody in an address", () => {
    const options = optionsOf({ src: "https://box.example/s/blue/#token=abc.def" });
    expect(options).toMatchObject({ url: "https://box.example/s/blue/signal", token: "abc.def" });
    expect(optionsOf({ src: "https://box.example/#token=abc", token: "own" }).token).toBe("own");
  });

  it("must be one", () => {
    expect(() => optionsOf({ src: "https://" })).toThrow("The attribute src of <scene-cast> must be a URL.");
  });
});

it("what is not said is left to the viewer", () => {
  expect(optionsOf({})).toEqual({ url: "https://app.example/signal", ownKeys: [], maxBitrateBps: null });
  expect(optionsOf({ name: " ", token: "" })).toEqual(optionsOf({}));
});

it("what is said is an option of the viewer", () => {
  const said = { name: "Ada", transport: "mjpeg", preference: "fluid", "max-bitrate": "2000000", "own-keys": "f  ?" };
  expect(optionsOf(said)).toMatchObject({
    name: "Ada",
    transport: "mjpeg",
    preference: "fluid",
    maxBitrateBps: 2_000_000,
    ownKeys: ["f", "?"],
  });
});

it("the page may keep all keys", () => {
  expect(optionsOf({ "own-keys": " all " }).ownKeys).toBe("all");
});

it.each([
  ["transport", "smoke", "must be one of auto, webrtc, websocket, mjpeg."],
  ["preference", "nice", "must be one of auto, sharp, fluid."],
  ["max-bitrate", "fast", "must be a number from 100000 to 200000000."],
  ["max-bitrate", "", "must be a number from 100000 to 200000000."],
  ["max-bitrate", "99", "must be a number from 100000 to 200000000."],
])("%s=%j is refused by its name", (name, value, rule) => {
  expect(() => optionsOf({ [name]: value })).toThrow(`The attribute ${name} of <scene-cast> ${rule}`);
});
